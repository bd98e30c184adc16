# SPDX-License-Identifier: EUPL-1.2
"""What every step of a request ends with: kept, told, on the right desks, and timed."""

from collections.abc import Sequence
from datetime import datetime

from services.providers import schemas, store
from services.providers.domain import Support, Today, not_accepted, not_contacted, waiting
from shared.messaging import journal, tasks
from shared.runtime import Cursor, timers, widened
from shared.runtime.calendar import end_of, working_days_after
from shared.runtime.clock import date_of
from shared.runtime.timers import Timer

SERVICE = "providers"
ACCEPT_BY, FIRST_CONTACT_BY = "support-accept-by", "support-first-contact-by"
SYSTEM, SYSTEM_ROLE = "providers", "system"


def today_of(now: datetime) -> Today:
    """Give the moment, the day that it is on, and how working days are counted."""
    return Today(now, date_of(now), working_days_after)


def keep(
    cur: Cursor,
    supports: Sequence[Support],
    *,
    now: datetime,
    by: str = SYSTEM,
    role: str = SYSTEM_ROLE,
    traceparent: str | None = None,
) -> None:
    """Keep what requests are after a step, and tell everybody whom it concerns."""
    if supports:
        # A step may end the sight of whoever takes it: a provider that hands a request back.
        with widened(cur):
            store.save_supports(cur, supports)
            store.record_supports(cur, supports, by=by, role=role)
        tell(cur, supports, now=now, traceparent=traceparent)


def tell(
    cur: Cursor, supports: Sequence[Support], *, now: datetime, traceparent: str | None
) -> None:
    """Publish what requests are now, put them on the desks that they wait for, and time them."""
    states = [schemas.state_of(one) for one in supports]
    journal.publish(cur, states, now=now, traceparent=traceparent)
    _put_on_desks(cur, supports, now)
    _time(cur, supports)


def _put_on_desks(cur: Cursor, supports: Sequence[Support], now: datetime) -> None:
    day = date_of(now)
    wanted = [
        schemas.task(one, waits)
        for one in supports
        for waits in (*waiting(one), *not_accepted(one, day), *not_contacted(one, day))
    ]
    tasks.replace(cur, list(map(schemas.subject, supports)), wanted, service=SERVICE, now=now)


def _time(cur: Cursor, supports: Sequence[Support]) -> None:
    timers.cancel(cur, [one.id for one in supports])
    days = [
        (kind, one.id, day)
        for one in supports
        for kind, day in (
            (ACCEPT_BY, one.accept_by),
            (FIRST_CONTACT_BY, one.first_contact_by),
        )
        if day is not None
    ]
    timers.set(cur, [Timer(kind, subject, end_of(day)) for kind, subject, day in days])
