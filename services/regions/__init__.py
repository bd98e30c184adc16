# SPDX-License-Identifier: EUPL-1.2
"""The 35 labour-market regions: what each region holds, decides and answers for.

Owns: regions, their municipalities, neighbours and organisations (reference data); each region's
desk and account managers; each region's own copies of agreements and participations; its decisions.
Emits: decision-submitted.v1, contact-changed.v1.
Consumes: agreement-changed.v1, participation-changed.v1, employer-changed.v1.

It decides and answers from its own database alone, so a region's desk works while every other
service is down.
"""
