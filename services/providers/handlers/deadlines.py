# SPDX-License-Identifier: EUPL-1.2
"""Days that have passed: what is late appears on the desks that can do something about it."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from services.providers import schemas, store
from services.providers.domain import Support, Waiting, not_accepted, not_contacted
from services.providers.handlers.keeping import SERVICE
from shared.messaging import tasks
from shared.runtime import Cursor
from shared.runtime.clock import date_of
from shared.runtime.timers import Due


def accept_by_passed(cur: Cursor, due: Sequence[Due], now: datetime) -> None:
    """Tell SLW which requests were not accepted in time."""
    _tell(cur, due, now, not_accepted)


def first_contact_by_passed(cur: Cursor, due: Sequence[Due], now: datetime) -> None:
    """Tell SLW and the region where a first contact is late."""
    _tell(cur, due, now, not_contacted)


def _tell(
    cur: Cursor,
    due: Sequence[Due],
    now: datetime,
    late: Callable[[Support, date], list[Waiting]],
) -> None:
    held = store.lock_supports(cur, [one.subject for one in due])
    day = date_of(now)
    found = [schemas.task(one, waits) for one in held for waits in late(one, day)]
    tasks.open(cur, found, service=SERVICE, now=now)
