# SPDX-License-Identifier: EUPL-1.2
"""What a region forgets: a file when its period is over, and a candidate on the candidate's word.

A timer looks at the state that it finds, and at the periods of that day. It looks every week, so
that a period that was made shorter is kept to within a week.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from services.regions import store
from services.regions.domain import UNUSED, Filed, Retention
from services.regions.handlers.asked import actor_of, region_of
from services.regions.schemas import privacy
from shared.contracts.activities import CANDIDATE, FORGET
from shared.runtime import Answer, Call, Cursor, processing, settings, timers, widened
from shared.runtime.calendar import end_of, moment_of
from shared.runtime.clock import date_of
from shared.runtime.timers import Due, Timer

FILE_DUE, UNUSED_DUE = "file-period-over", "unused-references"
LOOK_EVERY = timedelta(days=7)


def follow(cur: Cursor, filed: Iterable[Filed], now: datetime) -> None:
    """Set when to look at these files."""
    kept, today = retention(), date_of(now)
    timers.set(cur, [Timer(FILE_DUE, one.subject, _next_look(kept, one, today)) for one in filed])


def forget_files(cur: Cursor, due: Sequence[Due], now: datetime) -> None:
    """Forget the files whose period is over, and look again at the others."""
    kept, today = retention(), date_of(now)
    found = store.find_files(cur, [one.subject for one in due])
    over = [one for one in found if kept.until(one.state, one.since) < today]
    follow(cur, [one for one in found if one not in over], now)
    for one in over:
        store.forget_file(cur, one, now)


def forget_unused(cur: Cursor, due: Sequence[Due], now: datetime) -> None:
    """Forget the references that were made so long ago and that no decision names."""
    kept, today = retention(), date_of(now)
    regions = {one.subject.partition("/")[0] for one in due}
    for region in sorted(regions):
        first_kept = today - timedelta(days=kept.days(UNUSED))
        store.forget_unused(cur, region, made_before=moment_of(first_kept), now=now)
    later = [one for one in due if kept.until(UNUSED, _made_on(one)) >= today]
    timers.set(cur, [_unused_timer(kept, one.subject, _made_on(one), today) for one in later])


def watch_unused(cur: Cursor, region: str, now: datetime) -> None:
    """Set when to look whether a reference that is made now is used."""
    on = date_of(now)
    timers.set(cur, [_unused_timer(retention(), f"{region}/{on}", on, on)])


def erase_candidate(cur: Cursor, call: Call) -> Answer:
    """Forget a candidate of the region, wherever the reference stands."""
    region = region_of(call)
    actor_of(call).manages(region)
    named = privacy.candidate_to_erase(call.body)
    processing.touch(FORGET, CANDIDATE, named)
    files = store.forget_candidate(cur, region, named, now=call.now, by=call.principal.subject)
    return Answer(privacy.erased(region, files, call.now))


def report_retention(cur: Cursor, call: Call) -> Answer:
    """Show what is kept and what was forgotten, by region: counts, and nobody."""
    region, kept, today = call.params.get("region"), retention(), date_of(call.now)
    # Files belong to their region alone; what is told of them here is how many there are.
    with widened(cur):
        held, forgotten = store.files_held(cur, region), store.forgettings(cur, region)
    return Answer(privacy.report(kept, held, forgotten, today))


def retention() -> Retention:
    """Give the periods that are in force."""
    return Retention(settings().retention_days)


def _next_look(kept: Retention, one: Filed, today: date) -> datetime:
    return end_of(min(kept.until(one.state, one.since), today + LOOK_EVERY))


def _unused_timer(kept: Retention, subject: str, made_on: date, today: date) -> Timer:
    return Timer(UNUSED_DUE, subject, end_of(min(kept.until(UNUSED, made_on), today + LOOK_EVERY)))


def _made_on(due: Due) -> date:
    return date.fromisoformat(due.subject.partition("/")[2])
