# SPDX-License-Identifier: EUPL-1.2
"""A relay that runs in this process, and what one sees of its outbox and of the queues."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kombu.connection import Connection

from shared.contracts import unwrap
from shared.messaging import journal
from shared.messaging.relay import Relay
from shared.runtime.db import connect
from tests.integration.messaging.post import BOTH, NOW, outgoing
from tests.integration.messaging.serving import Row, ask
from tests.servers import PrivateBroker, ServiceDatabase

STOP_SECONDS = 30.0


class Running:
    """A relay in a thread of this process, that one may watch and stop."""

    def __init__(self, database_url: str, amqp_url: str) -> None:
        self._stop = threading.Event()
        self.pauses: list[float] = []
        self.turns = 0
        running = Relay("agreements", database_url=database_url, amqp_url=amqp_url)
        self._thread = threading.Thread(target=running.run, args=[self._keep_on, self._pause])
        self._thread.start()

    def _keep_on(self) -> bool:
        self.turns += 1
        return not self._stop.is_set()

    def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self._stop.wait(seconds)

    def stop(self) -> None:
        """Stop it as a service does."""
        self._stop.set()
        self._thread.join(STOP_SECONDS)
        assert not self._thread.is_alive()


@contextmanager
def relaying(outbox: ServiceDatabase, broker: PrivateBroker) -> Iterator[Running]:
    """Run a relay for the length of a block."""
    running = Running(outbox.service_url, broker.url("schakel-agreements"))
    try:
        yield running
    finally:
        running.stop()


def publish(database: ServiceDatabase, *subjects: str, audience: frozenset[str] = BOTH) -> None:
    """Publish a state of each subject, in one transaction."""
    with (
        connect(database.service_url, application_name="tests") as connection,
        connection.transaction(),
        connection.cursor() as cur,
    ):
        journal.publish(cur, [outgoing(one, audience) for one in subjects], now=NOW)


def unsent(database: ServiceDatabase) -> int:
    """Count the states that wait in the outbox."""
    [row] = ask(
        database,
        "SELECT count(*) AS rows FROM outbox WHERE sent_at IS NULL AND sequence IS NOT NULL",
    )
    count: int = row["rows"]
    return count


def states_in(database: ServiceDatabase) -> list[Row]:
    """Give the outbox rows of states, with what became of them."""
    return ask(
        database,
        "SELECT audience, sent_at IS NULL AS unsent, blocked_reason FROM outbox"
        " WHERE sequence IS NOT NULL",
    )


def owners(database: ServiceDatabase) -> list[int]:
    """Give the sessions that own the outbox."""
    question = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"
    found = [row["pid"] for row in ask(database, question)]
    assert len(found) <= 1
    return found


def taken(broker: PrivateBroker, queue: str) -> list[list[tuple[str, int]]]:
    """Take every message from a queue: the subjects and sequences in each."""
    found: list[list[tuple[str, int]]] = []

    def take(message: Any) -> None:  # noqa: ANN401 - py-amqp's message
        body = message.body.encode() if isinstance(message.body, str) else bytes(message.body)
        found.append([(one.subject or "", one.sequence or 0) for one in unwrap(body)])

    with Connection(broker.url()) as link:  # type: ignore[no-untyped-call]
        channel = link.channel()
        waiting = channel.queue_declare(queue, passive=True).message_count
        channel.basic_consume(queue, no_ack=True, callback=take)
        while len(found) < waiting:
            link.drain_events(timeout=5)
    return found
