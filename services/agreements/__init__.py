# SPDX-License-Identifier: EUPL-1.2
"""Placement agreements between one national employer and many labour-market regions.

Owns: agreements with their drafts, versions and consultations, each region's part in them with its
annex, projects, bottlenecks and evaluations, the history of it all, and the ledger of what reached
whom.
Emits: agreement-changed.v1, participation-changed.v1, consultation-changed.v1 and
framework-changed.v1 (what offering a place needs).
Consumes: employer-changed.v1 (names and national contacts), decision-submitted.v1 (regions
decide), contact-changed.v1 (whom an employer calls in a region), instruments-changed.v1 (what
regions have on offer), tally-changed.v1 (how many places got how far).
"""
