# SPDX-License-Identifier: EUPL-1.2
"""Calls to other services, each with a deadline: nobody ever waits for a service that is away."""

import time
from collections import deque
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import eventlet
import structlog
from eventlet.event import Event
from kombu.entity import TRANSIENT_DELIVERY_MODE
from nameko.amqp.publish import Publisher
from nameko.containers import ServiceContainer, WorkerContext
from nameko.exceptions import UnknownService
from nameko.extensions import DependencyProvider
from nameko.rpc import MethodProxy, Responder

from shared.runtime import tracing
from shared.runtime.admission import user_of
from shared.runtime.callqueues import Answers
from shared.runtime.config import settings
from shared.runtime.problems import Json

log = structlog.get_logger()

# The deadline is what bounds a call; the publisher itself tries a dead connection once more.
PUBLISHER = {"retry": True, "retry_policy": {"max_retries": 1, "interval_start": 0}}


class InMemory(Publisher):  # type: ignore[misc]
    """Publishes what is worth nothing after its deadline: the broker need not write it to disk."""

    delivery_mode = TRANSIENT_DELIVERY_MODE


class Method(MethodProxy):  # type: ignore[misc]
    """A method of another service."""

    publisher_cls = InMemory


# nameko offers no other place to say how replies are sent.
Responder.publisher_cls = InMemory


class ServiceUnavailable(Exception):
    """The call was not taken: the service has no queue, or the broker cannot be reached."""


class DeadlineExceeded(Exception):
    """No answer came in time; the call is never started after this."""


class Replies(Answers):
    """The listener for replies, which forgets those that nobody waits for any more."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 - nameko binds by keywords
        super().__init__(**kwargs)
        self._asked: deque[tuple[float, str]] = deque()
        self._stopped = False

    def stop(self) -> None:
        """Listen no more; whoever is the only one to ask may say so before the process does."""
        if not self._stopped:
            self._stopped = True
            super().stop()

    def get_reply_event(self, correlation_id: str) -> Event:
        """Expect a reply, and drop what was expected longer ago than any deadline."""
        now = time.monotonic()
        while self._asked and self._asked[0][0] < now - 2 * settings().rpc_deadline_seconds:
            self._reply_events.pop(self._asked.popleft()[1], None)
        self._asked.append((now, correlation_id))
        return super().get_reply_event(correlation_id)


class Rpc(DependencyProvider):  # type: ignore[misc]
    """Gives a service `self.rpc.call(service, method, call)`."""

    replies = Replies()

    def get_dependency(self, worker_ctx: Any) -> "Caller":  # noqa: ANN401 - nameko's context
        """Give a caller that knows the worker it calls for."""
        return Caller(worker_ctx, self.replies)


class Caller:
    """Calls methods of other services and waits no longer than the deadline."""

    def __init__(self, worker_ctx: Any, replies: Replies) -> None:  # noqa: ANN401
        self._worker_ctx = worker_ctx
        self._replies = replies

    def call(self, service: str, method: str, wire: Json) -> Json:
        """Call a method and give its reply.

        The message itself expires at the deadline in `wire` (Unix seconds), and the callee
        looks once more before it starts. Raises ServiceUnavailable or DeadlineExceeded.
        """
        with tracing.span(f"{service} {method}", "client"):
            return self._call(service, method, tracing.carry(wire))

    def _call(self, service: str, method: str, wire: Json) -> Json:
        left = max(0.001, wire["deadline"] - time.time())
        proxy = Method(
            self._worker_ctx,
            service,
            method,
            self._replies,
            expiration=left,
            user_id=user_of(settings().need_amqp_url()),
            **PUBLISHER,
        )
        # Published by a green thread of its own, which no time-out interrupts: a channel left
        # in the middle of a publish would confirm the wrong message later.
        sending = eventlet.spawn(_send, proxy, wire)
        with eventlet.Timeout(left, DeadlineExceeded(f"{service} did not answer in time")):
            sent = sending.wait()
            if isinstance(sent, Exception):
                raise sent
            reply = sent.wait()
        if reply.get("error"):
            raise ServiceUnavailable(f"{service} failed: {reply['error'].get('exc_type')}")
        result: Json = reply["result"]
        return result

    def ask(self, service: str, operation: str, params: Json) -> Json:
        """Ask another service in this service's own name, and give the body of its answer.

        Whatever is no answer raises ServiceUnavailable: away, too late, or refused.
        """
        wire = {
            "operation": operation,
            "params": params,
            "body": None,
            "principal": {"subject": self._worker_ctx.service_name, "role": "service"},
            "ifMatch": None,
            "idempotencyKey": str(uuid4()),
            "deadline": time.time() + settings().rpc_deadline_seconds,
            "traceparent": None,
        }
        try:
            reply = self.call(service, operation, wire)
        except DeadlineExceeded as late:
            raise ServiceUnavailable(str(late)) from late
        if "problem" in reply:
            raise ServiceUnavailable(reply["problem"]["detail"])
        body: Json = reply["body"]
        return body


@dataclass(frozen=True, slots=True)
class _Duty:
    """Stands where nameko looks for the entrypoint that makes a call, to name the call after it."""

    method_name: str


def caller_for(duty: str, container: ServiceContainer, replies: Replies) -> Caller:
    """Give a caller for work that no worker does: a duty in the background."""
    return Caller(WorkerContext(container, None, _Duty(duty)), replies)


def _send(proxy: MethodProxy, wire: Json) -> Event | ServiceUnavailable:
    try:
        return proxy.call_async(wire).reply_event
    except UnknownService as error:
        return ServiceUnavailable(str(error))
    except Exception as error:  # noqa: BLE001 - whatever stopped it, the call was not taken
        log.warning("rpc_not_sent", error=str(error))
        return ServiceUnavailable("the message broker cannot be reached")
