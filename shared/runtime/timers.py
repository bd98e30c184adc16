# SPDX-License-Identifier: EUPL-1.2
"""Timers that outlive the process: what is to happen at a moment happens then, and once.

    with transaction(db) as cur:                     @timed("respond-by")
        timers.set(cur, [Timer("respond-by", ...)])  def remind(self, cur, due, now): ...

A timer is a row. Whoever takes it deletes it in the very transaction of what it does, so it acts
once however many processes there are, and a crash leaves it where it was. A handler looks at the
state that it finds: what it was set for may have been settled a moment before.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import eventlet
import orjson
import structlog
from nameko.containers import WorkerContext
from nameko.extensions import Entrypoint, ProviderCollector, SharedExtension
from prometheus_client import Counter, Gauge

from shared.runtime import audit, clock
from shared.runtime.crash import crash_point
from shared.runtime.db import Cursor, Database, Transient, passes_by_itself
from shared.runtime.entrypoints import wait_for
from shared.runtime.health import health
from shared.runtime.queries import load_queries
from shared.runtime.scope import EVERYTHING

log = structlog.get_logger()
QUERIES = load_queries(__package__ or "shared.runtime")
ACTED = Counter("schakel_timers", "Timers by what came of them.", ["kind", "outcome"])
LATE_SECONDS = Gauge("schakel_timer_late_seconds", "How long the oldest due timer waits.", ["kind"])
LOOK_SECONDS = 1.0
STOP_SECONDS = 10
MOST = 100
FIRST_PUT_OFF_SECONDS = 5
LONGEST_PUT_OFF = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Timer:
    """What is to happen to a subject, and when."""

    kind: str
    subject: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """A timer whose moment has come; `attempts` counts how often it failed."""

    subject: str
    due_at: datetime
    attempts: int = 0


Acting = Callable[[Any, Cursor, Sequence[Due], datetime], None]
Act = Callable[[str, Cursor, Sequence[Due], datetime], None]


def set(cur: Cursor, timers: Iterable[Timer]) -> None:  # noqa: A001 - it reads as timers.set
    """Have these happen at their moments, in place of what was set for the same before."""
    rows = [{"kind": t.kind, "subject": t.subject, "due_at": t.due_at} for t in timers]
    if rows:
        cur.execute(QUERIES["set_timers"], {"timers": orjson.dumps(rows).decode()})


def cancel(
    cur: Cursor, subject: str | Collection[str], kinds: Collection[str] | None = None
) -> None:
    """Let nothing happen to these subjects any more, of these kinds or of any."""
    subjects = [subject] if isinstance(subject, str) else list(subject)
    told = {"subjects": subjects, "kinds": None if kinds is None else list(kinds)}
    cur.execute(QUERIES["cancel_timers"], told)


class Clockwork:
    """Lets what is due happen; any number of processes may do so at once."""

    def __init__(self, db: Database, kinds: Sequence[str], act: Act) -> None:
        self._db = db
        self._kinds = list(kinds)
        self._act = act

    def look(self) -> int:
        """Let happen what is due now, kind by kind; give how many timers that were."""
        now = clock.now()
        with self._db.transaction(mode="read") as cur:
            told = {"now": now, "latest": now + LONGEST_PUT_OFF, "kinds": self._kinds}
            due = {row["kind"]: row for row in cur.execute(QUERIES["due_kinds"], told)}
        for kind in self._kinds:
            since = due[kind]["since"] if kind in due else now
            LATE_SECONDS.labels(kind).set((now - since).total_seconds())
        return sum(self._patiently(kind, now) for kind, row in due.items() if row["ready"])

    def _patiently(self, kind: str, now: datetime) -> int:
        """Let what passes by itself pass: one kind does not hold up another."""
        try:
            return self._happen(kind, now)
        except Transient as error:
            log.warning("timers_interrupted", kind=kind, error=str(error))
            return 0

    def _happen(self, kind: str, now: datetime) -> int:
        """Let what is due of one kind happen together, or one by one where that fails."""
        taken: list[Due] = []
        try:
            with self._db.transaction(scope=EVERYTHING) as cur:
                taken = _take(cur, kind, now)
                if taken:
                    self._happened(kind, cur, taken, now)
                crash_point("timers.before-commit")
        except Exception as error:
            if passes_by_itself(error):
                raise
            log.warning("timers_failed", kind=kind, error=str(error), timers=len(taken))
            return sum(self._happen_alone(kind, one, now) for one in taken)
        ACTED.labels(kind, "acted").inc(len(taken))
        return len(taken)

    def _happened(self, kind: str, cur: Cursor, taken: Sequence[Due], now: datetime) -> None:
        """Do what they were set for, and tell that in the audit."""
        self._act(kind, cur, taken, now)
        audit.add(cur, audit.of_the_clock(kind, (due.subject for due in taken), now))

    def _happen_alone(self, kind: str, due: Due, now: datetime) -> int:
        """Let one timer happen, or put it off; give 1 where it happened."""
        with self._db.transaction(scope=EVERYTHING) as cur:
            try:
                with cur.connection.transaction():
                    if taken := _take(cur, kind, now, due.subject):
                        self._happened(kind, cur, taken, now)
            except Exception as error:
                if passes_by_itself(error):
                    raise
                log.exception("timer_failed", kind=kind, attempts=due.attempts + 1)
                later = now + _put_off(due.attempts)
                told = {"kind": kind, "subject": due.subject, "next_at": later}
                cur.execute(QUERIES["put_off_timer"], told)
                ACTED.labels(kind, "failed").inc()
                return 0
        ACTED.labels(kind, "acted").inc(len(taken))
        return len(taken)


def _take(cur: Cursor, kind: str, now: datetime, subject: str | None = None) -> list[Due]:
    wanted = {"kind": kind, "now": now, "subject": subject, "most": MOST}
    rows = cur.execute(QUERIES["take_due"], wanted).fetchall()
    # In one order everywhere, so that handlers lock their rows in one order.
    return sorted((Due(**row) for row in rows), key=lambda due: due.subject)


def _put_off(attempts: int) -> timedelta:
    seconds = FIRST_PUT_OFF_SECONDS * 3 ** min(attempts, 10)
    return min(timedelta(seconds=seconds), LONGEST_PUT_OFF)


class TimerDuty(SharedExtension, ProviderCollector):  # type: ignore[misc]
    """Looks every second for what is due, for all `timed` methods of its service."""

    db = Database()

    def setup(self) -> None:
        """Not stopping yet."""
        self._stopping = False

    def start(self) -> None:
        """Look in the background until the service stops."""
        self._thread = self.container.spawn_managed_thread(self._run)

    def finish(self) -> None:
        """End after what happens now."""
        self._stopping = True
        wait_for(self._thread, STOP_SECONDS)

    def _run(self) -> None:
        clockwork = Clockwork(self.db, sorted(p.kind for p in self._providers), self._act)
        while not self._stopping:
            health.beat("timers")
            happened = 0
            try:
                happened = clockwork.look()
            except Transient as error:
                log.warning("timers_interrupted", error=str(error))
            eventlet.sleep(0 if happened else LOOK_SECONDS)
        health.forget("timers")

    def _act(self, kind: str, cur: Cursor, due: Sequence[Due], now: datetime) -> None:
        """Run the method of a kind on a service of its own, in this very thread.

        In nameko's pool it might have to wait, with its transaction open, for a free worker.
        """
        provider = next(one for one in self._providers if one.kind == kind)
        service = self.container.service_cls()
        worker = WorkerContext(self.container, service, provider, (cur, due, now))
        self.container._inject_dependencies(worker)  # noqa: SLF001 - nameko's own way, but a thread
        getattr(service, provider.method_name)(cur, due, now)


class Timed(Entrypoint):  # type: ignore[misc]
    """A method that does what timers of one kind were set for."""

    duty = TimerDuty()

    def __init__(self, kind: str, **kwargs: Any) -> None:  # noqa: ANN401
        self.kind = kind
        super().__init__(**kwargs)

    def setup(self) -> None:
        """Join the service's one clock."""
        self.duty.register_provider(self)

    def stop(self) -> None:
        """Leave it, once what happens now has happened."""
        self.duty.finish()
        self.duty.unregister_provider(self)


def timed(kind: str) -> Callable[[Acting], Acting]:
    """Let a method do what timers of one kind were set for, in the transaction that takes them.

    It gets (cursor, due, now). Where it raises, nothing of it happened, and it is tried again:
    one timer at a time, the one that fails after 5 seconds, and later each time, up to 15 minutes.
    """
    decorate: Callable[[Acting], Acting] = Timed.decorator(kind)
    return decorate
