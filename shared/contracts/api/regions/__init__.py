# SPDX-License-Identifier: EUPL-1.2
"""Requests and answers of the regions service."""

from shared.contracts.api.regions.answers import (
    Contact,
    ContactDetail,
    ContactPage,
    Decision,
    Desk,
    HeldAgreement,
    HeldAgreementPage,
    Organisation,
    OrganisationPage,
    Region,
    RegionPage,
    RegionSummary,
)
from shared.contracts.api.regions.requests import (
    DecideOnAgreement,
    SetContact,
    SetDesk,
)
from shared.contracts.api.shapes import shapes

OPERATIONS = shapes(
    list_regions=(None, RegionPage),
    get_region=(None, Region),
    list_held_agreements=(None, HeldAgreementPage),
    get_held_agreement=(None, HeldAgreement),
    decide_on_agreement=(DecideOnAgreement, Decision),
    set_contact=(SetContact, ContactDetail),
    get_contact=(None, ContactDetail),
    list_contacts=(None, ContactPage),
    set_desk=(SetDesk, Desk),
    get_desk=(None, Desk),
    list_organisations=(None, OrganisationPage),
)

__all__ = [
    "OPERATIONS",
    "Contact",
    "ContactDetail",
    "ContactPage",
    "DecideOnAgreement",
    "Decision",
    "Desk",
    "HeldAgreement",
    "HeldAgreementPage",
    "Organisation",
    "OrganisationPage",
    "Region",
    "RegionPage",
    "RegionSummary",
    "SetContact",
    "SetDesk",
]
