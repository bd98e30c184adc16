# SPDX-License-Identifier: EUPL-1.2
"""How long a region keeps what it knows of a candidate: days after the last step, by state.

The periods are proposals for the region's own decision, so each is a setting. Where one follows
a rule or a practice it says which; none of it is legal advice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from services.regions.domain.names import PlacementId, RegionCode
from services.regions.domain.placements import Standing

UNUSED = "unused"
"""A reference that was made, and that no decision names."""


@dataclass(frozen=True, slots=True)
class Period:
    """How many days, and why so many."""

    days: int
    basis: str


_NOT_PLACED = Period(28, "practice: what an applicant gave is removed four weeks after the end")
_AT_WORK = Period(
    5 * 365, "proposal: nothing was heard for five years; while work goes on, steps renew it"
)
_AFTER_WORK = Period(365, "proposal: after-care ends 52 weeks after an early end")
_TO_FILL = Period(182, "proposal: nothing was heard of it for half a year")

PERIODS: Mapping[str, Period] = MappingProxyType(
    {
        UNUSED: Period(28, "proposal: as for who is not placed"),
        Standing.OFFERED: _TO_FILL,
        Standing.PICKED_UP: _TO_FILL,
        **dict.fromkeys((Standing.CONFIRMED, Standing.STARTED, Standing.SUSTAINED), _AT_WORK),
        **dict.fromkeys(
            (Standing.DECLINED, Standing.HANDED_OVER, Standing.WITHDRAWN, Standing.LAPSED),
            _NOT_PLACED,
        ),
        **dict.fromkeys((Standing.COMPLETED, Standing.ENDED_EARLY), _AFTER_WORK),
    }
)
"""By the state of the place at the region's desk."""


@dataclass(frozen=True, slots=True)
class Filed:
    """What a region wrote of one place: its state at the desk, and the day of the last step."""

    region: RegionCode
    placement_id: PlacementId
    state: str
    since: date

    @property
    def subject(self) -> str:
        """Name the file, and nobody in it."""
        return f"{self.region}/{self.placement_id}"


@dataclass(frozen=True, slots=True)
class Retention:
    """The periods in force: those above, but for what somebody set."""

    chosen: Mapping[str, int]

    def days(self, state: str) -> int:
        """Give how many days a file in this state is kept after the last step."""
        return self.chosen.get(state, PERIODS[state].days)

    def until(self, state: str, since: date) -> date:
        """Give the last day on which it is kept."""
        return since + timedelta(days=self.days(state))
