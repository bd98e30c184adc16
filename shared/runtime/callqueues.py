# SPDX-License-Identifier: EUPL-1.2
"""The queues of calls and of their answers: usable again as soon as any node of the broker is.

nameko declares them durable. A durable queue that is not replicated cannot be used, nor declared
anew, while the node that holds it is away; and a call is worth nothing after its deadline.
"""

import time
from typing import Any

import structlog
from nameko.exceptions import MalformedRequest
from nameko.messaging import QueueConsumer
from nameko.rpc import ReplyListener, Rpc, RpcConsumer

from shared.runtime.admission import told_by_the_broker

log = structlog.get_logger()

BIND_SECONDS = 2.0
NEEDED = frozenset({"reply_to", "content_type"})


class CallQueues(QueueConsumer):  # type: ignore[misc]
    """Consumes them, and binds them again and again.

    A node that dies takes its transient queues with it. While the broker still forgets them, one
    that was declared anew under the same name loses its bindings, and nobody is told.
    """

    _bound = 0.0

    def on_iteration(self) -> None:
        """Bind what is consumed; a queue that is gone is refused, and everything starts afresh."""
        super().on_iteration()
        if time.monotonic() < self._bound + BIND_SECONDS:
            return
        self._bound = time.monotonic()
        for consumer in self._consumers.values():
            for queue in consumer.queues:
                queue.queue_bind()


class Asked(RpcConsumer):  # type: ignore[misc]
    """The queue of a service's calls."""

    queue_consumer = CallQueues()

    def setup(self) -> None:
        """Have it declared as a transient one."""
        super().setup()
        self.queue.durable = False

    def handle_message(self, body: Any, message: Any) -> None:  # noqa: ANN401 - nameko's own
        """Start the method; what says not even where an answer would go is dropped."""
        if not message.properties.keys() >= NEEDED:
            log.warning("call_unanswerable", caller=told_by_the_broker(message.properties))
            self.queue_consumer.ack_message(message)
            return
        super().handle_message(body, message)


class Answers(ReplyListener):  # type: ignore[misc]
    """The queue of the answers to a process."""

    queue_consumer = CallQueues()

    def setup(self) -> None:
        """Have it declared as a transient one."""
        super().setup()
        self.queue.durable = False


class Callee(Rpc):  # type: ignore[misc]
    """A method that other processes may call, with one call as its only argument."""

    rpc_consumer = Asked()

    def handle_message(self, body: Any, message: Any) -> None:  # noqa: ANN401 - nameko's own
        """Write over the call who sent it, by the broker's word, and which method it came to."""
        try:
            [call], named = body["args"], body["kwargs"]
            call |= {
                "caller": told_by_the_broker(message.properties),
                "operation": self.method_name,
            }
        except (KeyError, TypeError, ValueError) as error:
            raise MalformedRequest("a call is one object") from error
        if named:
            raise MalformedRequest("a call has no name")
        super().handle_message(body, message)
