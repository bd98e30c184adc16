# SPDX-License-Identifier: EUPL-1.2
"""The rules of agreements and of the regions' part in them: pure, and free of any framework."""

from services.agreements.domain.actors import Actor, EmployerId, Region, Role
from services.agreements.domain.agreement import Agreement, AgreementId
from services.agreements.domain.decisions import Choice, Decision, decide
from services.agreements.domain.facts import Fact, LastChange, Step
from services.agreements.domain.life import Act, Status, permit
from services.agreements.domain.participation import (
    Invitation,
    Outcome,
    Participation,
    Participations,
    Standing,
    Verdict,
    after_publication,
    invite,
    outsider,
    remove,
)
from services.agreements.domain.terms import Change, Difference, Terms
from services.agreements.domain.versions import (
    Consent,
    Consultation,
    Draft,
    Publication,
    Version,
)

__all__ = [
    "Act",
    "Actor",
    "Agreement",
    "AgreementId",
    "Change",
    "Choice",
    "Consent",
    "Consultation",
    "Decision",
    "Difference",
    "Draft",
    "EmployerId",
    "Fact",
    "Invitation",
    "LastChange",
    "Outcome",
    "Participation",
    "Participations",
    "Publication",
    "Region",
    "Role",
    "Standing",
    "Status",
    "Step",
    "Terms",
    "Verdict",
    "Version",
    "after_publication",
    "decide",
    "invite",
    "outsider",
    "permit",
    "remove",
]
