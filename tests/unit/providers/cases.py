# SPDX-License-Identifier: EUPL-1.2
"""Requests for support in every state, as they come about."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.providers.domain import (
    Actor,
    Agreed,
    Asked,
    Placement,
    Provider,
    ProviderId,
    Role,
    State,
    Support,
    SupportId,
    Today,
    Why,
)
from services.providers.domain import support as rules

EMPLOYER, OTHER = "7c6a8f0e-2f55-4b7e-9a63-0d3f6f1f5a10", "00000000-0000-4000-8000-000000000000"
DAY = date(2027, 2, 1)
AT = datetime(2027, 2, 1, 9, tzinfo=UTC)
PLACEMENT = Placement("p", "a", 1, EMPLOYER, "AM23", "started")
AGREED = Agreed("Jobstap", frozenset({"zwaar", "specialistisch"}))
JOBSTAP = Provider.register(ProviderId("j"), "Jobstap", ("AM23", "AM36"), AT)
ELSEWHERE = Provider.register(ProviderId("e"), "Elsewhere", ("AM30",), AT)
WHY = Why("outgrew_buddy")
TODAY = Today(AT, DAY, lambda day, count: day + timedelta(days=count))

SLW, OFFICER, MANAGER = Actor(Role.SLW), Actor(Role.WSP_OFFICER), Actor(Role.WSP_MANAGER)
BUYER, HELPER = Actor(Role.EMPLOYER), Actor(Role.PROVIDER)


def asked(
    need: str = "zwaar", funded_by: str = "employer", placement: Placement = PLACEMENT
) -> Asked:
    """Give what is asked for."""
    return Asked(SupportId("s"), placement, need, funded_by)


def requested(
    what: Asked | None = None, *, provider: Provider | None = JOBSTAP, by: Actor = OFFICER
) -> Support:
    """Ask for support."""
    return rules.request(what or asked(), AGREED, provider, by=by, why=WHY, today=TODAY)


def in_state(state: State) -> Support:
    """Bring a request into a state by the steps that lead there."""
    assigned = requested()
    active = rules.accept(assigned, by=HELPER, today=TODAY)
    waiting = requested(asked(funded_by="region"))
    give = {
        State.REQUESTED: lambda: waiting,
        State.APPROVED: lambda: requested(provider=None),
        State.ASSIGNED: lambda: assigned,
        State.ACTIVE: lambda: active,
        State.ESCALATED: lambda: rules.escalate(active, None, by=HELPER, why=WHY, today=TODAY),
        State.CLOSED: lambda: rules.close(active, "ended", by=HELPER, why=WHY, today=TODAY),
        State.DECLINED: lambda: rules.decline(waiting, by=MANAGER, why=WHY, today=TODAY),
        State.WITHDRAWN: lambda: rules.withdraw(assigned, by=SLW, why=WHY, today=TODAY),
        State.HANDED_BACK: lambda: rules.hand_back(active, by=HELPER, why=WHY, today=TODAY),
    }
    found = give[state]()
    assert found.state is state
    return found


def act(support: Support, step: str, by: Actor) -> Support:
    """Take a step with everything that it asks for."""
    plainly: dict[str, Any] = {"by": by, "today": TODAY}
    told = {**plainly, "why": WHY}
    steps: dict[str, Callable[[], Support]] = {
        "approved": lambda: rules.approve(support, JOBSTAP, **told),
        "declined": lambda: rules.decline(support, **told),
        "assigned": lambda: rules.assign(support, JOBSTAP, **told),
        "accepted": lambda: rules.accept(support, **plainly),
        "contacted": lambda: rules.contact(support, DAY, asked_on=DAY, **plainly),
        "escalated": lambda: rules.escalate(support, "specialistisch", **told),
        "resumed": lambda: rules.resume(support, **told),
        "handed_back": lambda: rules.hand_back(support, **told),
        "closed": lambda: rules.close(support, "returned_to_buddy", **told),
        "withdrawn": lambda: rules.withdraw(support, **told),
        "placement_over": lambda: rules.placement_over(support, **plainly),
    }
    return steps[step]()
