# SPDX-License-Identifier: EUPL-1.2
"""The life of a request for support, as a table: which step leads where, and by whom.

What the table does not hold is refused, with the name that `refusal` gives. Nothing else decides
on states.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.providers.domain import refusals as no


class State(StrEnum):
    """Where a request is in its life. `approved` waits for a provider, `assigned` for its word."""

    REQUESTED = "requested"
    APPROVED = "approved"
    ASSIGNED = "assigned"
    ACTIVE = "active"
    ESCALATED = "escalated"
    CLOSED = "closed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    HANDED_BACK = "handed_back"


class Step(StrEnum):
    """One kind of thing that happens to a request."""

    REQUESTED = "requested"
    APPROVED = "approved"
    DECLINED = "declined"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    CONTACTED = "contacted"
    ESCALATED = "escalated"
    RESUMED = "resumed"
    HANDED_BACK = "handed_back"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    PLACEMENT_OVER = "placement_over"


class Role(StrEnum):
    """In which role somebody asks."""

    SLW = "slw-coordinator"
    WSP_MANAGER = "wsp-manager"
    WSP_OFFICER = "wsp-officer"
    EMPLOYER = "employer"
    PROVIDER = "support-provider"
    OPS = "ops"
    AUDITOR = "auditor"
    SYSTEM = "system"


BEFORE_WORK = frozenset({State.REQUESTED, State.APPROVED, State.ASSIGNED})
RUNNING = frozenset({State.ACTIVE, State.ESCALATED})
OVER = frozenset({State.CLOSED, State.DECLINED, State.WITHDRAWN})
OPEN = BEFORE_WORK | RUNNING | {State.HANDED_BACK}


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may take a step, and where it leads from each state that knows it."""

    by: frozenset[Role]
    leads: Mapping[State, State]


def _to(target: State, sources: Iterable[State]) -> Mapping[State, State]:
    return dict.fromkeys(sorted(sources), target)


def _stays(states: Iterable[State]) -> Mapping[State, State]:
    return {state: state for state in sorted(states)}


_REGION = frozenset({Role.WSP_OFFICER, Role.WSP_MANAGER})
_SLW = frozenset({Role.SLW})
_EMPLOYER = frozenset({Role.EMPLOYER})
_PROVIDER = frozenset({Role.PROVIDER})
_SYSTEM = frozenset({Role.SYSTEM})

MAY_REQUEST = _REGION | _SLW | _EMPLOYER
"""A request starts a life, so it leads from no state."""

LIFE: Mapping[Step, Rule] = {
    # Without a provider that works in the region the same steps end in `approved`.
    Step.APPROVED: Rule(_REGION, _to(State.ASSIGNED, [State.REQUESTED])),
    Step.DECLINED: Rule(_REGION, _to(State.DECLINED, [State.REQUESTED])),
    Step.ASSIGNED: Rule(
        _SLW | _SYSTEM,
        _to(State.ASSIGNED, [State.APPROVED, State.ASSIGNED, State.HANDED_BACK]),
    ),
    Step.ACCEPTED: Rule(_PROVIDER, _to(State.ACTIVE, [State.ASSIGNED])),
    Step.CONTACTED: Rule(_PROVIDER, _stays(RUNNING)),
    Step.ESCALATED: Rule(_PROVIDER | _REGION | _EMPLOYER, _to(State.ESCALATED, [State.ACTIVE])),
    Step.RESUMED: Rule(_SLW, _to(State.ACTIVE, [State.ESCALATED])),
    Step.HANDED_BACK: Rule(_PROVIDER, _to(State.HANDED_BACK, {State.ASSIGNED, *RUNNING})),
    Step.CLOSED: Rule(_PROVIDER | _REGION | _SLW, _to(State.CLOSED, {*RUNNING, State.HANDED_BACK})),
    Step.WITHDRAWN: Rule(MAY_REQUEST, _to(State.WITHDRAWN, {*BEFORE_WORK, State.HANDED_BACK})),
    Step.PLACEMENT_OVER: Rule(
        _SYSTEM,
        {
            **_to(State.WITHDRAWN, {*BEFORE_WORK, State.HANDED_BACK}),
            **_to(State.CLOSED, RUNNING),
        },
    ),
}


def next_state(step: Step, state: State) -> State:
    """Give the state that a step leads to, or refuse it by name."""
    leads = LIFE[step].leads
    if state not in leads:
        raise refusal(step, state)
    return leads[state]


_WAITS: Mapping[State, tuple[type[no.Refused], str]] = {
    State.REQUESTED: (no.NotApprovedYet, "the region pays, and has not approved yet"),
    State.HANDED_BACK: (no.HandedBack, "the provider has handed it back"),
    State.APPROVED: (no.NoProviderYet, "no provider has the request"),
    State.ASSIGNED: (no.NotAcceptedYet, "the provider has not accepted it yet"),
}


def refusal(step: Step, state: State) -> no.Refused:
    """Name why a step cannot be taken from a state."""
    if state in OVER:
        return no.SupportOver(f"the request is {state.replace('_', ' ')}")
    if step in {Step.APPROVED, Step.DECLINED}:
        return no.NothingToApprove("the request waits for nobody's approval")
    if state in _WAITS:
        kind, words = _WAITS[state]
        return kind(words)
    return _while_it_runs(step, state)


def _while_it_runs(step: Step, state: State) -> no.Refused:
    if step is Step.ESCALATED:
        return no.AlreadyEscalated("the request is escalated already")
    if step is Step.RESUMED and state is State.ACTIVE:
        return no.NotEscalated("the request is not escalated")
    return no.AlreadyAccepted("support runs: it can be closed or handed back")
