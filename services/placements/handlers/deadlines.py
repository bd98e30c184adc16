# SPDX-License-Identifier: EUPL-1.2
"""What happens by itself when a deadline comes; each looks at the state that it finds."""

from collections.abc import Sequence
from datetime import datetime

from prometheus_client import Gauge

from services.placements.domain import PlacementId, State, Today
from services.placements.domain.life import OPEN, RUNNING
from services.placements.handlers import desks
from services.placements.handlers.keeping import keep
from services.placements.store import places, reading
from shared.contracts.reference import region_codes
from shared.runtime import Cursor
from shared.runtime.clock import date_of
from shared.runtime.timers import Due

OVERDUE = Gauge(
    "schakel_placement_confirmation_overdue",
    "Places that a region is late in picking up.",
    ["region"],
)


def let_lapse(cur: Cursor, due: Sequence[Due], now: datetime) -> None:
    """Let places go for which nobody was found by the day on which somebody was needed."""
    today = Today(now, date_of(now))
    found = places.lock(cur, [_placement_of(one) for one in due])
    gone = [
        one.lapse(today)
        for one in found.values()
        if one.state in OPEN and one.place.needed_by < today.on
    ]
    keep(cur, gone, who=None, now=now)


def remind_of_pick_up(cur: Cursor, due: Sequence[Due], now: datetime) -> None:
    """Put places that wait too long on the desks of their regions and of the coordinator."""
    found = places.lock(cur, [_placement_of(one) for one in due])
    late = [one for one in found.values() if one.overdue(date_of(now))]
    desks.ask(cur, [task for one in late for task in desks.late_pick_up(one)], now)


def ask_for_check_in(cur: Cursor, due: Sequence[Due], now: datetime) -> None:
    """Ask how it goes where somebody works, unless that month was told of already."""
    found = places.lock(cur, [_placement_of(one) for one in due])
    wanted = []
    for one in due:
        month, placement = int(one.subject.rpartition("/")[2]), found[_placement_of(one)]
        told = {said.month for said in placement.check_ins}
        if placement.state in RUNNING and month not in told:
            wanted += [*desks.check_in_due(placement, month, date_of(now))]
    desks.ask(cur, wanted, now)


def ask_whether_sustained(cur: Cursor, due: Sequence[Due], now: datetime) -> None:
    """Ask whether somebody still works there: no time that passes makes a placement sustained."""
    found = places.lock(cur, [_placement_of(one) for one in due])
    unsure = [one for one in found.values() if one.state is State.STARTED]
    today = date_of(now)
    desks.ask(cur, [task for one in unsure for task in desks.sustained_check_due(one, today)], now)


def end_after_care(cur: Cursor, due: Sequence[Due], now: datetime) -> None:
    """Take after-care off the region's desk when its time is over."""
    desks.close(cur, [one.subject for one in due], desks.AFTER_CARE, now)


def measure_overdue(cur: Cursor, now: datetime) -> None:
    """Set how many places each region is late in picking up."""
    late = reading.overdue(cur, date_of(now))
    for region in region_codes():
        OVERDUE.labels(region).set(late.get(region, 0))


def _placement_of(due: Due) -> PlacementId:
    return PlacementId(due.subject.split("/")[1])
