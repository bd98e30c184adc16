# SPDX-License-Identifier: EUPL-1.2
"""Where a place may be offered, under which version, and what falls away with an agreement."""

from dataclasses import replace
from datetime import date

import pytest

from services.placements.domain import (
    Cut,
    Framework,
    Line,
    Participant,
    Place,
    Placement,
    State,
    Step,
    Terms,
    Version,
    offer,
)
from services.placements.domain.actors import Actor
from services.placements.domain.life import Role
from services.placements.domain.refusals import (
    AgreementNotOpen,
    GroupNotInAgreement,
    NeededByHasPassed,
    NotForPlacements,
    NotTheirs,
    ParticipationStartsLater,
    RegionDoesNotTakePart,
)
from tests.unit.placements.places import (
    DAY,
    DRECHTSTEDEN,
    FRAMEWORK,
    PICK_UP_BY,
    PLACE,
    TERMS,
    ZWOLLE,
    new_id,
    offered,
    offering,
)

NEWER = Terms(2, frozenset({"statushouders"}), "eigen_buddy", 26)


def try_offer(*lines: Line, framework: Framework = FRAMEWORK) -> list[Placement]:
    return offer(offering(framework), lines, iter(new_id, ""))


def with_part(region: str, part: Participant, **more: object) -> Framework:
    parts = {**FRAMEWORK.participants, region: part}
    return replace(FRAMEWORK, participants=parts, **more)  # type: ignore[arg-type]


def test_call_of_two_lines_makes_a_placement_of_each_place() -> None:
    zwolle = replace(PLACE, region=ZWOLLE)

    places = try_offer(Line(PLACE, 3), Line(zwolle, 2))

    assert [one.region for one in places] == [DRECHTSTEDEN] * 3 + [ZWOLLE] * 2
    assert len({one.id for one in places}) == 5
    assert {one.state for one in places} == {State.OFFERED}
    assert {one.pick_up_by for one in places} == {PICK_UP_BY}
    assert all([fact.step for fact in one.facts] == [Step.OFFERED] for one in places)


def test_region_has_no_longer_to_pick_up_than_somebody_is_needed() -> None:
    assert offered(needed_by=DAY).pick_up_by == DAY


@pytest.mark.parametrize("status", ["suspended", "ended", "expired"])
def test_nothing_is_offered_under_an_agreement_that_is_not_published(status: str) -> None:
    with pytest.raises(AgreementNotOpen, match=status):
        try_offer(Line(PLACE), framework=replace(FRAMEWORK, status=status))


@pytest.mark.parametrize(
    "part",
    [
        Participant("invited", None, None),
        Participant("declined", None, None),
        Participant("withdrawn", 1, None),
        Participant("accepted", 9, None),
    ],
)
def test_region_without_an_accepted_version_in_force_gets_no_place(part: Participant) -> None:
    with pytest.raises(RegionDoesNotTakePart, match=ZWOLLE):
        try_offer(Line(replace(PLACE, region=ZWOLLE)), framework=with_part(ZWOLLE, part))


def test_every_region_that_takes_no_part_is_named_at_once() -> None:
    lines = [Line(replace(PLACE, region=region)) for region in ("AM30", DRECHTSTEDEN, "AM01")]

    with pytest.raises(RegionDoesNotTakePart, match=r"AM01, AM30;"):
        try_offer(*lines)


@pytest.mark.parametrize("status", ["accepted", "to_be_confirmed", "considering", "declined"])
def test_region_places_under_the_older_version_while_that_is_valid(status: str) -> None:
    both = {
        1: Version(TERMS, frozenset(), date(2026, 12, 1)),
        2: Version(NEWER, frozenset(), None),
    }
    framework = with_part(ZWOLLE, Participant(status, 1, None), versions=both)
    zwolle = Line(replace(PLACE, region=ZWOLLE))

    [place] = try_offer(zwolle, framework=framework)

    assert place.terms.version == 1
    past = replace(framework, versions={**both, 1: Version(TERMS, frozenset(), date(2026, 11, 30))})
    with pytest.raises(RegionDoesNotTakePart):
        try_offer(zwolle, framework=past)


def test_version_without_individual_placements_has_no_places() -> None:
    projects = {1: Version(TERMS, frozenset({"project"}), None)}

    with pytest.raises(NotForPlacements):
        try_offer(Line(PLACE), framework=replace(FRAMEWORK, versions=projects))


def test_convenant_must_have_begun_when_somebody_is_needed() -> None:
    later = with_part(DRECHTSTEDEN, Participant("accepted", 1, date(2027, 1, 16)))

    with pytest.raises(ParticipationStartsLater, match="2027-01-16"):
        try_offer(Line(PLACE), framework=later)


def test_only_groups_of_the_version_are_wanted() -> None:
    with pytest.raises(GroupNotInAgreement, match="not in version 1: ww"):
        offered(wanted_groups=("ww", "statushouders"))


def test_nobody_can_be_needed_yesterday() -> None:
    with pytest.raises(NeededByHasPassed):
        offered(needed_by=date(2026, 11, 30))


def test_employer_offers_no_places_of_another_one() -> None:
    other = offering(actor=Actor(Role.EMPLOYER, employer="another"))

    with pytest.raises(NotTheirs):
        offer(other, [Line(PLACE)], iter([new_id()]))


def falls(place: Place, state: State, framework: Framework) -> bool:
    return any(cut.takes(place.region, state) for cut in framework.cuts())


@pytest.mark.parametrize("state", State)
def test_open_places_fall_away_when_the_agreement_is_ended(state: State) -> None:
    ended, expired = (replace(FRAMEWORK, status=status) for status in ("ended", "expired"))

    assert falls(PLACE, state, ended) == (state in {State.OFFERED, State.PICKED_UP})
    assert falls(PLACE, state, expired) == (
        state in {State.OFFERED, State.PICKED_UP, State.CONFIRMED}
    )
    assert not falls(PLACE, state, FRAMEWORK)
    assert not falls(PLACE, state, replace(FRAMEWORK, status="suspended"))


def test_only_the_open_places_of_a_region_that_left_fall_away() -> None:
    [cut] = with_part(ZWOLLE, Participant("withdrawn", None, None)).cuts()

    assert cut == Cut(
        "AM36 no longer takes part", frozenset({State.OFFERED, State.PICKED_UP}), ZWOLLE
    )
    assert not cut.takes(DRECHTSTEDEN, State.OFFERED)
