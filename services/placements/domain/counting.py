# SPDX-License-Identifier: EUPL-1.2
"""What is counted: how many places of one agreement in one region ever got how far.

A placement takes each counted step at most once, so counting facts is counting placements.
"""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from services.placements.domain.life import Step
from services.placements.domain.placement import Placement

COUNTED = (
    Step.OFFERED,
    Step.PICKED_UP,
    Step.CONFIRMED,
    Step.STARTED,
    Step.SUSTAINED,
    Step.COMPLETED,
    Step.ENDED_EARLY,
    Step.DECLINED,
    Step.HANDED_OVER,
    Step.WITHDRAWN,
    Step.LAPSED,
)

FULL_JOB_TENTHS = 255
"""The hours of one job of the Banenafspraak, in tenths: 25.5 paid hours a week (domain.md C.1)."""

NATIONAL_JOBS = 125_000
"""What the Banenafspraak asks of the whole country; only a context, never our own count."""

FEWEST_SHOWN = 5
"""Outside the region a group is shown only as a count of at least so many."""


class Cell(NamedTuple):
    """One agreement in one region."""

    agreement_id: str
    region: str


def increments(changed: Iterable[Placement]) -> dict[Cell, Counter[Step]]:
    """Give how much each tally grows by the facts of these placements."""
    grown: dict[Cell, Counter[Step]] = {}
    for one in changed:
        steps = [fact.step for fact in one.facts if fact.step in COUNTED]
        if steps:
            cell = Cell(one.agreement_id, one.region)
            grown.setdefault(cell, Counter()).update(steps)
    return grown


def shown(count: int, *, inside: bool) -> int | None:
    """Give a count of a group, or nothing where it is too small to be told outside the region."""
    return count if inside or count >= FEWEST_SHOWN else None
