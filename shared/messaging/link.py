# SPDX-License-Identifier: EUPL-1.2
"""One connection's worth of consuming: batches from all its queues, one cumulative ack for each."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

import amqp
import eventlet

from shared.contracts.topology import LAST_NETS, Queue
from shared.messaging import metrics, policy, wire
from shared.messaging.aside import QueueRefused
from shared.messaging.intake import Raw
from shared.runtime.admission import told_by_the_broker
from shared.runtime.crash import crash_point
from shared.runtime.health import health

DRAIN_SECONDS = 1.0


class Link:
    """One connection's worth of consuming."""

    def __init__(
        self,
        broker: wire.Broker,
        queues: dict[str, Queue],
        take: Callable[[Sequence[Raw]], None],
        *,
        prefetch: int,
    ) -> None:
        self._broker = broker
        self._queues = queues
        self._take = take
        self._held: list[Any] = []
        # How often there was nothing more to read, and nothing held; and how often there had been
        # when messages of a queue were seen to wait, of which none came since.
        self._idle_turns = 0
        self._stalled: dict[str, int] = {}
        self._channel = broker.channel()
        self._channel.basic_qos(0, prefetch, False)  # noqa: FBT003 - per consumer
        for name in queues:
            try:
                self._consume(name)
            except (amqp.AMQPError, TimeoutError) as error:
                raise QueueRefused(name, error) from error

    @property
    def served(self) -> Collection[str]:
        """Name the queues that the broker took a consumer for."""
        return self._queues.keys()

    def goes_without(self, name: str, *, waits: bool) -> bool:
        """Tell whether messages wait, at two looks, for a link that was idle and got none.

        `waits` is what this look saw of the queue: whether messages wait, for nobody else.
        """
        before = self._stalled.pop(name, None)
        if waits:
            self._stalled[name] = self._idle_turns
        return waits and before is not None and self._idle_turns > before

    def _consume(self, name: str) -> None:
        """Ask for a queue's messages; a queue that nothing leads may never answer."""
        mute = TimeoutError(f"no answer in {policy.CONSUME_SECONDS} s")
        with eventlet.Timeout(policy.CONSUME_SECONDS, mute):
            # The queue's name is the consumer's tag: it tells where a message came from.
            self._channel.basic_consume(name, consumer_tag=name, callback=self._held.append)

    def drain(self, keep_on: Callable[[], bool]) -> None:
        """Take batch after batch, until told to stop."""
        while keep_on():
            health.beat("consumer")
            metrics.LAST_DRAIN_TIMESTAMP_SECONDS.set_to_current_time()
            self._broker.heartbeat_check()
            self._collect()
            if not self._held:
                self._idle_turns += 1
                continue
            batch = [self._raw(message) for message in self._held]
            for raw in batch if self._stalled else ():
                self._stalled.pop(raw.queue, None)
            last = self._held[-1].delivery_info["delivery_tag"]
            self._held.clear()
            self._take(batch)
            crash_point("consumer.before-ack")
            self._channel.basic_ack(last, multiple=True)
            # The relay shares this thread: it may send the receipts before more is read.
            eventlet.sleep(0)

    def _collect(self) -> None:
        """Wait for a message, then take what follows at once, within the bounds of a batch."""
        wait, size, counted = DRAIN_SECONDS, 0, 0
        while len(self._held) < policy.BATCH.messages and size < policy.BATCH.bytes:
            try:
                self._broker.drain_events(timeout=wait)
            except TimeoutError:
                return
            wait = policy.BATCH.linger_seconds
            size += sum(len(message.body) for message in self._held[counted:])
            counted = len(self._held)

    def _raw(self, message: Any) -> Raw:  # noqa: ANN401 - py-amqp's message
        queue = self._queues[message.delivery_info["consumer_tag"]]
        body = message.body
        return Raw(
            queue=queue.name,
            recipient=queue.recipient,
            body=body.encode() if isinstance(body, str) else bytes(body),
            headers=dict(message.headers or {}),
            net=queue in LAST_NETS,
            publisher=told_by_the_broker(message.properties),
        )
