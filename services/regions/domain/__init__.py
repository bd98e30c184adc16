# SPDX-License-Identifier: EUPL-1.2
"""The rules of a region's desk: pure, and free of any framework.

Time and identity come from outside.
"""

from services.regions.domain.agreements import Choice, Decision, HeldAgreement, Wish
from services.regions.domain.contacts import Appointment, Contact, ContactKind, Desk
from services.regions.domain.names import AgreementId, EmployerId, PlacementId, RegionCode

__all__ = [
    "AgreementId",
    "Appointment",
    "Choice",
    "Contact",
    "ContactKind",
    "Decision",
    "Desk",
    "EmployerId",
    "HeldAgreement",
    "PlacementId",
    "RegionCode",
    "Wish",
]
