# SPDX-License-Identifier: EUPL-1.2
"""Places that employers offer under an agreement, and what became of each.

Owns: placements with their history, calls for many of them, and the counts of each agreement in
each region.
Emits: placement-changed.v1, standing-changed.v1, tally-changed.v1.
Consumes: framework-changed.v1 (what may be offered where), placement-decision-submitted.v1
(regions decide), support-changed.v1 (who supports at work).
"""
