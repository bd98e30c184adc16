# SPDX-License-Identifier: EUPL-1.2
"""The life of an agreement as one table: act and state gives the next state, or a named refusal.

A draft of a next version has no state of its own: it stands beside what is published.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from services.agreements.domain.actors import Actor, Role
from services.agreements.domain.refusals import (
    AgreementAlreadySuspended,
    AgreementEnded,
    AgreementNotPublished,
    AgreementNotSuspended,
    AgreementSuspended,
    AgreementWithdrawn,
    ConsultationOpen,
    NoConsultationOpen,
)
from services.agreements.domain.ways import No, way


class Status(StrEnum):
    """Where an agreement is in its life."""

    DRAFT = "draft"
    IN_CONSULTATION = "in_consultation"
    PUBLISHED = "published"
    SUSPENDED = "suspended"
    ENDED = "ended"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What can be done to an agreement."""

    EDIT = "edit"
    WITHDRAW_DRAFT = "withdraw_draft"
    CONSULT = "consult"
    CLOSE_CONSULTATION = "close_consultation"
    AMEND = "amend"
    PUBLISH = "publish"
    SUSPEND = "suspend"
    RESUME = "resume"
    END = "end"
    EXPIRE = "expire"


BY_WHOM: Mapping[Act, frozenset[Role]] = MappingProxyType(
    {
        **dict.fromkeys(Act, frozenset({Role.COORDINATOR})),
        Act.CLOSE_CONSULTATION: frozenset({Role.COORDINATOR, Role.SYSTEM}),
        Act.EXPIRE: frozenset({Role.SYSTEM}),
    }
)

_D, _C, _P, _S = Status.DRAFT, Status.IN_CONSULTATION, Status.PUBLISHED, Status.SUSPENDED
_EDIT_FIRST = No(AgreementNotPublished, "edit the draft: no version has been published")
_OPEN = No(ConsultationOpen, "the regions are commenting on this concept: close it first")
_NONE_OPEN = No(NoConsultationOpen, "no consultation is open")
_NOT_SUSPENDED = No(AgreementNotSuspended, "only a suspended agreement can be resumed")
_WITHDRAW = No(AgreementNotPublished, "withdraw the draft: no version has been published")
_NEVER_BEGAN = No(AgreementNotPublished, "only a published agreement can expire")
_SUSPEND_LATER = No(AgreementNotPublished, "only a published agreement can be suspended")
_SUSPENDED_ALREADY = No(AgreementAlreadySuspended, "the agreement is suspended already")
_RESUME_FIRST = No(AgreementSuspended, "resume the agreement before publishing a new version")

_LIVING: Mapping[Act, Mapping[Status, Status | No]] = {
    Act.EDIT: {_D: _D, _C: _OPEN, _P: _P, _S: _S},
    Act.WITHDRAW_DRAFT: {_D: Status.WITHDRAWN, _C: Status.WITHDRAWN, _P: _P, _S: _S},
    Act.CONSULT: {_D: _C, _C: _OPEN, _P: _P, _S: _S},
    Act.CLOSE_CONSULTATION: {_D: _NONE_OPEN, _C: _D, _P: _P, _S: _S},
    Act.AMEND: {_D: _EDIT_FIRST, _C: _EDIT_FIRST, _P: _P, _S: _S},
    Act.PUBLISH: {_D: _P, _C: _P, _P: _P, _S: _RESUME_FIRST},
    Act.SUSPEND: {_D: _SUSPEND_LATER, _C: _SUSPEND_LATER, _P: _S, _S: _SUSPENDED_ALREADY},
    Act.RESUME: {_D: _NOT_SUSPENDED, _C: _NOT_SUSPENDED, _P: _NOT_SUSPENDED, _S: _P},
    Act.END: {_D: _WITHDRAW, _C: _WITHDRAW, _P: Status.ENDED, _S: Status.ENDED},
    Act.EXPIRE: {_D: _NEVER_BEGAN, _C: _NEVER_BEGAN, _P: Status.EXPIRED, _S: Status.EXPIRED},
}
_OVER = {
    Status.ENDED: No(AgreementEnded, "the agreement has ended"),
    Status.EXPIRED: No(AgreementEnded, "the agreement has expired"),
    Status.WITHDRAWN: No(AgreementWithdrawn, "the agreement was withdrawn before it was published"),
}
OVER = frozenset(_OVER)
"""Nothing more is asked of anybody."""

NOT_RUNNING: Mapping[Status, No] = MappingProxyType(
    {
        **dict.fromkeys((_D, _C), No(AgreementNotPublished, "no version has been published")),
        **_OVER,
    }
)

LIFE: Mapping[tuple[Act, Status], Status | No] = MappingProxyType(
    {
        **{(act, status): no for act in Act for status, no in _OVER.items()},
        **{(act, status): to for act, ways in _LIVING.items() for status, to in ways.items()},
        (Act.EXPIRE, Status.ENDED): Status.EXPIRED,
    }
)


def permit(actor: Actor, act: Act) -> None:
    """Refuse a role that may not do this to any agreement."""
    actor.must_be(BY_WHOM[act])


def after(act: Act, status: Status) -> Status:
    """Give the state to which an act leads, or refuse it by its name."""
    return way(LIFE, act, status)
