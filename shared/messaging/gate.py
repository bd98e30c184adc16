# SPDX-License-Identifier: EUPL-1.2
"""The gate: a newer state passes, an equal or older one never does.

One row for each recipient and subject, with the sequence and the hash that were applied last.
It needs no list of message ids and no pruning, and it is what reconciliation compares.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import orjson

from shared.contracts import Json
from shared.messaging.journal import QUERIES
from shared.messaging.notices import Receipt
from shared.runtime import Cursor

Key = tuple[str, str]
StoredHashes = Mapping[Key, str]


class Arrival(NamedTuple):
    """A state or notice that came in for one recipient, decoded and valid.

    `content` is the canonical JSON of `data`. A notice has sequence 0. `message` holds the bytes
    that it came in, for the day that it must be parked, and `publisher` who sent it, as the broker
    says.
    """

    recipient: str
    subject: str
    sequence: int
    hash: str
    type: str
    recorded_at: datetime
    traceparent: str | None
    data: Json
    content: bytes
    event_id: str
    message: bytes
    publisher: str | None = None

    @property
    def key(self) -> Key:
        """Name what the gate guards: this recipient and this subject."""
        return (self.recipient, self.subject)


def newest(arrivals: Iterable[Arrival]) -> list[Arrival]:
    """Keep the newest of each recipient and subject: the others are already superseded."""
    kept: dict[Key, Arrival] = {}
    for arrival in arrivals:
        held = kept.get(arrival.key)
        if held is None or held.sequence < arrival.sequence:
            kept[arrival.key] = arrival
    return list(kept.values())


def admit(cur: Cursor, arrivals: Sequence[Arrival], *, now: datetime) -> list[Arrival]:
    """Let through what is newer than what its recipient applied last, in one statement.

    `arrivals` holds each recipient and subject once. What is not let through needs no work:
    it is acknowledged with what the gate holds.
    """
    if not arrivals:
        return []
    parameters = {"states": orjson.dumps(_alike(arrivals)).decode(), "now": now}
    behind = {
        (row["recipient"], row["subject"]) for row in cur.execute(QUERIES["admit"], parameters)
    }
    if not behind:
        return list(arrivals)
    return [arrival for arrival in arrivals if arrival.key not in behind]


def _alike(arrivals: Sequence[Arrival]) -> list[Json]:
    """Put arrivals of the same state together: it is written once, for all its recipients."""
    recipients: dict[tuple[str, int, str], list[str]] = {}
    for one in arrivals:
        recipients.setdefault((one.subject, one.sequence, one.hash), []).append(one.recipient)
    return [
        {"subject": subject, "sequence": sequence, "hash": digest, "recipients": listed}
        for (subject, sequence, digest), listed in recipients.items()
    ]


def correct(cur: Cursor, admitted: Sequence[Arrival], stored: StoredHashes) -> None:
    """Keep in the gate the hash of what was really stored, where the message said another."""
    rows = [
        {"recipient": a.recipient, "subject": a.subject, "hash": stored[a.key]}
        for a in admitted
        if stored[a.key] != a.hash
    ]
    if rows:
        cur.execute(QUERIES["correct_hashes"], {"stored": orjson.dumps(rows).decode()})


def held(cur: Cursor, keys: Iterable[Key]) -> list[Receipt]:
    """Say what the gate holds for these recipients and subjects."""
    rows = [{"recipient": recipient, "subject": subject} for recipient, subject in keys]
    if not rows:
        return []
    found = cur.execute(QUERIES["held"], {"keys": orjson.dumps(rows).decode()})
    return [Receipt(**row) for row in found]
