# SPDX-License-Identifier: EUPL-1.2
"""Whose turn it is: what waits on which desk while a request is in a state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from services.providers.domain.life import RUNNING, State
from services.providers.domain.support import Support


class Desk(Enum):
    """Who can have a request on its list."""

    SLW = "slw"
    REGION = "region"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits, on which desk, and until when."""

    desk: Desk
    kind: str
    due_on: date | None = None


_OF_STATE: Mapping[State, Waiting] = {
    State.REQUESTED: Waiting(Desk.REGION, "support_to_approve"),
    State.APPROVED: Waiting(Desk.SLW, "support_without_provider"),
    State.ESCALATED: Waiting(Desk.SLW, "support_escalated"),
    State.HANDED_BACK: Waiting(Desk.SLW, "support_handed_back"),
}


def waiting(support: Support) -> list[Waiting]:
    """Name everything that a request waits for."""
    found = [_OF_STATE[support.state]] if support.state in _OF_STATE else []
    if support.state is State.ASSIGNED:
        found.append(Waiting(Desk.PROVIDER, "support_to_accept", support.accept_by))
    if support.state in RUNNING and support.first_contact_by is not None:
        found.append(Waiting(Desk.PROVIDER, "first_contact_due", support.first_contact_by))
    return found


def not_accepted(support: Support, today: date) -> list[Waiting]:
    """Name what is too late about the acceptance, for SLW."""
    late = support.accept_by is not None and support.accept_by < today
    if not late or support.state is not State.ASSIGNED:
        return []
    return [Waiting(Desk.SLW, "support_not_accepted", support.accept_by)]


def not_contacted(support: Support, today: date) -> list[Waiting]:
    """Name what is too late about the first contact, for SLW and the region."""
    due = support.first_contact_by
    if due is None or due >= today or support.state not in RUNNING:
        return []
    return [Waiting(desk, "first_contact_late", due) for desk in (Desk.SLW, Desk.REGION)]
