# SPDX-License-Identifier: EUPL-1.2
"""The ceiling: what can be done by hand in Python, without any framework.

Batches, one transaction a batch, binary arrays, raw py-amqp, pipelined confirms, blocking sockets;
no validation, no hash computed in Python, no metrics, no dead letters, no second attempt.

    python -m tests.bench.peers.ceiling relay|hold|receipts|close

BENCH_PACK says how many states may travel in one message.
"""

import os
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

import amqp
import orjson
import psycopg

from tests.bench.peers import rows

PACK = int(os.environ.get("BENCH_PACK", "100"))
WINDOW = 200
BATCH = 500
BATCH_BYTES = 1_500_000
LINGER_SECONDS = 0.001

UNSENT = """
SELECT o.id, o.exchange, o.audience, coalesce(o.body, j.body)
FROM outbox AS o LEFT JOIN journal AS j ON j.subject = o.subject AND j.sequence = o.sequence
WHERE o.sent_at IS NULL AND o.blocked_reason IS NULL ORDER BY o.id LIMIT %b
"""
MARK_SENT = "UPDATE outbox SET sent_at = now() WHERE id = ANY(%b::bigint[])"
ADMIT = """
INSERT INTO gate (recipient, subject, sequence, hash, applied_at)
SELECT p.recipient, s.subject, s.sequence, s.hash, now()
FROM unnest(%b::text[], %b::int[]) AS p (recipient, place)
JOIN unnest(%b::text[], %b::bigint[], %b::text[]) WITH ORDINALITY
    AS s (subject, sequence, hash, place) USING (place)
ON CONFLICT (recipient, subject) DO UPDATE
SET sequence = excluded.sequence, hash = excluded.hash, applied_at = excluded.applied_at
WHERE gate.sequence < excluded.sequence
RETURNING recipient, subject
"""
STORE = """
INSERT INTO region_agreements
    (region, agreement_id, sequence, content, status, employer_id, applied_at)
SELECT p.recipient, s.id, s.sequence, s.content, s.status, s.employer, now()
FROM unnest(%b::text[], %b::int[]) AS p (recipient, place)
JOIN unnest(%b::uuid[], %b::bigint[], %b::bytea[], %b::text[], %b::uuid[]) WITH ORDINALITY
    AS s (id, sequence, content, status, employer, place) USING (place)
ON CONFLICT (region, agreement_id) DO UPDATE SET
    sequence = excluded.sequence, content = excluded.content, status = excluded.status,
    employer_id = excluded.employer_id, applied_at = excluded.applied_at
RETURNING region, agreement_id::text, sequence, hash
"""
SEND_RECEIPTS = """
INSERT INTO outbox (exchange, routing_key, body, created_at)
VALUES ('notices', 'receipts.agreements', %b, now())
"""
# Found by key like the product's, whatever the planner believes of a ledger that is all received.
CLOSE = """
INSERT INTO deliveries AS d (subject, recipient, sequence, state, received_hash, received_at,
    created_at, next_check_at)
SELECT r.subject, r.recipient, owed.sequence,
    CASE WHEN owed.sequence < r.sequence THEN 'superseded' ELSE 'received' END,
    CASE WHEN owed.sequence = r.sequence THEN r.hash END, now(), now(), now()
FROM unnest(%b::text[], %b::text[], %b::bigint[], %b::text[])
    AS r (recipient, subject, sequence, hash)
CROSS JOIN LATERAL (
    SELECT o.sequence FROM deliveries AS o
    WHERE o.subject = r.subject AND o.recipient = r.recipient AND o.sequence <= r.sequence
        AND o.state IN ('pending', 'refused')
    OFFSET 0
) AS owed
WHERE owed.sequence < r.sequence OR r.hash = (
    SELECT j.hash FROM journal AS j WHERE j.subject = r.subject AND j.sequence = r.sequence
)
ON CONFLICT (subject, recipient, sequence) DO UPDATE SET state = excluded.state,
    received_hash = excluded.received_hash, received_at = excluded.received_at
WHERE d.state IN ('pending', 'refused')
"""


State = dict[str, Any]
# Exchange, audience and body of a message.
Unsent = tuple[str, Sequence[str], bytes]


def link() -> amqp.Connection:
    """Open a connection to the broker."""
    told = urlsplit(rows.AMQP_URL)
    connection = amqp.Connection(
        f"{told.hostname}:{told.port}",
        userid=told.username,
        password=told.password,
        virtual_host=told.path[1:],
    )
    connection.connect()
    return connection


class Sender:
    """Publishes windows with pipelined confirms."""

    def __init__(self) -> None:
        self._link = link()
        self._channel = self._link.channel()
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._acked)
        self._sent = self._confirmed = 0
        self._early = set[int]()

    def send(self, messages: Sequence[tuple[str, dict[str, bool], bytes]]) -> None:
        """Publish all and wait until all are confirmed."""
        wire = self._link.transport.sock
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        for exchange, headers, body in messages:
            message = amqp.Message(body, application_headers=headers, delivery_mode=2)
            key = "receipts.agreements" if exchange == "notices" else ""
            self._channel.basic_publish(message, exchange, key)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)
        self._sent += len(messages)
        while self._confirmed < self._sent:
            self._link.drain_events(timeout=10)

    def _acked(self, tag: int, multiple: bool) -> None:  # noqa: FBT001 - py-amqp's callback
        if multiple:
            self._confirmed = max(self._confirmed, tag)
        else:
            self._early.add(tag)
        while self._confirmed + 1 in self._early:
            self._confirmed += 1
            self._early.remove(self._confirmed)


