# SPDX-License-Identifier: EUPL-1.2
"""The journal: every state that a service ever published, and the only door to the outbox.

`publish` belongs in the transaction that decides the state. What is committed here is sent,
and sent again, until each recipient has it or a newer one; what is rolled back never was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from shared.contracts import EVENTS, Json, content_hash, wrap
from shared.contracts.canary import SUBJECT as CANARY
from shared.messaging.notices import hint
from shared.messaging.policy import WATCHDOG, Backoff
from shared.runtime import Cursor, SubjectFrozen, load_queries, settings, tracing

PACKAGE = __package__ or "shared.messaging"
QUERIES = {
    name: statement
    for file in ("queries.sql", "reconcile.sql", "replays.sql", "advances.sql")
    for name, statement in load_queries(PACKAGE, file).items()
}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A new public state of a subject, and who must end up holding it.

    An empty audience journals the state without owing it to anyone.
    """

    subject: str
    type: str
    data: Json
    audience: frozenset[str]


@dataclass(frozen=True, slots=True)
class Published:
    """What became of a state: its place in the order of its subject, and its content hash."""

    subject: str
    sequence: int
    hash: str
    recorded_at: datetime


def publish(
    cur: Cursor, states: Sequence[Outgoing], *, now: datetime, traceparent: str | None = None
) -> list[Published]:
    """Publish states, in this order, each once for its whole audience.

    A subject may stand only once in `states`, and its aggregate must be locked: the sequence
    is the next one. Raises SubjectFrozen where a recipient is ahead of this owner.
    """
    if not states:
        return []
    with tracing.span("outbox", types=(state.type for state in states)):
        return _publish(cur, states, now, tracing.traceparent() or traceparent)


def _publish(
    cur: Cursor, states: Sequence[Outgoing], now: datetime, traceparent: str | None
) -> list[Published]:
    sequences = _next_sequences(cur, [state.subject for state in states])
    rows, published = [], []
    for place, state in enumerate(states):
        sequence, digest = sequences[state.subject], content_hash(state.data)
        published.append(Published(state.subject, sequence, digest, now))
        rows.append(
            {
                "subject": state.subject,
                "sequence": sequence,
                "type": state.type,
                "hash": digest,
                "body": _body(state, sequence, now, traceparent),
                "audience": sorted(state.audience),
                "place": place,
            }
        )
    parameters = {
        "states": orjson.dumps(rows).decode(),
        "hints": orjson.dumps(_hints(states, now)).decode(),
        "now": now,
        "check_at": check_at(now),
    }
    cur.execute(QUERIES["publish"], parameters)
    return published


def newest(cur: Cursor, subject: str) -> Published | None:
    """Give the last state published of a subject, or None where there was none."""
    row = cur.execute(QUERIES["newest"], {"subject": subject}).fetchone()
    return None if row is None else Published(**row)


def resend(
    cur: Cursor, subjects: Sequence[str], *, audience: frozenset[str], now: datetime
) -> None:
    """Owe the newest state of each subject to more recipients: late joiners and rejoiners.

    A recipient that holds it already just says so once more.
    """
    cur.execute(
        QUERIES["owe_newest"],
        {
            "subjects": list(subjects),
            "audience": sorted(audience),
            "now": now,
            "check_at": check_at(now),
        },
    )


def check_at(now: datetime, *, sends: int = 1) -> datetime:
    """Give the moment at which the watchdog looks after a delivery that was sent so often."""
    backoff = _backoff()
    first = timedelta(seconds=backoff.first_seconds)
    return now + (first if sends == 1 else backoff.after(sends))


def latest_check(now: datetime) -> datetime:
    """Give the moment after which no watchdog would put its look, if its clock was right."""
    return now + timedelta(seconds=_backoff().cap_seconds)


def _backoff() -> Backoff:
    first = settings().watchdog_seconds
    return Backoff(first, WATCHDOG.factor, max(first, WATCHDOG.cap_seconds))


def _next_sequences(cur: Cursor, subjects: list[str]) -> dict[str, int]:
    rows = cur.execute(QUERIES["next_sequences"], {"subjects": subjects}).fetchall()
    frozen = [row["subject"] for row in rows if row["frozen"]]
    if frozen:
        raise SubjectFrozen(f"a recipient is ahead of {', '.join(frozen)}")
    return {row["subject"]: row["sequence"] for row in rows}


def _hints(states: Sequence[Outgoing], now: datetime) -> list[Json]:
    """Write one hint for each type, behind the states that it tells of; of a canary none."""
    by_type: dict[str, list[Outgoing]] = {}
    for state in states:
        if state.subject != CANARY:
            by_type.setdefault(state.type, []).append(state)
    return [
        {
            "body": hint(
                type_.rpartition(".")[0],
                subjects=[state.subject for state in alike],
                recipients=[recipient for state in alike for recipient in state.audience],
                service=EVENTS[type_].owner,
                now=now,
            ).decode(),
            "place": len(states) + place,
        }
        for place, (type_, alike) in enumerate(by_type.items())
    ]


def _body(state: Outgoing, sequence: int, now: datetime, traceparent: str | None) -> str:
    return wrap(
        state.type,
        state.data,
        oin=settings().source_oin,
        subject=state.subject,
        recorded_at=now,
        sequence=sequence,
        traceparent=traceparent,
    ).decode()
