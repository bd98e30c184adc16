# SPDX-License-Identifier: EUPL-1.2
"""What is another region's is answered as what never was: in the same words, and as fast."""

import time
from uuid import uuid4

import pytest

from tests.e2e.door import Door, Json, refused
from tests.e2e.story import DRECHTSTEDEN, ZWOLLE, Given, When
from tests.e2e.test_desk_of_places import DORDRECHT, Desk, convenant
from tests.whose import officer

STRANGER = officer(ZWOLLE)
ASKED = 250
# Of so many pairs of one kind, fewer or more are slower once in some hundred thousand runs.
FAIR = (0.35, 0.65)


@pytest.fixture
def foreign(door: Door, given: Given, when: When) -> str:
    """Have a place of Drechtsteden, under an agreement that Zwolle signed too."""
    agreement = convenant(given, when, DRECHTSTEDEN, ZWOLLE)
    return Desk(door, DRECHTSTEDEN).offered(agreement, DORDRECHT)


def said(door: Door, path: str, identity: str) -> Json:
    """Give the refusal of a place, with the identity that was asked for left out."""
    problem = refused(door.ask("GET", f"{path}/{identity}", as_=STRANGER), 404)
    return {name: str(value).replace(identity, "…") for name, value in problem.items()}


def seconds(door: Door, path: str) -> float:
    """Measure one answer."""
    began = time.perf_counter()
    door.ask("GET", path, as_=STRANGER)
    return time.perf_counter() - began


@pytest.mark.parametrize("path", ["/placements", f"/regions/{ZWOLLE}/placements"])
def test_place_of_another_region_is_refused_as_one_that_never_was(
    door: Door, foreign: str, path: str
) -> None:
    absent = str(uuid4())

    assert said(door, path, foreign) == said(door, path, absent)
    asked = [f"{path}/{foreign}", f"{path}/{absent}"]
    slower = 0
    for number in range(ASKED):
        # Each is the first of the two as often as the other.
        took = {one: seconds(door, one) for one in (asked, asked[::-1])[number % 2]}
        slower += took[asked[0]] > took[asked[1]]
    assert FAIR[0] < slower / ASKED < FAIR[1]
