# SPDX-License-Identifier: EUPL-1.2
"""The 35 labour-market regions: what each region holds, decides and answers for.

Owns: regions, their municipalities, neighbours and organisations (reference data); each region's
desk and account managers; its sector leads and the instruments on offer; each region's own copies
of agreements, participations, consultations, placements and support; its decisions, references of
candidates and files.
Emits: decision-submitted.v1, placement-decision-submitted.v1, contact-changed.v1,
instruments-changed.v1.
Consumes: agreement-changed.v1, participation-changed.v1, consultation-changed.v1,
placement-changed.v1, support-changed.v1, employer-changed.v1.

It decides and answers from its own database alone, so a region's desk works while every other
service is down.
"""
