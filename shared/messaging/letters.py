# SPDX-License-Identifier: EUPL-1.2
"""Giving up loudly: what cannot be applied is parked, and then buried, with its reason.

Nothing is ever dropped: a parked row keeps the event, a dead letter the raw bytes.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Self

import orjson

from shared.contracts import NewerMajor, split
from shared.messaging import policy
from shared.messaging.gate import Arrival
from shared.messaging.journal import QUERIES
from shared.runtime import Cursor, SubjectFrozen, settings

Origin = Literal["undecodable", "unknown", "invalid", "too-large", "exhausted", "broker"]
Reason = Literal["retry", "awaiting", "schema"]
# What PostgreSQL adds to its message: "Failing row contains", "Key (reference)=".
ROW = re.compile(r"\n(?:DETAIL|CONTEXT):")


class Awaiting(Exception):
    """What this message needs has not arrived yet; it is tried again when something has."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that was given up, and why."""

    origin: Origin
    queue: str
    body: bytes
    error_class: str
    error: str
    recipient: str | None = None
    subject: str | None = None
    sequence: int | None = None
    headers: Mapping[str, Any] | None = None

    @property
    def fingerprint(self) -> str:
        """The same message given up for the same cause is one row, counted."""
        parts = (self.origin, self.queue, self.recipient or "", self.error_class)
        said = "\n".join(parts).encode(errors="replace")
        return hashlib.sha256(said + b"\n" + self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class Parked:
    """An event that waits for its next attempt."""

    queue: str
    recipient: str
    subject: str
    sequence: int
    reason: Reason
    body: bytes
    error: str
    publisher: str | None = None

    @classmethod
    def of(cls, queue: str, arrival: Arrival, error: Exception) -> Self:
        """Park an arrival that its handler refused."""
        return cls(
            queue,
            arrival.recipient,
            arrival.subject,
            arrival.sequence,
            reason_of(error),
            _own_bytes(arrival),
            f"{type(error).__name__}: {words_of(error)}",
            arrival.publisher,
        )


def _own_bytes(arrival: Arrival) -> bytes:
    """Find an event's own bytes in the message that it was packed in."""
    # Beside it there may be parts that are no events at all.
    parts = ((part, orjson.loads(part)) for part in split(arrival.message))
    return next(
        part
        for part, event in parts
        if isinstance(event, dict) and event.get("id") == arrival.event_id
    )


def bury(cur: Cursor, letters: Sequence[Letter], *, now: datetime) -> None:
    """Keep letters with their raw bytes, in the transaction that settles their messages."""
    # One round trip, however many there are.
    rows = [
        {
            "origin": letter.origin,
            "queue": _storable(letter.queue),
            "recipient": letter.recipient,
            "subject": letter.subject,
            "sequence": letter.sequence,
            "headers": _headers(letter),
            "body": letter.body,
            "error_class": letter.error_class,
            "error": _storable(letter.error[:2000]),
            "fingerprint": letter.fingerprint,
            "now": now,
        }
        for letter in letters
    ]
    if rows:
        cur.executemany(QUERIES["bury"], rows)


def park(cur: Cursor, parked: Sequence[Parked], *, now: datetime) -> None:
    """Park events with their reason; the same event parked already stays as it is."""
    rows = [
        {
            "queue": one.queue,
            "recipient": one.recipient,
            "subject": one.subject,
            "sequence": one.sequence,
            "reason": one.reason,
            "body": one.body,
            "next_attempt_at": now + delay(1),
            "now": now,
            "error": one.error[:2000],
            "publisher": one.publisher,
        }
        for one in parked
    ]
    if rows:
        cur.executemany(QUERIES["park"], rows)


def words_of(error: Exception) -> str:
    """Say what an error said: never nothing, and no null character, which PostgreSQL refuses.

    Of a row that PostgreSQL refuses its values are left out, which may be about somebody.
    """
    return _storable(ROW.split(str(error), maxsplit=1)[0] or type(error).__name__)


def _storable(text: str) -> str:
    return text.encode(errors="replace").decode().replace("\x00", "\ufffd")


def _headers(letter: Letter) -> str:
    try:
        written = orjson.dumps(dict(letter.headers or {}), default=str)
    except TypeError:
        # The broker's client lets half a surrogate pair through in a header.
        written = orjson.dumps({"unreadable": repr(letter.headers)})
    return written.decode().replace("\\u0000", "\\ufffd")


def delay(attempt: int) -> timedelta:
    """Choose the pause after an attempt, counted from 1."""
    first = settings().retry_seconds
    growing = policy.Backoff(first, policy.PARKED.factor, policy.PARKED.cap_seconds)
    return growing.after(attempt)


def longest_delay() -> timedelta:
    """Give the longest pause that there is after an attempt."""
    return timedelta(seconds=policy.PARKED.cap_seconds)


def reason_of(error: Exception) -> Reason:
    """Sort an error: does it wait for something, or is it to be tried again?"""
    match error:
        # What is frozen waits for somebody to decide.
        case Awaiting() | SubjectFrozen():
            return "awaiting"
        case NewerMajor():
            return "schema"
        case _:
            return "retry"
