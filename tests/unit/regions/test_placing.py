# SPDX-License-Identifier: EUPL-1.2
"""What a region may decide on a place: every step, from every standing, in every role."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from services.regions.domain import (
    LIFE,
    Actor,
    Basis,
    CandidateReference,
    Confirmation,
    HeldPlacement,
    Instrument,
    PlacementDecision,
    PlacementId,
    PlacementWish,
    RegionCode,
    Route,
    Said,
    Standing,
    Step,
)
from services.regions.domain import refusals as no
from shared.contracts import codes

DRECHTSTEDEN, ZWOLLE = RegionCode("AM23"), RegionCode("AM36")
NEIGHBOUR = RegionCode("AM22")
NOW = datetime(2026, 12, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
OFFICER = Actor("wsp-officer", DRECHTSTEDEN)
AT_THE_DESK = Route(None, Basis.DESK)
PARKSTAD = Route("WSP Parkstad", Basis.ESZL)
CANDIDATE = CandidateReference("AM23-7K4M-2QXD")
CONFIRMED = Confirmation(CANDIDATE, ("jongeren_tot_27",), in_register=False, criterion_met=True)
WISHES = {
    Step.PICKED_UP: PlacementWish(Step.PICKED_UP),
    Step.CONFIRMED: PlacementWish(Step.CONFIRMED, CONFIRMED),
    Step.CORRECTED: PlacementWish(
        Step.CORRECTED, changes={"in_register": True}, reason="Register stond verkeerd"
    ),
    Step.DECLINED: PlacementWish(Step.DECLINED, reason_code="no_candidate"),
    Step.HANDED_OVER: PlacementWish(Step.HANDED_OVER, to_region=NEIGHBOUR),
}
SAYS_NOTHING = {
    "slw-coordinator",
    "employer",
    "support-provider",
    "ops",
    "auditor",
    "system",
}


def held(standing: Standing = Standing.PICKED_UP) -> HeldPlacement:
    picked_up = None if standing is Standing.OFFERED else NOW
    confirmed = standing not in {Standing.OFFERED, Standing.PICKED_UP}
    return HeldPlacement(
        region=DRECHTSTEDEN,
        id=PlacementId("9b2f4c1e-6a37-4f0d-8f5b-2c6d7e8f9a01"),
        sequence=4,
        standing=standing,
        route=AT_THE_DESK,
        groups=frozenset({"jongeren_tot_27", "statushouders"}),
        neighbours=frozenset({NEIGHBOUR}),
        said=Said(picked_up, AT_THE_DESK, CONFIRMED if confirmed else None),
    )


def decided(step: Step, standing: Standing = Standing.PICKED_UP) -> PlacementDecision:
    return held(standing).decide(WISHES[step], OFFICER, LATER)


@pytest.mark.parametrize(("step", "standing"), list(product(Step, Standing)))
def test_every_step_from_every_standing_leads_on_or_is_refused_by_name(
    step: Step, standing: Standing
) -> None:
    outcome = LIFE[step][standing]

    if isinstance(outcome, Standing):
        assert decided(step, standing).standing is outcome
    else:
        with pytest.raises(outcome, match=f"is {standing}"):
            decided(step, standing)


@pytest.mark.parametrize(
    ("step", "standing", "role"), list(product(Step, Standing, sorted(SAYS_NOTHING)))
)
def test_no_other_role_takes_any_step(step: Step, standing: Standing, role: str) -> None:
    with pytest.raises(no.NotForThisRole, match=role):
        held(standing).decide(WISHES[step], Actor(role), LATER)


@pytest.mark.parametrize("step", Step)
def test_nobody_decides_for_another_region(step: Step) -> None:
    with pytest.raises(no.NotTheirs, match="AM36"):
        held().decide(WISHES[step], Actor("wsp-officer", ZWOLLE), LATER)


def test_life_knows_the_states_and_steps_of_the_contract() -> None:
    assert {one.value for one in Standing} == set(codes.PLACEMENT_STATES)
    assert {one.value for one in Step} == set(codes.PLACEMENT_DECISIONS)
    assert all(row.keys() == set(Standing) for row in LIFE.values())


def test_organisation_that_has_a_copy_decides_nothing() -> None:
    routed = replace(held(Standing.OFFERED), route=PARKSTAD)
    other, own = (Actor("wsp-officer", None, name) for name in ("Podium24", "WSP Parkstad"))

    with pytest.raises(no.NotTheirs, match="WSP Parkstad has it in hand"):
        routed.decide(WISHES[Step.PICKED_UP], other, LATER)
    assert routed.decide(WISHES[Step.PICKED_UP], own, LATER).said.route == PARKSTAD


def test_decision_is_the_whole_word_of_the_region() -> None:
    decision = decided(Step.CONFIRMED)

    assert decision.said == Said(NOW, AT_THE_DESK, CONFIRMED)
    assert (decision.placement_sequence, decision.decided_at) == (4, LATER)


def test_decline_after_a_confirmation_still_tells_of_it() -> None:
    assert decided(Step.DECLINED, Standing.CONFIRMED).said.confirmation == CONFIRMED


def test_correction_changes_what_it_names_and_counts() -> None:
    first = decided(Step.CORRECTED, Standing.STARTED)
    again = replace(held(Standing.STARTED), said=first.said)
    wish = replace(WISHES[Step.CORRECTED], changes={"target_groups": ("statushouders",)})
    second = again.decide(wish, OFFICER, LATER)

    assert first.said.confirmation == replace(CONFIRMED, in_register=True)
    assert (first.said.corrections, first.said.corrected_at) == (1, LATER)
    assert first.word is Step.CONFIRMED
    assert second.said.corrections == 2
    assert second.said.confirmation is not None
    assert second.said.confirmation.in_register


def test_correction_that_changes_nothing_or_has_no_reason_is_refused() -> None:
    with pytest.raises(no.CorrectionChangesNothing):
        held(Standing.CONFIRMED).decide(
            replace(WISHES[Step.CORRECTED], changes={"in_register": False}), OFFICER, LATER
        )
    with pytest.raises(no.PlacementDecisionIncomplete, match="why"):
        held(Standing.CONFIRMED).decide(
            replace(WISHES[Step.CORRECTED], reason=None), OFFICER, LATER
        )


def confirm(**changes: object) -> PlacementDecision:
    wish = PlacementWish(Step.CONFIRMED, replace(CONFIRMED, **changes))  # type: ignore[arg-type]
    return held().decide(wish, OFFICER, LATER)


def test_candidate_who_does_not_meet_the_criterion_is_refused() -> None:
    with pytest.raises(no.CriterionNotMet):
        confirm(criterion_met=False)


def test_group_that_the_agreement_is_not_for_is_refused() -> None:
    with pytest.raises(no.GroupNotInAgreement, match="not for vijftigplus"):
        confirm(target_groups=("jongeren_tot_27", "vijftigplus"))


def test_group_that_says_something_about_health_stays_in_the_region() -> None:
    decision = confirm(target_groups=("ggz", "jongeren_tot_27"))

    assert decision.said.confirmation is not None
    assert decision.said.confirmation.target_groups == ("ggz", "jongeren_tot_27")
    assert decision.said.confirmation.travelling_groups == ("jongeren_tot_27",)
    with pytest.raises(no.PlacementDecisionIncomplete, match="group"):
        confirm(target_groups=("ggz",))


def test_version_that_is_no_longer_held_leaves_the_groups_to_the_owner() -> None:
    unknown = replace(held(), groups=None)

    assert unknown.decide(WISHES[Step.CONFIRMED], OFFICER, LATER).standing is Standing.CONFIRMED


def test_place_goes_to_a_neighbour_only() -> None:
    wish = replace(WISHES[Step.HANDED_OVER], to_region=ZWOLLE)

    with pytest.raises(no.NotANeighbour, match="AM36 shares no border with AM23"):
        held().decide(wish, OFFICER, LATER)


@pytest.mark.parametrize(
    "wish",
    [
        PlacementWish(Step.CONFIRMED),
        PlacementWish(Step.DECLINED),
        PlacementWish(Step.DECLINED, reason_code="other_reason"),
        PlacementWish(Step.HANDED_OVER),
    ],
)
def test_decision_that_says_too_little_is_refused(wish: PlacementWish) -> None:
    with pytest.raises(no.PlacementDecisionIncomplete):
        held().decide(wish, OFFICER, LATER)


def test_correction_may_name_another_candidate_and_other_instruments() -> None:
    other = CandidateReference("AM23-4B2C-9XYZ")
    subsidy = (Instrument("loonkostensubsidie", {"wage_value": 60}),)
    wish = replace(WISHES[Step.CORRECTED], changes={"candidate": other, "instruments": subsidy})

    said = held(Standing.CONFIRMED).decide(wish, OFFICER, LATER).said

    assert said.confirmation == replace(CONFIRMED, candidate=other, instruments=subsidy)
