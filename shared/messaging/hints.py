# SPDX-License-Identifier: EUPL-1.2
"""Live hints: what changed just now, for whoever is listening. Nothing depends on a hint."""

import contextlib
import uuid
from collections.abc import Callable, Iterator
from typing import Any, Self

import eventlet
import structlog
from eventlet.queue import Empty, Full, Queue
from nameko.extensions import DependencyProvider

from shared.contracts import Json, Malformed, NewerMajor, unwrap
from shared.contracts.topology import LIVE
from shared.messaging import policy, wire
from shared.runtime import settings
from shared.runtime.entrypoints import wait_for
from shared.runtime.health import health

log = structlog.get_logger()

Seen = Callable[[Json], Json | None]
"""What a listener gets to see of a hint; None where it concerns somebody else."""

HEARTBEAT_SECONDS = 15
BUFFERED = 1000
DRAIN_SECONDS = 1.0


class SlowListener(Exception):
    """A listener that does not keep up is cut off; it may come back and read anew."""


class Hints(DependencyProvider):  # type: ignore[misc]
    """Gives a service `self.hints.subscribe()`, fed from one queue of this process's own."""

    def setup(self) -> None:
        """Nobody listens yet."""
        self._stopping = False
        self._trouble: str | None = "not connected yet"
        health.need("broker", lambda: self._trouble)
        self._listeners: dict[Queue, Seen] = {}

    def start(self) -> None:
        """Listen to the broker for as long as the process lives."""
        self._thread = self.container.spawn_managed_thread(self._run)

    def stop(self) -> None:
        """Stop listening."""
        self._stopping = True
        wait_for(self._thread, 3)

    def get_dependency(self, worker_ctx: object) -> Self:
        """Give itself: listeners outlive no worker."""
        del worker_ctx
        return self

    @contextlib.contextmanager
    def subscribe(self, seen: Seen) -> Iterator[Iterator[Json | None]]:
        """Give what is seen of the hints from now on, and None every 15 seconds without any.

        A listener that falls 1,000 hints behind gets SlowListener. What concerns somebody else
        reaches no queue: it moves no pause and fills no buffer that a listener could notice.
        """
        queue = Queue(BUFFERED)
        self._listeners[queue] = seen
        try:
            yield self._hints(queue)
        finally:
            self._listeners.pop(queue, None)

    def _hints(self, queue: Queue) -> Iterator[Json | None]:
        while not self._stopping:
            if queue not in self._listeners:
                raise SlowListener
            try:
                yield queue.get(timeout=HEARTBEAT_SECONDS)
            except Empty:
                yield None

    def _run(self) -> None:
        failures = 0
        name = f"{self.container.service_name}.live.{uuid.uuid4()}"
        while not self._stopping:
            health.beat("hints")
            try:
                with wire.connected(settings().need_amqp_url(), name) as link:
                    channel = link.channel()
                    channel.queue_declare(name, exclusive=True, auto_delete=True)
                    channel.queue_bind(name, LIVE)
                    channel.basic_consume(name, no_ack=True, callback=self._pass_on)
                    self._trouble, failures = None, 0
                    self._drain(link)
            except wire.BrokerAway as error:
                failures += 1
                self._trouble = str(error) or type(error).__name__
                log.warning("hints_interrupted", error=str(error))
                eventlet.sleep(policy.RECONNECT.after(min(failures, 6)).total_seconds())

    def _drain(self, link: wire.Broker) -> None:
        while not self._stopping:
            health.beat("hints")
            link.heartbeat_check()
            with contextlib.suppress(TimeoutError):
                link.drain_events(timeout=DRAIN_SECONDS)

    def _pass_on(self, message: Any) -> None:  # noqa: ANN401 - py-amqp's message
        try:
            hints = [event.data for event in unwrap(message.body)]
        except (Malformed, NewerMajor) as error:
            log.warning("hint_unreadable", error=str(error))
            return
        for hint in hints:
            self._tell(hint)

    def _tell(self, hint: Json) -> None:
        for queue, seen in list(self._listeners.items()):
            shown = seen(hint)
            if shown is None:
                continue
            try:
                queue.put_nowait(shown)
            except Full:
                self._listeners.pop(queue, None)
