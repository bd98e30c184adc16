# SPDX-License-Identifier: EUPL-1.2
"""What waits on whose desk: opened by a deadline or a step, closed by the step that was awaited."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from services.placements.domain import Outcome, Placement, Step
from services.placements.domain.life import ENDED, GONE
from services.placements.schemas.messages import subject_of
from shared.messaging import tasks
from shared.messaging.tasks import SLW, Task, of_employer
from shared.runtime import Cursor
from shared.runtime.calendar import working_days_after
from shared.runtime.clock import date_of

SERVICE = "placements"
PICK_UP_OVERDUE = "pick_up_overdue"
START_TO_CONFIRM = "start_to_confirm"
CHECK_IN_DUE = "check_in_due"
SUSTAINED_CHECK_DUE = "sustained_check_due"
ENDING_TO_RECORD = "ending_to_record"
AFTER_CARE = "after_care"

WORKING_DAYS = 5
"""How long whoever is asked for a check-in, a confirmation or an ending has for it."""

FIRST_AFTER_CARE = timedelta(weeks=4)
CLOSED_BY = {
    Step.START_CONFIRMED: START_TO_CONFIRM,
    Step.CHECKED_IN: CHECK_IN_DUE,
    Step.SUSTAINED: SUSTAINED_CHECK_DUE,
}


def follow(cur: Cursor, changed: Iterable[Placement], now: datetime) -> None:
    """Close what these steps did, and open what they ask for."""
    today = date_of(now)
    done: dict[str | None, list[str]] = defaultdict(list)
    opened: list[Task] = []
    for one in changed:
        for kind in _done(one, today):
            done[kind].append(subject_of(one.id))
        opened += _asked_for(one, today)
    for kind, subjects in done.items():
        kinds = None if kind is None else [kind]
        tasks.close(cur, subjects, service=SERVICE, now=now, kinds=kinds)
    tasks.open(cur, opened, service=SERVICE, now=now)


def ask(cur: Cursor, wanted: Iterable[Task], now: datetime) -> None:
    """Put these on the desks."""
    tasks.open(cur, wanted, service=SERVICE, now=now)


def close(cur: Cursor, subjects: Sequence[str], kind: str, now: datetime) -> None:
    """Take what is over off the desks."""
    tasks.close(cur, subjects, service=SERVICE, now=now, kinds=[kind], outcome="over")


def late_pick_up(placement: Placement) -> Iterator[Task]:
    """Tell the region, and the coordinator, that a place waits too long."""
    for assignee in (placement.region, SLW):
        yield _task(placement, assignee, PICK_UP_OVERDUE, placement.place.needed_by)


def check_in_due(placement: Placement, month: int, today: date) -> Iterator[Task]:
    """Ask both who may tell it how it goes."""
    for assignee in (placement.region, of_employer(placement.employer_id)):
        due_on = working_days_after(today, WORKING_DAYS)
        yield _task(placement, assignee, CHECK_IN_DUE, due_on, month=month)


def sustained_check_due(placement: Placement, today: date) -> Iterator[Task]:
    """Ask both who may tell it whether somebody still works there."""
    for assignee in (placement.region, of_employer(placement.employer_id)):
        due_on = working_days_after(today, WORKING_DAYS)
        yield _task(placement, assignee, SUSTAINED_CHECK_DUE, due_on)


def _done(placement: Placement, today: date) -> Iterator[str | None]:
    """Name the kinds that are done with; None is all of them."""
    taken = {fact.step for fact in placement.facts}
    if placement.state in GONE | ENDED:
        yield None
        return
    # Before that day nothing waits, and the many that are in time cost no statement.
    if Step.PICKED_UP in taken and today > placement.pick_up_by:
        yield PICK_UP_OVERDUE
    for step, kind in CLOSED_BY.items():
        if step in taken:
            yield kind


def _asked_for(placement: Placement, today: date) -> Iterator[Task]:
    taken = {fact.step for fact in placement.facts}
    soon = working_days_after(today, WORKING_DAYS)
    if Step.STARTED in taken and placement.start and not placement.start.confirmed:
        yield _task(placement, placement.region, START_TO_CONFIRM, soon)
    if Step.CHECKED_IN in taken and placement.check_ins[-1].outcome is Outcome.STOPPED:
        yield _task(placement, placement.region, ENDING_TO_RECORD, soon)
    if Step.ENDED_EARLY in taken and placement.ended_on:
        yield _task(placement, placement.region, AFTER_CARE, placement.ended_on + FIRST_AFTER_CARE)


def _task(
    placement: Placement, assignee: str, kind: str, due_on: date, *, month: int | None = None
) -> Task:
    about: dict[str, str | int | None] = {
        "placementId": placement.id,
        "agreementId": placement.agreement_id,
        "region": placement.region,
    }
    if month is not None:
        about["month"] = month
    return Task(assignee, kind, subject_of(placement.id), about, due_on)
