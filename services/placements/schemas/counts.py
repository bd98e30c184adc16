# SPDX-License-Identifier: EUPL-1.2
"""Counts as people read them: outside a region no group is told of fewer than five people."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.placements.domain import Cell, Shares, shown
from services.placements.domain.counting import FULL_JOB_TENTHS, NATIONAL_JOBS
from shared.contracts.api import placements as api
from shared.runtime import Json

Row = Mapping[str, Any]
WORDS = ("confirmed", "started", "sustained")

NATIONAL_CONTEXT: Json = api.NationalContext().dump(
    {
        "jobs": NATIONAL_JOBS,
        "hours_per_job": FULL_JOB_TENTHS,
        "note": "What the whole country agreed on; these counts are no part of the national one.",
    }
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted: one page of agreements and regions, and all that match together.

    Whoever asks sees a region from `inside`, where it is their own and they see no other.
    """

    tallies: Sequence[Row]
    timed: Sequence[Row]
    groups: Sequence[Row]
    total: Row
    of_groups: Sequence[Row]
    of_register: Sequence[Row]
    inside: bool

    def cells(self) -> list[Json]:
        """Show the counts of each agreement in each region."""
        timed = {_cell(row): row for row in self.timed}
        groups: dict[Cell, list[Row]] = defaultdict(list)
        for row in self.groups:
            groups[_cell(row)].append(row)
        cell = api.PlacementCountsOfRegion()
        return [
            cell.dump(self._of_cell(row, timed.get(_cell(row), {}), groups[_cell(row)]))
            for row in self.tallies
        ]

    def overall(self) -> Json:
        """Show the counts of everything together."""
        body: Json = api.PlacementCounts().dump(
            {**self.total, "groups": self._all_groups(), "banenafspraak": self._all_register()}
        )
        return body

    def _of_cell(self, row: Row, timed: Row, groups: Iterable[Row]) -> Json:
        return {
            **row,
            "hours_to_pick_up": timed.get("hours_to_pick_up"),
            "hours_to_fill": timed.get("hours_to_fill"),
            "groups": _told(
                {"group": one["group_code"], **{word: self._shown(one[word]) for word in WORDS}}
                for one in groups
            ),
            "banenafspraak": self._register(
                timed.get("in_register", 0), timed.get("register_tenths", 0)
            ),
        }

    def _all_groups(self) -> list[Json]:
        totals: dict[str, Counter[str]] = defaultdict(Counter)
        for row in self.of_groups:
            totals[row["group_code"]][row["word"]] += _shares(row).total(inside=self.inside)
        return _told(
            {"group": group, **{word: self._shown(counted[word]) for word in WORDS}}
            for group, counted in sorted(totals.items())
        )

    def _all_register(self) -> Json:
        people = tenths = 0
        for row in self.of_register:
            shares = _shares(row)
            people += shares.total(inside=self.inside)
            tenths += row["told_tenths"]
            tenths += row["hidden_tenths"] if shares.whole(inside=self.inside) else 0
        return self._register(people, tenths)

    def _register(self, people: int, tenths: int) -> Json:
        told = self._shown(people)
        jobs = None if told is None else round(tenths * 10 / FULL_JOB_TENTHS)
        return {"people": told, "jobs": jobs}

    def _shown(self, count: int) -> int | None:
        return shown(count, inside=self.inside)


def _shares(row: Row) -> Shares:
    return Shares(row["told"], row["hidden"], row["room"])


def _told(groups: Iterable[Json]) -> list[Json]:
    """Leave out a group of which nothing is told: to name it would tell that somebody is in it."""
    return [one for one in groups if any(one[word] is not None for word in WORDS)]


def _cell(row: Row) -> Cell:
    return Cell(row["agreement_id"], row["region"])
