# SPDX-License-Identifier: EUPL-1.2
"""The rules of a region's desk: pure, and free of any framework.

Time and identity come from outside.
"""

from services.regions.domain.actors import Actor
from services.regions.domain.agreements import Choice, Decision, HeldAgreement, Wish
from services.regions.domain.candidates import (
    CandidateReference,
    Confirmation,
    make_reference,
)
from services.regions.domain.contacts import Appointment, Contact, ContactKind, Desk
from services.regions.domain.instrument_rules import RULES
from services.regions.domain.instruments import (
    Instrument,
    Kind,
    Offer,
    Parameter,
    PromiseCheck,
    Rules,
    Value,
    check_promise,
    kind_of,
    objections,
    rules_of,
)
from services.regions.domain.leads import (
    Basis,
    Division,
    Override,
    Route,
    SectorLead,
    Share,
    sector_code,
)
from services.regions.domain.names import AgreementId, EmployerId, PlacementId, RegionCode
from services.regions.domain.organisations import Organisation, Particulars
from services.regions.domain.placements import (
    LIFE,
    HeldPlacement,
    PlacementDecision,
    PlacementWish,
    Said,
    Standing,
    Step,
    candidate_of,
)
from services.regions.domain.retention import PERIODS, UNUSED, Filed, Period, Retention

__all__ = [
    "LIFE",
    "PERIODS",
    "RULES",
    "UNUSED",
    "Actor",
    "AgreementId",
    "Appointment",
    "Basis",
    "CandidateReference",
    "Choice",
    "Confirmation",
    "Contact",
    "ContactKind",
    "Decision",
    "Desk",
    "Division",
    "EmployerId",
    "Filed",
    "HeldAgreement",
    "HeldPlacement",
    "Instrument",
    "Kind",
    "Offer",
    "Organisation",
    "Override",
    "Parameter",
    "Particulars",
    "Period",
    "PlacementDecision",
    "PlacementId",
    "PlacementWish",
    "PromiseCheck",
    "RegionCode",
    "Retention",
    "Route",
    "Rules",
    "Said",
    "SectorLead",
    "Share",
    "Standing",
    "Step",
    "Value",
    "Wish",
    "candidate_of",
    "check_promise",
    "kind_of",
    "make_reference",
    "objections",
    "rules_of",
    "sector_code",
]
