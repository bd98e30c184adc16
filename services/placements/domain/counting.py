# SPDX-License-Identifier: EUPL-1.2
"""What is counted: how many places of one agreement in one region ever got how far.

A placement takes each counted step at most once, so counting facts is counting placements.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Shares:
    """A count over the regions of one agreement: what is told region by region, and what is not.

    `room` is how many the untold ones can be at the most, by the places that are known of there.
    """

    told: int
    hidden: int
    room: int

    def whole(self, *, inside: bool) -> bool:
        """Tell whether the sum of all is told, or no more than its told parts add up to.

        What is hidden is told together where it is neither a small group itself nor as large as it
        can be. No other sum tells anything of it: sums over agreements add up what is told, so no
        two questions leave anything to be found by subtracting.
        """
        return inside or not self.hidden or FEWEST_SHOWN <= self.hidden < self.room

    def total(self, *, inside: bool) -> int:
        """Give what is told of all regions together."""
        return self.told + (self.hidden if self.whole(inside=inside) else 0)
