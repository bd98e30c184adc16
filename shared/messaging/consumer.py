# SPDX-License-Identifier: EUPL-1.2
"""The consumer: takes batches from a service's queues and acknowledges only what is committed.

    queues of this process ──► batch ──► one transaction ──► one cumulative ack
                                │ a handler fails: one by one, the bad one is parked
                                │ the database is away: the breaker opens, the queues wait

It has a connection of its own: its prefetch is a batch, not the number of workers.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import eventlet
import structlog
from nameko.containers import WorkerContext
from nameko.extensions import Entrypoint, ProviderCollector, SharedExtension

from shared.contracts.topology import UNROUTED, nets_of, queues_of
from shared.messaging import intake, letters, metrics, policy, wire
from shared.messaging.apply import Applier
from shared.messaging.aside import QueueRefused
from shared.messaging.gate import Arrival, StoredHashes
from shared.messaging.intake import Intake, Lately, Raw
from shared.messaging.journal import QUERIES
from shared.messaging.link import Link
from shared.messaging.lookout import Lookout
from shared.messaging.testing import disturbed
from shared.runtime import Cursor, Database, clock, settings, tracing
from shared.runtime.crash import crash_point
from shared.runtime.db import passes_by_itself
from shared.runtime.entrypoints import wait_for
from shared.runtime.health import health
from shared.runtime.scope import Scope

log = structlog.get_logger()
CLOSED, OPEN, HALF_OPEN = 0, 1, 2

# How many messages of each queue were applied, parked or buried.
Outcomes = Counter[tuple[str, str]]


class DatabaseAway(Exception):
    """The database did not answer for so long that consuming must stop."""


class BatchConsumer(SharedExtension, ProviderCollector):  # type: ignore[misc]
    """Consumes all queues of this process for all `consumes` entrypoints of its service."""

    db = Database()

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        # Kept when they leave: what is retried or replayed until the end still needs them.
        self._methods: dict[str, Entrypoint] = {}

    def register_provider(self, provider: Entrypoint) -> None:
        """Let a method of the service apply what comes of its type."""
        super().register_provider(provider)
        self._methods[provider.event_type] = provider

    def setup(self) -> None:
        """Learn which queues this process serves."""
        self._stopping = False
        self._failures = 0
        self._in_doubt = False
        self._trouble: str | None = "not connected yet"
        health.need("consumer", lambda: self._trouble)
        self._service = self.container.service_name
        served = (*queues_of(self._service, settings().regions), *nets_of(self._service))
        self._queues = {queue.name: queue for queue in served}
        self._lookout = Lookout(
            f"schakel-{self._service}", settings().need_amqp_url(), self._queues, self._take
        )
        self._lately = Lately(policy.BATCH.bytes)
        self.applier = Applier(self._service, self._handle)

    def start(self) -> None:
        """Consume in the background until the service stops."""
        metrics.LAST_DRAIN_TIMESTAMP_SECONDS.set_to_current_time()
        self._thread = self.container.spawn_managed_thread(self._run)

    def finish(self) -> None:
        """Finish the batch in hand, acknowledge it, and close the connection."""
        self._stopping = True
        wait_for(self._thread, policy.BATCH_SECONDS)

    @property
    def accepts(self) -> frozenset[str]:
        """Name the event types that this service consumes."""
        return frozenset(self._methods)

    def process(self, messages: Sequence[Raw]) -> None:
        """Apply a batch so that every message of it is settled when this returns.

        Raises DatabaseAway where nothing could be settled; the messages are still the broker's.
        """
        now = clock.now()
        taken = intake.take_in(messages, self.accepts, self._lately)
        crash_point("consumer.after-receive")
        try:
            try:
                outcomes = self._insistently(partial(self._apply_all, taken, now))
            except Exception as error:
                if passes_by_itself(error):
                    raise
                log.warning("batch_failed", error=str(error), messages=len(messages))
                outcomes = self._insistently(partial(self._apply_each, taken, now))
        except Exception as error:
            if passes_by_itself(error):
                raise DatabaseAway(str(error)) from error
            raise
        _count(outcomes)

    def _apply_all(self, taken: Intake, now: datetime) -> Outcomes:
        with self.db.transaction(scope=_scope(taken)) as cur:
            outcomes = _keep(cur, taken, now)
            self.applier.apply(cur, taken.states, taken.notices, now=now)
        arrived = Counter(queue for queue, _ in taken.came)
        outcomes.update({(queue, "applied"): count for queue, count in arrived.items()})
        return outcomes

    def _apply_each(self, taken: Intake, now: datetime) -> Outcomes:
        """Apply one by one under savepoints, so that a bad message costs only itself."""
        with self.db.transaction(scope=_scope(taken)) as cur:
            outcomes = _keep(cur, taken, now)
            for queue, arrival in taken.came:
                try:
                    with cur.connection.transaction():
                        self.applier.apply_one(cur, arrival, now=now)
                except Exception as error:
                    if passes_by_itself(error):
                        raise
                    letters.park(cur, [letters.Parked.of(queue, arrival, error)], now=now)
                    told = {"subject": arrival.subject, "traceparent": arrival.traceparent}
                    log.warning("arrival_parked", **told, error=str(error))
                    outcomes[queue, "parked"] += 1
                else:
                    outcomes[queue, "applied"] += 1
        return outcomes

    def _insistently(self, attempt: Callable[[], Outcomes]) -> Outcomes:
        """Try what passes by itself again at once, a few times."""
        for failures in range(1, policy.IMMEDIATE_ATTEMPTS):
            try:
                return attempt()
            except Exception as error:
                if not passes_by_itself(error):
                    raise
                metrics.RETRIES_TOTAL.labels("immediate").inc()
                eventlet.sleep(policy.IMMEDIATE.after(failures).total_seconds())
        return attempt()

    def _handle(
        self, type_: str, cur: Cursor, arrivals: Sequence[Arrival], now: datetime
    ) -> StoredHashes:
        """Run the consuming method on a service of its own, in this very thread.

        In nameko's pool it might have to wait, with its transaction open, for calls that wait
        for that transaction.
        """
        provider = self._methods[type_]
        service = self.container.service_cls()
        worker = WorkerContext(self.container, service, provider, (cur, arrivals, now))
        self.container._inject_dependencies(worker)  # noqa: SLF001 - nameko's own way, but a thread
        with tracing.span(f"apply {type_}", arrivals=len(arrivals)):
            stored: StoredHashes = getattr(service, provider.method_name)(cur, arrivals, now)
        return stored

    def _run(self) -> None:
        while not self._stopping:
            try:
                self._await_database()
                with wire.connected(settings().need_amqp_url(), f"schakel-{self._service}") as link:
                    self._consume(link)
            except DatabaseAway as error:
                self._in_doubt = True
                self._interrupted(error, breaker=OPEN)
            except QueueRefused as refused:
                self._refused(refused)
            except wire.BrokerAway as error:
                self._interrupted(error)
        health.forget("consumer")

    def _consume(self, link: wire.Broker) -> None:
        """Take batches; after the database was away one message a queue, until it has written.

        What is taken and not settled counts as a delivery: of a database that answers and cannot
        write, only few messages may pay for finding out. Where none comes, none need pay.
        """
        careful = self._in_doubt
        served = self._lookout.queues
        queues = Link(link, served, self._take, prefetch=1 if careful else policy.PREFETCH)
        self._lookout.begin(queues)
        self._trouble = None
        metrics.BREAKER_STATE.set(HALF_OPEN if careful else CLOSED)
        self._taken_at = time.monotonic()

        def goes_on() -> bool:
            if careful and time.monotonic() - self._taken_at > policy.QUIET_SECONDS:
                self._try_writing()
            alike = careful == self._in_doubt and self._lookout.approves()
            if alike and not self._stopping:
                return True
            self._lookout.end()
            return False

        queues.drain(goes_on)

    def _try_writing(self) -> None:
        """Have the database write where no message asks it to; raises DatabaseAway."""
        try:
            with self.db.transaction() as cur:
                cur.execute(QUERIES["try_writing"])
        except Exception as error:
            if passes_by_itself(error):
                raise DatabaseAway(str(error)) from error
            raise
        self._settled()

    def _settled(self) -> None:
        """Only what was written ends a row of failures, not a link that opened."""
        self._failures = 0
        self._in_doubt = False

    def _refused(self, refused: QueueRefused) -> None:
        """Go on at once without a queue, unless no queue is left to go on with."""
        self._lookout.refused(refused)
        if self._lookout.leaves_none:
            self._interrupted(refused)

    def _interrupted(self, error: Exception, *, breaker: int | None = None) -> None:
        self._failures += 1
        self._trouble = str(error) or type(error).__name__
        if breaker is not None:
            metrics.BREAKER_STATE.set(breaker)
        log.warning("consumer_interrupted", error=str(error), failures=self._failures)
        eventlet.sleep(policy.RECONNECT.after(self._failures).total_seconds())

    def _take(self, messages: Sequence[Raw]) -> None:
        started = time.perf_counter()
        carried = (one.headers.get("traceparent") for one in messages)
        queues = (one.queue for one in messages)
        with tracing.handling("process", "consumer", carried, queues=queues):
            for one in disturbed(messages):
                self.process(one)
            self._settled()
            self._taken_at = time.monotonic()
            metrics.CONSUMER_BATCH_SECONDS.observe(
                time.perf_counter() - started, tracing.exemplar()
            )
        metrics.CONSUMER_BATCH_SIZE.observe(len(messages))

    def _await_database(self) -> None:
        """Ask for one sign of life before any message is taken from the broker."""
        health.beat("consumer")
        if (trouble := self.db.trouble()) is not None:
            raise DatabaseAway(trouble)


def _scope(taken: Intake) -> Scope:
    """Give what a batch may touch: what its recipients keep."""
    return Scope.of_recipients({one.recipient for one in taken.states})


def _count(outcomes: Outcomes) -> None:
    """Count what became of each message, and once more what no queue had wanted."""
    for (queue, outcome), count in outcomes.items():
        metrics.CONSUMER_MESSAGES_TOTAL.labels(queue, outcome).inc(count)
        if queue == UNROUTED:
            metrics.UNROUTED_TOTAL.inc(count)


def _keep(cur: Cursor, taken: Intake, now: datetime) -> Outcomes:
    """Keep what cannot be applied, now or ever, with its reason."""
    letters.bury(cur, taken.letters, now=now)
    letters.park(cur, taken.parked, now=now)
    outcomes: Outcomes = Counter((one.queue, "buried") for one in taken.letters)
    outcomes.update((one.queue, "parked") for one in taken.parked)
    return outcomes
