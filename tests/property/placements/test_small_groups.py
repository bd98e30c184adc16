# SPDX-License-Identifier: EUPL-1.2
"""Whoever asks everything that may be asked cannot tell a small group from what is answered.

The one who tries knows the rule, how many places are filled in each region, and every answer:
each region alone, each agreement, all of them, and every region of all of them.
"""

from collections.abc import Iterator, Mapping
from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.placements.domain.counting import FEWEST_SHOWN, Shares, shown

Cell = tuple[str, str]
People = Mapping[Cell, int]
AGREEMENTS, REGIONS = ("one", "two"), ("AM23", "AM35", "AM36")
MOST_HIDDEN = FEWEST_SHOWN - 1


def room(places: int) -> int:
    """Give how many a count that is not told can be at the most."""
    return min(places, MOST_HIDDEN)


def answer(people: People, places: People, agreement: str, regions: tuple[str, ...]) -> int:
    """Give what is told of a group under an agreement in some regions, as the counts do."""
    cells = [cell for cell in people if cell[0] == agreement and cell[1] in regions]
    hidden = [cell for cell in cells if shown(people[cell], inside=False) is None]
    shares = Shares(
        told=sum(people[cell] for cell in cells if cell not in hidden),
        hidden=sum(people[cell] for cell in hidden),
        room=sum(room(places[cell]) for cell in hidden),
    )
    return shares.total(inside=False)


def answers(people: People, places: People) -> list[int | None]:
    """Give every answer: the API filters by one agreement, one employer, one region, or none."""
    told: list[int | None] = [shown(people[cell], inside=False) for cell in sorted(people)]
    for regions in (REGIONS, *((one,) for one in REGIONS)):
        alone = [answer(people, places, agreement, regions) for agreement in AGREEMENTS]
        told += [shown(sum(one), inside=False) for one in ([alone[0]], [alone[1]], alone)]
    return told


def worlds(people: People, places: People) -> Iterator[dict[Cell, int]]:
    """Give every way in which the small groups could be, by what is known of the places."""
    hidden = [cell for cell in sorted(people) if people[cell] < FEWEST_SHOWN]
    for guess in product(*(range(room(places[cell]) + 1) for cell in hidden)):
        yield {**people, **dict(zip(hidden, guess, strict=True))}


@st.composite
def counted(draw: st.DrawFn) -> tuple[People, People]:
    """Draw how many places are filled in each region, and how many of one group are among them."""
    cells = [(one, region) for one in AGREEMENTS for region in REGIONS]
    places = {cell: draw(st.sampled_from([0, 1, 2, 4, 7])) for cell in cells}
    # Nobody and everybody are the cases in which a sum tells most.
    share = st.sampled_from([0, 1, 1, 2])
    return {cell: places[cell] * draw(share) // 2 for cell in cells}, places


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(counted())
def test_no_small_group_is_found_out_by_asking_more(told: tuple[People, People]) -> None:
    people, places = told
    small = [cell for cell in people if people[cell] < FEWEST_SHOWN and places[cell]]
    said = answers(people, places)

    could_be: dict[Cell, set[int]] = {cell: set() for cell in small}
    for world in worlds(people, places):
        if answers(world, places) == said:
            for cell in small:
                could_be[cell].add(world[cell])

    assert [cell for cell in small if len(could_be[cell]) == 1] == []


@given(counted())
def test_a_sum_never_says_more_people_than_there_are(told: tuple[People, People]) -> None:
    people, places = told

    for agreement in AGREEMENTS:
        there = sum(people[agreement, region] for region in REGIONS)
        assert 0 <= answer(people, places, agreement, REGIONS) <= there
