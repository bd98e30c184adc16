# SPDX-License-Identifier: EUPL-1.2
"""What the processes of one service tell one another, and whoever of them starts later.

It lies in a stream of the broker. Each process reads that from its beginning, tells its own at its
end, and sends a mark behind which it has read all that was told before.
"""

import contextlib
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import eventlet
import orjson
import structlog
from nameko.extensions import DependencyProvider

from shared.contracts.envelope import CONTENT_TYPE
from shared.contracts.topology import Queue
from shared.messaging import policy, wire
from shared.runtime import settings
from shared.runtime.entrypoints import wait_for
from shared.runtime.health import health

log = structlog.get_logger()

DRAIN_SECONDS = 0.25
# So often it is made sure that what is told is heard.
MARK_SECONDS = 60.0
PREFETCH = 500
TOLD_AT_ONCE = 1_000


class Listener(Protocol):
    """Who tells and hears: what is heard twice, or from itself, is no news to it."""

    def begin(self) -> None:
        """Read from the beginning: what is known here and not heard now is untold."""

    def hear(self, told: Sequence[str]) -> None:
        """Take in what any process told; it is in the stream, and need not be told again."""

    def complete(self) -> None:
        """Know that all was heard that had been told before."""

    def untold(self) -> Sequence[str]:
        """Give what is known here and was not heard."""


class Stream(DependencyProvider):  # type: ignore[misc]
    """Keeps a listener and a stream of the broker at the same for as long as the process lives."""

    def __init__(self, stream: Queue, exchange: str, listener: Callable[[], Listener]) -> None:
        self._stream, self._exchange, self._listener = stream.name, exchange, listener

    def setup(self) -> None:
        """Nothing is read yet."""
        self._stopping = False
        self._awaited: str | None = None
        self._trouble: str | None = "not read yet"
        health.need("stream", lambda: self._trouble)

    def start(self) -> None:
        """Read and tell from now on."""
        self._thread = self.container.spawn_managed_thread(self._run)

    def stop(self) -> None:
        """Read no more."""
        self._stopping = True
        wait_for(self._thread, 3)

    def _run(self) -> None:
        failures = 0
        while not self._stopping:
            health.beat("stream")
            try:
                with wire.connected(settings().need_amqp_url(), self._stream) as link:
                    self._follow(link)
            except wire.BrokerAway as error:
                failures = 1 if self._trouble is None else failures + 1
                self._trouble = str(error) or type(error).__name__
                log.warning("stream_interrupted", stream=self._stream, error=str(error))
                eventlet.sleep(policy.RECONNECT.after(min(failures, 6)).total_seconds())

    def _follow(self, link: wire.Broker) -> None:
        listener, publisher = self._listener(), wire.Publisher(link)
        listener.begin()
        self._consume(link, listener)
        while not self._stopping:
            mark = self._awaited = uuid.uuid4().hex
            self._tell(publisher, mark=mark)
            self._pass_on(link, publisher, listener, until=time.monotonic() + MARK_SECONDS)
            if self._awaited == mark and not self._stopping:
                raise ConnectionError("what is told is not heard")

    def _pass_on(
        self, link: wire.Broker, publisher: wire.Publisher, listener: Listener, *, until: float
    ) -> None:
        while not self._stopping and time.monotonic() < until:
            health.beat("stream")
            link.heartbeat_check()
            with contextlib.suppress(TimeoutError):
                link.drain_events(timeout=DRAIN_SECONDS)
            self._tell_own(publisher, listener)

    def _tell_own(self, publisher: wire.Publisher, listener: Listener) -> None:
        told = listener.untold()[:TOLD_AT_ONCE]
        # Before all is heard nobody knows what is untold.
        if told and self._trouble is None:
            self._tell(publisher, told=told)
            listener.hear(told)

    def _consume(self, link: wire.Broker, listener: Listener) -> None:
        channel = link.channel()
        # A stream is read by a consumer that names how much it takes at once.
        channel.basic_qos(0, PREFETCH, False)  # noqa: FBT003 - per consumer

        def take(message: Any) -> None:  # noqa: ANN401 - py-amqp's message
            self._take(message.body, listener)
            channel.basic_ack(message.delivery_info["delivery_tag"])

        channel.basic_consume(self._stream, callback=take, arguments={"x-stream-offset": "first"})

    def _take(self, body: str | bytes, listener: Listener) -> None:
        try:
            said = orjson.loads(body)
            listener.hear(said.get("told", []))
        except (AttributeError, TypeError, ValueError) as error:
            log.warning("told_unreadable", stream=self._stream, error=str(error))
            return
        if said.get("mark") == self._awaited is not None:
            self._awaited = self._trouble = None
            listener.complete()

    def _tell(self, publisher: wire.Publisher, **said: object) -> None:
        message = wire.Message(self._exchange, "", {}, orjson.dumps(said), CONTENT_TYPE)
        fates = publisher.send([message], patience_seconds=policy.CONFIRM_SECONDS)
        if fates != ["confirmed"]:
            raise ConnectionError(f"the broker did not take what was told: {fates[0]}")
