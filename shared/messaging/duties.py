# SPDX-License-Identifier: EUPL-1.2
"""What the owner of an outbox does beside relaying: watch, measure, tidy.

It is done on the session that holds the relay's lock, so that one process does it, however many
there are.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, get_args

from shared.messaging import metrics, watchdog
from shared.messaging.journal import QUERIES
from shared.messaging.letters import Reason
from shared.messaging.wire import Publisher
from shared.runtime import Cursor, clock, settings
from shared.runtime.db import Connection
from shared.runtime.health import health

Session = Connection[dict[str, Any]]
Duty = Callable[[Session, Publisher], None]
Measure = Callable[[Cursor, datetime], None]

_OF_THE_SERVICE: list[Measure] = []
_MORE: list[tuple[Duty, Callable[[], float]]] = []

KEEP_SENT = timedelta(days=2)
KEEP_KEYS = timedelta(days=7)
KEEP_ROUNDS = timedelta(days=30)
MOST_FORGOTTEN = 5000


def also_measure(measure: Measure) -> None:
    """Have gauges of a service's own set with the others, by the one process that sets any."""
    _OF_THE_SERVICE.append(measure)


def also_do(duty: Duty, *, every: Callable[[], float]) -> None:
    """Have a duty of a service's own done every so many seconds; 0 is never."""
    _MORE.append((duty, every))


def watch(session: Session, publisher: Publisher) -> None:
    """Send again what is owed and lost."""
    # Statement by statement: no transaction is held while the broker is asked.
    with session.cursor() as cur:
        watchdog.look(cur, publisher.is_empty, now=clock.now())


def measure(session: Session, publisher: Publisher) -> None:
    """Set the gauges that only the database knows."""
    del publisher
    now = clock.now()
    unsent = session.execute(QUERIES["unsent_figures"]).fetchone() or {"rows": 0, "oldest": None}
    metrics.OUTBOX_UNSENT_ROWS.set(unsent["rows"])
    metrics.OUTBOX_OLDEST_UNSENT_AGE_SECONDS.set(_age(unsent["oldest"], now))
    blocked = session.execute(QUERIES["blocked_figures"]).fetchone() or {"rows": 0}
    metrics.OUTBOX_BLOCKED_ROWS.set(blocked["rows"])
    metrics.DELIVERIES_OPEN.clear()
    metrics.DELIVERY_OLDEST_OPEN_AGE_SECONDS.clear()
    for row in session.execute(QUERIES["open_figures"]):
        metrics.DELIVERIES_OPEN.labels(row["state"], row["recipient"]).set(row["rows"])
        if row["state"] == "pending":
            age = _age(row["oldest"], now)
            metrics.DELIVERY_OLDEST_OPEN_AGE_SECONDS.labels(row["recipient"]).set(age)
    measure_divergence(session)
    measure_parked(session, now)
    for gauge, query, label in (
        (metrics.DEAD_LETTERS_OPEN, "dead_figures", "origin"),
        (metrics.CONFLICTS_OPEN, "conflict_figures", "kind"),
    ):
        figures = {row[label]: row["rows"] for row in session.execute(QUERIES[query])}
        for (value,) in list(gauge._metrics):  # noqa: SLF001 - the label values known so far
            gauge.labels(value).set(figures.get(value, 0))
    for of_the_service in _OF_THE_SERVICE:
        with session.cursor() as cur:
            of_the_service(cur, now)


def measure_divergence(session: Session) -> None:
    """Set what reconciliation tells."""
    metrics.RECONCILE_DIVERGENT_ROWS.clear()
    for row in session.execute(QUERIES["divergent_figures"]):
        metrics.RECONCILE_DIVERGENT_ROWS.labels(row["recipient"], row["class"]).set(row["rows"])
    last = session.execute(QUERIES["last_success"]).fetchone()
    if last is not None and last["finished_at"] is not None:
        finished: datetime = last["finished_at"]
        metrics.RECONCILE_LAST_SUCCESS_TIMESTAMP_SECONDS.set(finished.timestamp())


def measure_parked(session: Session, now: datetime) -> None:
    """Set how much is parked, and since when, for each reason that there is."""
    found = {row["reason"]: row for row in session.execute(QUERIES["parked_figures"])}
    for reason in get_args(Reason):
        row = found.get(reason, {"rows": 0, "oldest": None})
        metrics.PARKED_ROWS.labels(reason).set(row["rows"])
        metrics.PARKED_OLDEST_AGE_SECONDS.labels(reason).set(_age(row["oldest"], now))


def tidy(session: Session, publisher: Publisher) -> None:
    """Drop outbox rows, idempotency keys and rounds that nobody will ask for again."""
    del publisher
    now = clock.now()
    for query, before in (("forget_sent", now - KEEP_SENT), ("forget_keys", now - KEEP_KEYS)):
        parameters = {"before": before, "most": MOST_FORGOTTEN}
        # In portions, so that no turn of the relay waits long, and until nothing is left.
        while session.execute(QUERIES[query], parameters).rowcount == MOST_FORGOTTEN:
            health.beat("relay")
    session.execute(QUERIES["forget_rounds"], {"before": now - KEEP_ROUNDS})


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


@dataclass(slots=True)
class Duties:
    """Runs each duty when its time has come."""

    _next: dict[Duty, float] = field(default_factory=dict)

    def run(self, session: Session, publisher: Publisher) -> None:
        """Run what is due now, each on its own rhythm."""
        for duty, every_seconds in _rhythm():
            if time.monotonic() >= self._next.get(duty, 0):
                duty(session, publisher)
                self._next[duty] = time.monotonic() + every_seconds


def _rhythm() -> tuple[tuple[Duty, float], ...]:
    # Looking ten times as often as the first check keeps a repair close to its moment.
    return (
        (watch, min(5.0, settings().watchdog_seconds / 10)),
        (measure, 5.0),
        (tidy, 60.0),
        *((duty, seconds) for duty, every in _MORE if (seconds := every())),
    )
