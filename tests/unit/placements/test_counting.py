# SPDX-License-Identifier: EUPL-1.2
"""Counting: each step once per placement, by agreement and region; small groups stay untold."""

from collections import Counter
from dataclasses import replace

import pytest

from services.placements.domain import Cell, Choice, State, increments, shown
from services.placements.domain.counting import COUNTED
from tests.unit.placements.places import (
    AGREEMENT,
    DRECHTSTEDEN,
    NEIGHBOUR,
    decided,
    offered,
    reached,
    settled,
)

HERE = Cell(AGREEMENT, DRECHTSTEDEN)


@pytest.mark.parametrize("state", State)
def test_placement_is_counted_once_in_every_step_that_it_took(state: State) -> None:
    placement = reached(state)

    [(cell, grown)] = increments([placement]).items()

    assert cell == HERE
    assert set(grown.values()) == {1}
    assert {one.value for one in grown} >= {"offered", state.value}
    assert set(grown) <= set(COUNTED)


def test_handed_over_place_is_counted_as_offered_in_the_other_region() -> None:
    handed = settled(offered(), Choice.HANDED_OVER)
    assert handed.linked is not None

    grown = increments([handed.placement, handed.linked])

    assert grown[HERE] == Counter(["offered", "picked_up", "handed_over"])
    assert grown[Cell(AGREEMENT, NEIGHBOUR)] == Counter(["offered"])


def test_only_what_happened_since_it_was_read_is_counted() -> None:
    placement = replace(offered(), facts=())

    assert increments([placement]) == {}
    assert increments([decided(placement, Choice.PICKED_UP)])[HERE] == Counter(["picked_up"])


@pytest.mark.parametrize(("count", "outside"), [(0, None), (4, None), (5, 5), (6, 6)])
def test_group_of_fewer_than_five_is_told_inside_the_region_only(
    count: int, outside: int | None
) -> None:
    assert shown(count, inside=False) == outside
    assert shown(count, inside=True) == count
