# SPDX-License-Identifier: EUPL-1.2
"""The wire: connections to RabbitMQ that notice when they are dead, and confirmed publishing."""

import contextlib
import random
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import amqp
from kombu.connection import Connection

from shared.runtime.config import AMQPS, settings
from shared.runtime.crash import crash_point

HEARTBEAT_SECONDS = 10
CONNECT_SECONDS = 5
STALL_SECONDS = 10
DRAIN_SECONDS = 0.2

# kombu is typed only in part: what is used of it stands in this file and the consumer.
Broker = Any
Fate = Literal["confirmed", "nacked", "returned", "unconfirmed"]

# Everything that means: this connection is of no more use, and what was not confirmed is unsent.
BrokerAway = (OSError, amqp.AMQPError, EOFError)


def connect(url: str, name: str) -> Broker:
    """Open one connection to the broker, that a frozen link or a memory alarm cannot hang.

    Of a cluster any node will do, and each is tried once. They are tried in any order, so that
    those whom a dead node leaves spread over the others.
    """
    nodes = url.split(";")
    random.shuffle(nodes)
    for node in nodes[1:]:
        with contextlib.suppress(*BrokerAway):
            return _connect(node, name)
    return _connect(nodes[0], name)


def _connect(url: str, name: str) -> Broker:
    connection: Broker = Connection(  # type: ignore[no-untyped-call]
        url,
        ssl=settings().amqp_tls() if url.startswith(AMQPS) else None,
        heartbeat=HEARTBEAT_SECONDS,
        connect_timeout=CONNECT_SECONDS,
        transport_options={
            "confirm_publish": False,
            "client_properties": {"connection_name": name},
            "socket_settings": {socket.TCP_USER_TIMEOUT: 20_000, socket.TCP_NODELAY: 1},
        },
    )
    # Whoever needs the broker has a pause of its own; the library would add two seconds.
    connection.ensure_connection(max_retries=0, reraise_as_library_errors=False)
    # The library's own time-outs are options of the kernel, which a green socket never sees.
    connection.connection.transport.sock.settimeout(STALL_SECONDS)
    return connection


@contextlib.contextmanager
def connected(url: str, name: str) -> Iterator[Broker]:
    """Hold a connection for the block, and close it whatever happens.

    A connection that is forgotten but not closed stays the single active consumer of its
    queues, and stalls them. One that failed is cut, since nobody may answer any more.
    """
    connection = connect(url, name)
    try:
        yield connection
    except BaseException:
        connection.collect()
        raise
    with contextlib.suppress(*BrokerAway):
        connection.release()


def look_at(connection: Broker, queue: str) -> Any | None:  # noqa: ANN401 - py-amqp's answer
    """Ask for a queue's `message_count` and `consumer_count`; None where it is missing."""
    # On a channel of its own: the broker closes the channel that asks for a missing queue.
    channel = connection.channel()
    try:
        return channel.queue_declare(queue, passive=True)
    except amqp.NotFound:
        return None
    finally:
        # The library opens anew what the broker closed: left open, channels would run out.
        channel.close()


@dataclass(frozen=True, slots=True)
class Message:
    """One AMQP message to publish."""

    exchange: str
    routing_key: str
    headers: dict[str, Any]
    body: bytes
    content_type: str
    persistent: bool = True


@dataclass(slots=True)
class Publisher:
    """Publishes with pipelined confirms on a channel of its own.

    After any outcome but `confirmed` the channel must not be used again: a late ack would
    confirm another message. `broken` says so; `blocked`, that the broker takes no messages from
    anybody, for want of disk or memory.
    """

    connection: Broker
    broken: bool = False
    blocked: bool = False
    _channel: Any = None
    _next_tag: int = 1
    _open: dict[int, int] = field(default_factory=dict)
    _fates: list[Fate] = field(default_factory=list)
    _returned: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Open the channel and ask the broker for confirms."""
        self._channel = self.connection.channel()
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._acked)
        self._channel.events["basic_nack"].add(self._nacked)
        self._channel.events["basic_return"].add(self._came_back)
        # The broker says so of a connection on which something was published.
        self.connection.connection.on_blocked = self._was_blocked
        self.connection.connection.on_unblocked = self._was_unblocked

    def send(self, messages: Sequence[Message], *, patience_seconds: float) -> list[Fate]:
        """Publish all, wait for their confirms together, and give the fate of each."""
        self._fates = ["unconfirmed"] * len(messages)
        self._returned.clear()
        self._open = {self._next_tag + place: place for place in range(len(messages))}
        with self._corked():
            for message in messages:
                self._publish(message)
        crash_point("relay.after-publish")
        until = time.monotonic() + patience_seconds
        while self._open and (left := until - time.monotonic()) > 0:
            # The broker's heartbeats begin the library's time-out anew, so that it must be short.
            with contextlib.suppress(TimeoutError):
                self.connection.drain_events(timeout=min(left, DRAIN_SECONDS))
            self.connection.heartbeat_check()
        self.broken = any(fate != "confirmed" for fate in self._fates)
        return self._fates

    def renew(self) -> None:
        """Go on with another channel: a late ack on this one would confirm another message."""
        self._channel.close()
        self.broken = False
        self._next_tag = 1
        self.__post_init__()

    def keep_alive(self) -> None:
        """Read the broker's heartbeats and send ours: an idle connection is a live one."""
        with contextlib.suppress(TimeoutError):
            self.connection.drain_events(timeout=0.001)
        self.connection.heartbeat_check()

    def is_empty(self, queue: str) -> bool:
        """Tell whether nothing waits in a queue, by a passive declare.

        What a consumer has taken and not acknowledged is not counted. A queue that is missing
        is not called empty: there is no use in sending to it.
        """
        found = look_at(self.connection, queue)
        return found is not None and found.message_count == 0

    @contextlib.contextmanager
    def _corked(self) -> Iterator[None]:
        """Have the kernel send a window in full packets: the broker wakes up for each packet."""
        link: socket.socket = self.connection.connection.transport.sock
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        try:
            yield
        finally:
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)

    def _publish(self, message: Message) -> None:
        tag = self._next_tag
        self._next_tag += 1
        self._channel.basic_publish(
            amqp.Message(
                message.body,
                content_type=message.content_type,
                application_headers=message.headers,
                delivery_mode=2 if message.persistent else 1,
                message_id=str(tag),
                # The broker refuses any name but that of the connection's own user.
                user_id=self.connection.userid,
            ),
            exchange=message.exchange,
            routing_key=message.routing_key,
            mandatory=message.persistent,
        )

    def _settle(self, tag: int, *, multiple: bool, fate: Fate) -> None:
        for one in [t for t in self._open if t <= tag] if multiple else [tag]:
            place = self._open.pop(one, None)
            if place is not None:
                # The broker acks what it gave back, too: the return came before the ack.
                self._fates[place] = "returned" if str(one) in self._returned else fate

    def _was_blocked(self, _said: str) -> None:
        self.blocked = True

    def _was_unblocked(self) -> None:
        self.blocked = False

    def _acked(self, tag: int, multiple: bool) -> None:  # noqa: FBT001 - py-amqp's callback
        self._settle(tag, multiple=multiple, fate="confirmed")

    def _nacked(self, tag: int, multiple: bool, *_: object) -> None:  # noqa: FBT001
        self._settle(tag, multiple=multiple, fate="nacked")

    def _came_back(self, *args: Any) -> None:  # noqa: ANN401 - (error, exchange, key, message)
        self._returned.add(args[-1].message_id)
