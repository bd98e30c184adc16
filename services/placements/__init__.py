# SPDX-License-Identifier: EUPL-1.2
"""Places offered under an agreement, and what became of each.

Owns: placements and calls.
Emits: nothing yet.
Consumes: nothing yet.
"""
