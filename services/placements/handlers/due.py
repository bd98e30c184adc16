# SPDX-License-Identifier: EUPL-1.2
"""Deadlines that follow from what happens to a place.

None is ever taken back: a timer looks at the state that it finds when its moment comes.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from services.placements.domain import Placement, Step, check_in_days
from services.placements.schemas.messages import subject_of
from shared.runtime import Cursor, timers
from shared.runtime.calendar import end_of, moment_of
from shared.runtime.timers import Timer

PICK_UP_OVERDUE = "pick-up-overdue"
LAPSE = "lapse"
CHECK_IN_DUE = "check-in-due"
SUSTAINED_DUE = "sustained-due"
AFTER_CARE_OVER = "after-care-over"
AFTER_CARE = timedelta(weeks=52)


def follow(cur: Cursor, changed: Iterable[Placement]) -> None:
    """Set every deadline that these placements have got by their latest steps."""
    timers.set(cur, [timer for one in changed for timer in _timers(one)])


def _timers(placement: Placement) -> Iterator[Timer]:
    taken, subject = {fact.step for fact in placement.facts}, subject_of(placement.id)
    if Step.OFFERED in taken:
        yield Timer(PICK_UP_OVERDUE, subject, end_of(placement.pick_up_by))
        yield Timer(LAPSE, subject, end_of(placement.place.needed_by))
    if Step.STARTED in taken and placement.start and placement.sustained_from:
        yield Timer(SUSTAINED_DUE, subject, moment_of(placement.sustained_from))
        for month, day in check_in_days(placement.start.on).items():
            yield Timer(CHECK_IN_DUE, f"{subject}/{month}", moment_of(day))
    if Step.ENDED_EARLY in taken and placement.ended_on:
        yield Timer(AFTER_CARE_OVER, subject, moment_of(placement.ended_on + AFTER_CARE))
