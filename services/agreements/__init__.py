# SPDX-License-Identifier: EUPL-1.2
"""Placement agreements between one national employer and many labour-market regions.

Owns: agreements with their drafts and versions, each region's part in them, the history of both,
and the ledger of what reached whom.
Emits: agreement-changed.v1, participation-changed.v1.
Consumes: employer-changed.v1 (names and national contacts), decision-submitted.v1 (regions
decide), contact-changed.v1 (whom an employer calls in a region).
"""
