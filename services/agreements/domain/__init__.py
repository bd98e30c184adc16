# SPDX-License-Identifier: EUPL-1.2
"""The rules of agreements and of the regions' part in them: pure, and free of any framework."""

from services.agreements.domain.agreement import (
    Agreement,
    AgreementId,
    EmployerId,
    LastChange,
    Region,
    Status,
)
from services.agreements.domain.facts import Fact, Step
from services.agreements.domain.participation import (
    Choice,
    Decision,
    Invitation,
    Outcome,
    Participation,
    Participations,
    Standing,
    Verdict,
    after_publication,
    decide,
    invite,
    outsider,
    remove,
)
from services.agreements.domain.terms import Change, Difference, Terms
from services.agreements.domain.versions import Draft, Publication, Version

__all__ = [
    "Agreement",
    "AgreementId",
    "Change",
    "Choice",
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
    "remove",
]
