# SPDX-License-Identifier: EUPL-1.2
"""The life of a placement, as a table: which step leads from which state to which, and by whom.

What the table does not hold is refused, with the name that `refusal` gives. Nothing else decides
on states.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.placements.domain import refusals as no


class State(StrEnum):
    """Where a placement is in its life."""

    OFFERED = "offered"
    PICKED_UP = "picked_up"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    HANDED_OVER = "handed_over"
    STARTED = "started"
    SUSTAINED = "sustained"
    COMPLETED = "completed"
    ENDED_EARLY = "ended_early"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class Step(StrEnum):
    """One kind of thing that happens to a placement."""

    OFFERED = "offered"
    PICKED_UP = "picked_up"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    DECLINED = "declined"
    HANDED_OVER = "handed_over"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    STARTED = "started"
    START_CONFIRMED = "start_confirmed"
    CHECKED_IN = "checked_in"
    SUSTAINED = "sustained"
    COMPLETED = "completed"
    ENDED_EARLY = "ended_early"
    DECISION_REFUSED = "decision_refused"


class Role(StrEnum):
    """In which role somebody asks."""

    SLW = "slw-coordinator"
    WSP_OFFICER = "wsp-officer"
    WSP_MANAGER = "wsp-manager"
    EMPLOYER = "employer"
    PROVIDER = "support-provider"
    OPS = "ops"
    AUDITOR = "auditor"
    SYSTEM = "system"


OPEN = frozenset({State.OFFERED, State.PICKED_UP})
"""The place is offered, and nobody is found for it yet."""

GONE = frozenset({State.DECLINED, State.HANDED_OVER, State.WITHDRAWN, State.LAPSED})
RUNNING = frozenset({State.STARTED, State.SUSTAINED})
ENDED = frozenset({State.COMPLETED, State.ENDED_EARLY})
CONFIRMED_ONCE = frozenset({State.CONFIRMED}) | RUNNING | ENDED


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may take a step, and where it leads from each state that knows it."""

    by: frozenset[Role]
    leads: Mapping[State, State]


def _to(target: State, sources: Iterable[State]) -> Mapping[State, State]:
    return dict.fromkeys(sorted(sources), target)


def _stays(states: Iterable[State]) -> Mapping[State, State]:
    return {state: state for state in sorted(states)}


OF_A_REGION = frozenset({Role.WSP_OFFICER, Role.WSP_MANAGER})
_OFFERER = frozenset({Role.EMPLOYER, Role.SLW})
_SYSTEM = frozenset({Role.SYSTEM})
_BOTH_SIDES = OF_A_REGION | {Role.EMPLOYER}

MAY_OFFER = _OFFERER
"""An offer starts a life, so it leads from no state."""

LIFE: Mapping[Step, Rule] = {
    Step.PICKED_UP: Rule(OF_A_REGION, _to(State.PICKED_UP, [State.OFFERED])),
    Step.CONFIRMED: Rule(OF_A_REGION, _to(State.CONFIRMED, [State.PICKED_UP])),
    Step.CORRECTED: Rule(OF_A_REGION, _stays(CONFIRMED_ONCE)),
    # A candidate may fall away after the confirmation: until the start the region may decline.
    Step.DECLINED: Rule(OF_A_REGION, _to(State.DECLINED, [State.PICKED_UP, State.CONFIRMED])),
    Step.HANDED_OVER: Rule(OF_A_REGION, _to(State.HANDED_OVER, [State.PICKED_UP])),
    Step.WITHDRAWN: Rule(_OFFERER | _SYSTEM, _to(State.WITHDRAWN, {*OPEN, State.CONFIRMED})),
    Step.LAPSED: Rule(_SYSTEM, _to(State.LAPSED, OPEN)),
    Step.STARTED: Rule(_BOTH_SIDES | _OFFERER, _to(State.STARTED, [State.CONFIRMED])),
    Step.START_CONFIRMED: Rule(OF_A_REGION, _stays([State.STARTED])),
    Step.CHECKED_IN: Rule(_BOTH_SIDES, _stays(RUNNING)),
    Step.SUSTAINED: Rule(_SYSTEM, _to(State.SUSTAINED, [State.STARTED])),
    Step.COMPLETED: Rule(_BOTH_SIDES, _to(State.COMPLETED, [State.SUSTAINED])),
    Step.ENDED_EARLY: Rule(_BOTH_SIDES, _to(State.ENDED_EARLY, RUNNING)),
}


MOVES = frozenset(
    {
        Step.OFFERED,
        *(step for step, rule in LIFE.items() if any(a != b for a, b in rule.leads.items())),
    }
)
"""The steps after which a placement stands otherwise than before."""


def next_state(step: Step, state: State) -> State:
    """Give the state that a step leads to, or refuse it by name."""
    leads = LIFE[step].leads
    if state not in leads:
        raise refusal(step, state)
    return leads[state]


def refusal(step: Step, state: State) -> no.Refused:
    """Name why a step cannot be taken from a state."""
    if state in GONE:
        return no.PlaceGone(f"the place is {_words(state)}")
    if state in ENDED:
        return no.PlacementEnded(f"the placement is {_words(state)}")
    if state is State.OFFERED and step in _AFTER_PICK_UP:
        return no.NotPickedUpYet("the region has not picked up the place")
    if state in OPEN and step in _AFTER_CONFIRMATION:
        return no.NotConfirmedYet("the region has confirmed nobody for the place")
    return _too_early_or_twice(step, state)


_AFTER_PICK_UP = frozenset({Step.CONFIRMED, Step.DECLINED, Step.HANDED_OVER})
_AFTER_CONFIRMATION = frozenset({Step.STARTED, Step.CORRECTED})
_AFTER_START = frozenset(
    {Step.START_CONFIRMED, Step.CHECKED_IN, Step.SUSTAINED, Step.COMPLETED, Step.ENDED_EARLY}
)


_ALREADY_STARTED = (no.AlreadyStarted, "somebody has started on the place")
_WHILE_RUNNING: Mapping[Step, tuple[type[no.Refused], str]] = {
    Step.COMPLETED: (no.NotSustainedYet, "until it is sustained it can only end early"),
    Step.SUSTAINED: (no.AlreadySustained, "the placement is sustained already"),
    Step.START_CONFIRMED: (no.StartAlreadyConfirmed, "what is sustained was confirmed before"),
}


def _too_early_or_twice(step: Step, state: State) -> no.Refused:
    if state in RUNNING:
        kind, words = _WHILE_RUNNING.get(step, _ALREADY_STARTED)
        return kind(words)
    if step in _AFTER_START:
        return no.NotStartedYet("nobody has started on the place")
    if state is State.CONFIRMED:
        return no.AlreadyConfirmed("the region has confirmed somebody for the place")
    return no.AlreadyPickedUp("the region has picked up the place")


def _words(state: State) -> str:
    return state.replace("_", " ")
