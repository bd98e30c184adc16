# SPDX-License-Identifier: EUPL-1.2
"""Counts as people read them: outside a region no group is told of fewer than five people."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.placements.domain import Cell, shown
from services.placements.domain.counting import COUNTED, FULL_JOB_TENTHS, NATIONAL_JOBS
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
    """Everything counted that matches, by agreement and region; `inside` tells whose is whose."""

    tallies: Sequence[Row]
    timed: Sequence[Row]
    groups: Sequence[Row]
    inside: Callable[[str], bool]

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
        total = {step.value: sum(row[step.value] for row in self.tallies) for step in COUNTED}
        body: Json = api.PlacementCounts().dump(
            {**total, "groups": self._all_groups(), "banenafspraak": self._register(self.timed)}
        )
        return body

    def _of_cell(self, row: Row, timed: Row, groups: Iterable[Row]) -> Json:
        inside = self.inside(row["region"])
        return {
            **row,
            "hours_to_pick_up": timed.get("hours_to_pick_up"),
            "hours_to_fill": timed.get("hours_to_fill"),
            "groups": _told(
                {
                    "group": one["group_code"],
                    **{word: shown(one[word], inside=inside) for word in WORDS},
                }
                for one in groups
            ),
            "banenafspraak": self._register([timed] if timed else []),
        }

    def _all_groups(self) -> list[Json]:
        parts: dict[str, list[Row]] = defaultdict(list)
        for row in self.groups:
            parts[row["group_code"]].append(row)
        return _told(
            {"group": group, **{word: self._together(rows, word) for word in WORDS}}
            for group, rows in sorted(parts.items())
        )

    def _together(self, rows: Sequence[Row], word: str) -> int | None:
        """Add up, unless what is told elsewhere would leave fewer than five to be found out."""
        untold = [row for row in rows if not self.inside(row["region"])]
        hidden = sum(row[word] for row in untold if shown(row[word], inside=False) is None)
        if hidden and shown(hidden, inside=False) is None:
            return None
        return shown(sum(row[word] for row in rows), inside=not untold)

    def _register(self, rows: Sequence[Row]) -> Json:
        people = self._together(rows, "in_register")
        tenths = sum(row["register_tenths"] for row in rows)
        jobs = None if people is None else round(tenths * 10 / FULL_JOB_TENTHS)
        return {"people": people, "jobs": jobs}


def _told(groups: Iterable[Json]) -> list[Json]:
    """Leave out a group of which nothing is told: to name it would tell that somebody is in it."""
    return [one for one in groups if any(one[word] is not None for word in WORDS)]


def _cell(row: Row) -> Cell:
    return Cell(row["agreement_id"], row["region"])
