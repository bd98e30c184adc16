# SPDX-License-Identifier: EUPL-1.2
"""What is posted in these tests: states of agreements nobody made, for regions that are there."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.contracts import Json, unwrap, wrap
from shared.contracts.registry import examples
from shared.messaging import Arrival, Outgoing, Published, journal, ledger
from shared.messaging.intake import arrival_of
from shared.messaging.notices import Receipt
from shared.runtime import Cursor

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
OIN = "00000099000000001000"
AGREEMENT_CHANGED = "agreement-changed.v1"
ZWOLLE, DRECHTSTEDEN, ZUID_LIMBURG = "AM36", "AM23", "AM30"
BOTH = frozenset({ZWOLLE, DRECHTSTEDEN})


def later(seconds: float) -> datetime:
    """Give a moment after NOW."""
    return NOW + timedelta(seconds=seconds)


def new_subject() -> str:
    """Name an agreement that no other test knows."""
    return f"agreement/{uuid.uuid4()}"


def data_of(subject: str, title: str = "Afspraken") -> Json:
    """Give a public state of an agreement."""
    data: Json = examples()[AGREEMENT_CHANGED]["data"]
    return {**data, "id": subject.partition("/")[2], "title": title}


def outgoing(subject: str, audience: Iterable[str] = BOTH, *, title: str = "Afspraken") -> Outgoing:
    """Give a state as its owner publishes it."""
    return Outgoing(subject, AGREEMENT_CHANGED, data_of(subject, title), frozenset(audience))


def publish(
    cur: Cursor,
    subject: str,
    audience: Iterable[str] = BOTH,
    *,
    title: str = "Afspraken",
    now: datetime = NOW,
) -> Published:
    """Publish one state."""
    [published] = journal.publish(cur, [outgoing(subject, audience, title=title)], now=now)
    return published


def written(
    subject: str,
    sequence: int = 1,
    *,
    title: str = "Afspraken",
    traceparent: str | None = None,
) -> bytes:
    """Give a state as it stands on the wire."""
    return wrap(
        AGREEMENT_CHANGED,
        data_of(subject, title),
        oin=OIN,
        subject=subject,
        sequence=sequence,
        recorded_at=NOW,
        traceparent=traceparent,
    )


def arrival(
    subject: str, sequence: int = 1, *, recipient: str = ZWOLLE, title: str = "Afspraken"
) -> Arrival:
    """Give a state as it came in for a recipient."""
    body = written(subject, sequence, title=title)
    return arrival_of(recipient, unwrap(body)[0], body)


def receipt(published: Published, recipient: str = ZWOLLE, **more: Any) -> Receipt:  # noqa: ANN401
    """Give a receipt of exactly what was published, unless it says otherwise."""
    said = {"sequence": published.sequence, "hash": published.hash, **more}
    return Receipt(recipient, published.subject, **said)


def receive(cur: Cursor, *receipts: Receipt, now: datetime = NOW) -> None:
    """Let receipts arrive at the owner."""
    ledger.record_receipts(cur, receipts, service="agreements", now=now)


def states(cur: Cursor, subject: str) -> dict[tuple[str, int], str]:
    """Give the ledger of a subject: the state by recipient and sequence."""
    rows, _ = ledger.deliveries(cur, subject, limit=1000)
    return {(row["recipient"], row["sequence"]): row["state"] for row in rows}


def rows(cur: Cursor, question: str, *values: object) -> list[dict[str, Any]]:
    """Ask the database itself."""
    return cur.execute(question.encode(), values).fetchall()


def outbox(cur: Cursor, subject: str) -> list[tuple[int, list[str]]]:
    """Give what stands in the outbox of a subject: sequence and audience, oldest first."""
    found = rows(
        cur, "SELECT sequence, audience FROM outbox WHERE subject = %s ORDER BY id", subject
    )
    return [(row["sequence"], row["audience"]) for row in found]


def mark_sent(cur: Cursor, now: datetime = NOW) -> None:
    """Let everything in the outbox be with the broker."""
    unsent = cur.execute(journal.QUERIES["unsent"], {"window": 1000, "aside": []})
    ids = [row["id"] for row in unsent]
    cur.execute(journal.QUERIES["mark_sent"], {"ids": ids, "now": now})
