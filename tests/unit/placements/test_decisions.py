# SPDX-License-Identifier: EUPL-1.2
"""What a region decides is its whole word: what was missed is passed through, nothing twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.placements.domain import (
    Choice,
    Confirmation,
    Direction,
    Participant,
    State,
    Step,
    settle,
)
from tests.unit.placements.places import (
    CONFIRMATION,
    DRECHTSTEDEN,
    FRAMEWORK,
    NEIGHBOUR,
    NOW,
    ZWOLLE,
    around,
    decided,
    decision,
    offered,
    settled,
    started,
)

CORRECTED = Confirmation(frozenset({"statushouders"}), in_register=True, corrections=1)


def steps(of: object) -> list[Step]:
    return [fact.step for fact in of.facts]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("choice", "state"),
    [
        (Choice.CONFIRMED, State.CONFIRMED),
        (Choice.DECLINED, State.DECLINED),
        (Choice.HANDED_OVER, State.HANDED_OVER),
    ],
)
def test_pick_up_that_was_never_heard_of_is_passed_through(choice: Choice, state: State) -> None:
    placement = decided(offered(), choice)

    assert steps(placement)[1:] == [Step.PICKED_UP, Step(state.value)]
    assert placement.picked_up_at == NOW
    assert placement.state is state


def test_confirmation_that_was_never_heard_of_is_passed_through_before_the_refusal() -> None:
    placement = decided(offered(), Choice.DECLINED, confirmation=CONFIRMATION)

    assert steps(placement)[2:] == [Step.CONFIRMED, Step.DECLINED]
    assert placement.confirmation is None


def test_correction_of_a_confirmation_that_was_never_heard_of_passes_through_both() -> None:
    placement = decided(offered(), Choice.CONFIRMED, confirmation=CORRECTED)

    assert steps(placement)[1:] == [Step.PICKED_UP, Step.CONFIRMED, Step.CORRECTED]
    assert placement.confirmation == CORRECTED


def test_the_same_word_again_changes_only_the_verdict() -> None:
    once = decided(offered(), Choice.CONFIRMED, sequence=2)

    again = decided(once, Choice.CONFIRMED, sequence=3)

    assert again == replace(once, verdict=again.verdict)
    assert again.verdict is not None
    assert again.verdict.sequence == 3


def test_correction_is_a_step_of_its_own_and_moves_nothing() -> None:
    placement = started()

    after = decided(
        placement,
        Choice.CONFIRMED,
        confirmation=CORRECTED,
        corrected_at=NOW + timedelta(days=3),
    )

    assert after.state is State.STARTED
    assert after.confirmation == CORRECTED
    assert (after.facts[-1].step, after.facts[-1].reason) == (Step.CORRECTED, None)
    assert after.facts[-1].at == NOW + timedelta(days=3)


def test_confirmation_of_a_group_that_the_version_does_not_know_is_refused() -> None:
    stranger = Confirmation(frozenset({"ww"}), in_register=False)

    placement = decided(offered(), Choice.CONFIRMED, confirmation=stranger)

    assert placement.state is State.PICKED_UP
    assert placement.verdict is not None
    assert placement.verdict.objection == "version 1 is not for every group that was confirmed"
    assert placement.confirmation is None


def test_refusal_leaves_counting_what_was_recorded_before() -> None:
    nothing = decided(offered(), Choice.CONFIRMED, confirmation=None)
    confirmed = decided(offered(), Choice.CONFIRMED, sequence=2)
    refused = decided(confirmed, Choice.HANDED_OVER, sequence=3)
    again = decided(refused, Choice.HANDED_OVER, sequence=4)

    told = [
        one.verdict and (one.verdict.sequence, one.verdict.recorded) for one in (nothing, again)
    ]
    assert told == [(1, None), (4, 2)]
    assert again.verdict is not None
    assert again.verdict.objection


@pytest.mark.parametrize(
    ("choice", "missing"), [(Choice.CONFIRMED, "confirmation"), (Choice.DECLINED, "reason_code")]
)
def test_decision_that_lacks_what_it_needs_is_refused(choice: Choice, missing: str) -> None:
    placement = decided(offered(), choice, **{missing: None})

    assert placement.state is State.PICKED_UP
    assert placement.verdict is not None
    assert placement.verdict.objection


def test_hand_over_makes_a_linked_place_in_the_other_region() -> None:
    here = offered(wanted_groups=("statushouders",))

    handed = settled(here, Choice.HANDED_OVER)

    assert handed.linked is not None
    assert handed.linked.state is State.OFFERED
    assert (handed.linked.region, handed.linked.terms) == (NEIGHBOUR, here.terms)
    assert handed.linked.place == replace(here.place, region=NEIGHBOUR)
    assert steps(handed.linked) == [Step.OFFERED]
    to, back = handed.placement.link, handed.linked.link
    assert to is not None
    assert back is not None
    assert (to.placement_id, to.region, to.direction) == (
        handed.linked.id,
        NEIGHBOUR,
        Direction.TO,
    )
    assert (back.placement_id, back.region, back.direction) == (
        here.id,
        DRECHTSTEDEN,
        Direction.FROM,
    )


def test_handed_over_place_wants_no_group_that_the_other_region_did_not_accept() -> None:
    narrow = replace(FRAMEWORK.versions[1].terms, version=2, target_groups=frozenset({"ww"}))
    framework = replace(
        FRAMEWORK,
        versions={
            **FRAMEWORK.versions,
            2: replace(FRAMEWORK.versions[1], terms=narrow),
        },
        participants={**FRAMEWORK.participants, NEIGHBOUR: Participant("accepted", 2, None)},
    )

    handed = settle(
        offered(wanted_groups=("statushouders",)),
        decision(Choice.HANDED_OVER),
        around(framework),
    )

    assert handed.linked is not None
    assert handed.linked.place.wanted_groups == ()
    assert handed.linked.terms.version == 2


@pytest.mark.parametrize(
    ("to_region", "objection"),
    [
        (None, "names the region"),
        (ZWOLLE, "no neighbour"),
        (DRECHTSTEDEN, "no neighbour"),
    ],
)
def test_hand_over_to_a_region_that_cannot_take_it_is_refused(
    to_region: str | None, objection: str
) -> None:
    handed = settled(offered(), Choice.HANDED_OVER, to_region=to_region)

    assert handed.linked is None
    assert handed.placement.state is State.PICKED_UP
    assert handed.placement.verdict is not None
    assert objection in (handed.placement.verdict.objection or "")


@pytest.mark.parametrize(
    "framework",
    [
        None,
        replace(FRAMEWORK, participants={}),
        replace(FRAMEWORK, status="suspended"),
    ],
)
def test_hand_over_needs_an_agreement_in_which_the_other_region_takes_part(
    framework: object,
) -> None:
    handed = settle(offered(), decision(Choice.HANDED_OVER), around(framework))  # type: ignore[arg-type]

    assert handed.linked is None
    assert handed.placement.state is State.PICKED_UP


def test_place_is_handed_over_once() -> None:
    handed = settled(offered(), Choice.HANDED_OVER).linked
    assert handed is not None

    again = settled(handed, Choice.HANDED_OVER, to_region=NEIGHBOUR)

    assert again.linked is None
    assert again.placement.verdict is not None
    assert "handed over once" in (again.placement.verdict.objection or "")
