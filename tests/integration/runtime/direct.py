# SPDX-License-Identifier: EUPL-1.2
"""A call by hand, past the gateway and past nameko, as any user of the broker."""

import json
import time
import uuid
from contextlib import closing
from typing import Any, Self
from urllib.parse import urlsplit

import amqp

Json = dict[str, Any]
EXCHANGE = "nameko-rpc"
SECONDS = 10.0


def wire(operation: str, principal: Json, params: Json | None = None, **more: object) -> Json:
    """Give a call as the gateway writes it, for one page of a list unless it says otherwise."""
    return {
        "operation": operation,
        "params": {"page": 1, "pageSize": 50} if params is None else params,
        "body": None,
        "principal": principal,
        "ifMatch": None,
        "idempotencyKey": str(uuid.uuid4()),
        "deadline": time.time() + SECONDS,
        "traceparent": None,
        **more,
    }


class Direct:
    """One connection to the broker as one user."""

    def __init__(self, url: str) -> None:
        told = urlsplit(url)
        self.user = told.username or ""
        self._link = amqp.Connection(
            host=f"{told.hostname}:{told.port}",
            userid=told.username,
            password=told.password,
            virtual_host=told.path.removeprefix("/"),
            confirm_publish=True,
        )
        self._link.connect()

    def __enter__(self) -> Self:
        """Use it for a while."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self._link.close()

    def call(self, service: str, call: Json, **properties: object) -> Json:
        """Call a method of a service, and give what it replies: the result, or the error."""
        replies = f"rpc.reply-{self.user.removeprefix('schakel-')}-{uuid.uuid4()}"
        found: list[Json] = []
        with closing(self._link.channel()) as channel:
            channel.queue_declare(replies, exclusive=True, auto_delete=True)
            channel.queue_bind(replies, EXCHANGE, replies)
            channel.basic_consume(
                replies,
                no_ack=True,
                callback=lambda one: found.append(json.loads(one.body)),
            )
            told = {"reply_to": replies, "correlation_id": replies, "user_id": self.user}
            self.send(service, {"args": [call], "kwargs": {}}, call["operation"], told | properties)
            while not found:
                self._link.drain_events(timeout=SECONDS)
        return found[0]

    def send(self, service: str, body: Json, method: str, properties: Json) -> None:
        """Send a message to a method; a property that is None is left out."""
        told = {name: value for name, value in properties.items() if value is not None}
        message = amqp.Message(json.dumps(body), content_type="application/json", **told)
        with closing(self._link.channel()) as channel:
            channel.basic_publish(message, EXCHANGE, f"{service}.{method}", mandatory=True)
