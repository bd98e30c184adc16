# SPDX-License-Identifier: EUPL-1.2
"""Amends the canary again and again, and tells when each recipient last confirmed it.

It takes the way of every other state: journal, outbox, broker, gate, receipt, ledger. What it tells
is a moment and no age, so that an alert on it fires as well when nobody amends it any more.
"""

import math
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from psycopg import DatabaseError, OperationalError

from shared.contracts.canary import AUDIENCE, SUBJECT
from shared.messaging import journal, metrics
from shared.messaging.duties import Session, also_do, also_measure
from shared.messaging.journal import QUERIES, Outgoing
from shared.messaging.wire import Publisher
from shared.runtime import Cursor, SubjectFrozen, clock, settings

log = structlog.get_logger()
State = Callable[[int, datetime], Outgoing]

# Enough to look back at; for ever would be eighteen million rows of the ledger a year.
KEEP = timedelta(days=1)


def keep(state: State) -> None:
    """Have the owner of this service's outbox amend the canary; `state` writes it by its number."""
    amended_at = -math.inf

    def amend_now(session: Session, publisher: Publisher) -> None:
        nonlocal amended_at
        del publisher
        # A relay that connects anew does all its duties at once, which is often while a broker
        # takes nothing.
        if time.monotonic() - amended_at < settings().canary_seconds / 2:
            return
        amended_at = time.monotonic()
        with session.cursor() as cur:
            amend(cur, state, now=clock.now())

    also_do(amend_now, every=lambda: settings().canary_seconds)
    also_measure(measure)


def amend(cur: Cursor, state: State, *, now: datetime) -> None:
    """Publish the canary's next state to every recipient, and forget what is old and settled."""
    try:
        with cur.connection.transaction():
            newest = journal.newest(cur, SUBJECT)
            number = newest.sequence + 1 if newest else 1
            journal.publish(cur, [state(number, now)], now=now)
            cur.execute(QUERIES["forget_canary"], {"before": now - KEEP})
    except OperationalError:
        raise
    except (SubjectFrozen, DatabaseError) as error:
        # Frozen after a restore, say. Whatever it is, it never stops the relay that carries it.
        log.warning("canary_not_amended", error=str(error))


def measure(cur: Cursor, now: datetime) -> None:
    """Tell of each recipient when what it confirmed last was published.

    Of one that confirmed none yet: when the first that it is owed was.
    """
    del now
    asked = {"subject": SUBJECT, "recipients": sorted(AUDIENCE)}
    for row in cur.execute(QUERIES["canary_figures"], asked):
        told = metrics.CANARY_RECEIVED_TIMESTAMP_SECONDS.labels(row["recipient"])
        told.set(row["published_at"].timestamp())