def relay(url: str) -> None:
    """Send what stands in an outbox, for ever."""
    sender = Sender()
    with psycopg.connect(url, autocommit=True) as session:
        session.execute("LISTEN outbox")
        while True:
            found = session.execute(UNSENT, [WINDOW]).fetchall()
            if not found:
                if session.pgconn.notifies() is None:
                    for _ in session.notifies(timeout=1.0, stop_after=1):
                        pass
                continue
            sender.send(list(_addressed([row[1:] for row in found if row[1] != "live"])))
            session.execute(MARK_SENT, [[row[0] for row in found]])


def grouped(found: Sequence[Unsent]) -> Iterator[Unsent]:
    """Put states for the same audience into one message, up to the size of a pack."""
    groups: dict[tuple[str, tuple[str, ...]], list[bytes]] = {}
    for exchange, audience, body in found:
        groups.setdefault((exchange, tuple(audience)), []).append(body)
    for (exchange, audience), bodies in groups.items():
        for start in range(0, len(bodies), PACK):
            yield exchange, audience, b"[" + b",".join(bodies[start : start + PACK]) + b"]"


def _addressed(found: Sequence[Unsent]) -> Iterator[tuple[str, dict[str, bool], bytes]]:
    for exchange, audience, body in grouped(found):
        everybody = len(audience) == len(rows.RECIPIENTS)
        yield exchange, {"all": True} if everybody else dict.fromkeys(audience, True), body


def consume(url: str, queues: dict[str, str], take: Callable[[Any, list[Any]], None]) -> None:
    """Take batches from queues: one transaction, then one cumulative ack."""
    broker = link()
    channel, held = broker.channel(), list[Any]()
    channel.basic_qos(0, 200, False)  # noqa: FBT003 - per consumer
    for queue in queues:
        channel.basic_consume(queue, consumer_tag=queue, callback=held.append)
    with psycopg.connect(url) as session:
        while True:
            _collect(broker, held)
            with session.transaction(), session.cursor() as cur:
                take(cur, [(queues[m.delivery_info["consumer_tag"]], m.body) for m in held])
            channel.basic_ack(held[-1].delivery_info["delivery_tag"], multiple=True)
            held.clear()


def _collect(broker: amqp.Connection, held: list[Any]) -> None:
    wait: float | None = None
    counted = size = 0
    while len(held) < BATCH and size < BATCH_BYTES:
        try:
            broker.drain_events(timeout=wait)
        except TimeoutError:
            return
        wait = LINGER_SECONDS
        size += sum(len(message.body) for message in held[counted:])
        counted = len(held)


def read(batch: Sequence[tuple[str, bytes]]) -> tuple[list[str], list[int], list[State]]:
    """Read each message once: the recipients, the place of what each gets, and the states."""
    places: dict[bytes, list[int]] = {}
    states: list[State] = []
    recipients, at = list[str](), list[int]()
    for recipient, body in batch:
        if body not in places:
            told = orjson.loads(body)
            places[body] = list(range(len(states) + 1, len(states) + 1 + len(told)))
            states += told
        recipients += [recipient] * len(places[body])
        at += places[body]
    return recipients, at, states


def admitting(recipients: list[str], at: list[int], states: list[State]) -> list[Any]:
    """Give the values of ADMIT."""
    sequences = [int(state["sequence"]) for state in states]
    subjects = [state["subject"] for state in states]
    return [recipients, at, subjects, sequences, [state["contenthash"] for state in states]]


def storing(
    recipients: list[str], at: list[int], states: list[State], passed: set[tuple[str, str]]
) -> list[Any]:
    """Give the values of STORE, for what passed the gate."""
    # Nothing comes twice unless a process died: the usual way costs nothing.
    if len(passed) != len(at):
        kept = [i for i, p in enumerate(at) if (recipients[i], states[p - 1]["subject"]) in passed]
        recipients, at = [recipients[i] for i in kept], [at[i] for i in kept]
    told = [state["data"] for state in states]
    return [
        recipients,
        at,
        [data["id"] for data in told],
        [int(state["sequence"]) for state in states],
        [orjson.dumps(data, option=orjson.OPT_SORT_KEYS) for data in told],
        [data["status"] for data in told],
        [data["employer"]["id"] for data in told],
    ]


def receipts(stored: Sequence[tuple[str, str, int, str]]) -> list[bytes]:
    """Give the values of SEND_RECEIPTS: one notice for the whole batch."""
    return [orjson.dumps([(r, f"agreement/{a}", s, h) for r, a, s, h in stored])]


def closing(batch: Sequence[tuple[str, bytes]]) -> list[list[Any]]:
    """Give the values of CLOSE."""
    told = [one for _, body in batch for notice in orjson.loads(body) for one in notice]
    return [list(column) for column in zip(*told, strict=True)]


def hold(cur: psycopg.Cursor[Any], batch: list[tuple[str, bytes]]) -> None:
    """Store the copies of a batch and the receipt of them."""
    came = read(batch)
    passed = set(cur.execute(ADMIT, admitting(*came)).fetchall())
    stored = cur.execute(STORE, storing(*came, passed)).fetchall()
    cur.execute(SEND_RECEIPTS, receipts(stored))


def close(cur: psycopg.Cursor[Any], batch: list[tuple[str, bytes]]) -> None:
    """Close the ledger's rows of a batch of receipts."""
    cur.execute(CLOSE, closing(batch))


def main(role: str) -> None:
    """Run one process of the four."""
    match role:
        case "relay":
            relay(rows.OWNER_URL)
        case "hold":
            consume(rows.HOLDER_URL, {f"regions.{code}": code for code in rows.RECIPIENTS}, hold)
        case "receipts":
            relay(rows.HOLDER_URL)
        case "close":
            consume(rows.OWNER_URL, {"agreements.receipts": "agreements"}, close)


if __name__ == "__main__":
    main(sys.argv[1])
