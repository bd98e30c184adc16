# SPDX-License-Identifier: EUPL-1.2
"""Every step is tried from every state in every role: the table allows it, or it is refused."""

from itertools import product

import pytest

from services.placements.domain import LIFE, Actor, Choice, Line, Role, State, Step, offer
from services.placements.domain.life import MAY_OFFER, OF_A_REGION, next_state, refusal
from services.placements.domain.refusals import (
    NotForThisRole,
    NotTheirs,
    Refused,
    StartAlreadyConfirmed,
)
from shared.contracts import codes
from tests.unit.placements.places import (
    DRECHTSTEDEN,
    FRAMEWORK,
    ISS,
    NEIGHBOUR,
    NOW,
    PLACE,
    TODAY,
    decision,
    new_id,
    offered,
    offering,
    reached,
    settled,
    started,
    step,
)

BY_CALL = (Step.STARTED, Step.CHECKED_IN, Step.COMPLETED, Step.ENDED_EARLY, Step.WITHDRAWN)
BY_MESSAGE = {
    Choice.PICKED_UP: Step.PICKED_UP,
    Choice.CONFIRMED: Step.CONFIRMED,
    Choice.DECLINED: Step.DECLINED,
    Choice.HANDED_OVER: Step.HANDED_OVER,
}


def test_the_words_of_the_table_are_those_of_the_contracts() -> None:
    assert set(State) == codes.PLACEMENT_STATES.keys()
    assert set(Step) == codes.PLACEMENT_STEPS.keys()
    assert LIFE.keys() == set(Step) - {Step.OFFERED, Step.DECISION_REFUSED}


@pytest.mark.parametrize(("which", "state", "role"), [*product(BY_CALL, State, Role)])
def test_step_leads_where_the_table_says_or_is_refused(
    which: Step, state: State, role: Role
) -> None:
    placement, rule = reached(state), LIFE[which]
    confirms = which is Step.STARTED and role in OF_A_REGION and placement.start is not None

    if role not in rule.by:
        with pytest.raises(NotForThisRole):
            step(which, placement, Actor(role))
    elif confirms:
        expected = LIFE[Step.START_CONFIRMED].leads
        again = refusal(Step.START_CONFIRMED, state) if state not in expected else None
        kind = type(again) if again else StartAlreadyConfirmed
        with pytest.raises(kind):
            step(which, placement, Actor(role))
    elif state not in rule.leads:
        with pytest.raises(type(refusal(which, state)), match=r"^\w.+"):
            step(which, placement, Actor(role))
    else:
        after = step(which, placement, Actor(role))
        passed = [fact.step for fact in after.facts[len(placement.facts) :]]
        assert passed[0] is which
        assert after.state is (State.SUSTAINED if Step.SUSTAINED in passed else rule.leads[state])


@pytest.mark.parametrize(("choice", "state"), [*product(Choice, State)])
def test_decision_is_recorded_where_the_table_says_or_refused_with_a_reason(
    choice: Choice, state: State
) -> None:
    placement, which = reached(state), BY_MESSAGE[choice]
    taken_up = State.PICKED_UP if state is State.OFFERED else state
    said_again = (choice, state) in {
        (Choice.PICKED_UP, State.OFFERED),
        (Choice.PICKED_UP, State.PICKED_UP),
        *((Choice.CONFIRMED, known) for known in LIFE[Step.CORRECTED].leads),
    }

    after = settled(placement, choice, sequence=7).placement

    assert after.verdict is not None
    assert after.verdict.sequence == 7
    if said_again:
        assert (after.verdict.objection, after.state) == (None, taken_up)
    elif taken_up in LIFE[which].leads:
        assert (after.verdict.objection, after.state) == (None, LIFE[which].leads[taken_up])
    else:
        assert after.verdict.objection
        assert (after.state, after.last_change) == (state, Step.DECISION_REFUSED)


@pytest.mark.parametrize("state", State)
def test_place_lapses_only_while_nobody_is_found(state: State) -> None:
    placement = reached(state)

    if state in LIFE[Step.LAPSED].leads:
        assert placement.lapse(TODAY).state is State.LAPSED
    else:
        with pytest.raises(Refused):
            placement.lapse(TODAY)


@pytest.mark.parametrize("role", Role)
def test_only_an_employer_or_the_coordinator_offers(role: Role) -> None:
    if role in MAY_OFFER:
        assert offer(offering(actor=Actor(role)), [Line(PLACE)], iter([new_id()]))
    else:
        with pytest.raises(NotForThisRole):
            offer(offering(actor=Actor(role)), [Line(PLACE)], iter([new_id()]))


@pytest.mark.parametrize(
    "actor",
    [
        Actor(Role.EMPLOYER, employer="another"),
        Actor(Role.WSP_OFFICER, region=NEIGHBOUR),
    ],
)
def test_nobody_touches_the_places_of_somebody_else(actor: Actor) -> None:
    with pytest.raises(NotTheirs):
        step(Step.ENDED_EARLY, started(), actor)


def test_every_refusal_of_the_table_says_why() -> None:
    refused = [
        refusal(which, state)
        for which, rule in LIFE.items()
        for state in State
        if state not in rule.leads
    ]

    assert all(str(one) for one in refused)
    with pytest.raises(Refused):
        next_state(Step.LAPSED, State.SUSTAINED)


def test_decision_of_another_region_changes_nothing() -> None:
    placement = offered()

    assert settled(placement, Choice.PICKED_UP, region=NEIGHBOUR).placement == placement
    assert decision(Choice.PICKED_UP).region == DRECHTSTEDEN
    assert (FRAMEWORK.employer_id, placement.offered_at) == (ISS, NOW)
