# SPDX-License-Identifier: EUPL-1.2
"""Notices: idempotent lists that need no gate.

Receipts go to a subject's owner, hints to whoever listens live.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Literal, NamedTuple, Self
from uuid import uuid4

from shared.contracts import EVENTS, Json, wrap
from shared.runtime import Cursor, load_queries, settings, tracing
from shared.runtime.clock import moment_text

QUERIES = load_queries(__package__ or "shared.messaging")
RECEIPTS = "receipts-recorded.v1"
HINT = "hint.v1"


class Receipt(NamedTuple):
    """What a recipient's gate holds of a subject, or that it gave up and why."""

    recipient: str
    subject: str
    sequence: int
    hash: str
    outcome: Literal["received", "refused"] = "received"
    reason: str | None = None

    @classmethod
    def from_json(cls, told: Json) -> Self:
        """Read what this version knows: a later one may say more."""
        return cls(*_FIELDS_OF_A_RECEIPT(told))

    def to_json(self) -> Json:
        """Write it as the contract has it."""
        return {
            "recipient": self.recipient,
            "subject": self.subject,
            "sequence": self.sequence,
            "hash": self.hash,
            "outcome": self.outcome,
            "reason": self.reason,
        }


_FIELDS_OF_A_RECEIPT = itemgetter(*Receipt._fields)


def send_receipts(
    cur: Cursor, receipts: Iterable[tuple[str, Receipt]], *, service: str, now: datetime
) -> None:
    """Tell each owner what this service's recipients hold: one notice for the whole batch.

    `receipts` pairs the type of the event with its receipt: the type's owner is told.
    """
    owned = sorted(
        ((EVENTS[type_].owner, receipt) for type_, receipt in receipts), key=lambda pair: pair[0]
    )
    for owner, pairs in groupby(owned, key=lambda pair: pair[0]):
        data: Json = {"receipts": [receipt.to_json() for _, receipt in pairs]}
        with tracing.span("outbox", types=[RECEIPTS]):
            body = _notice(RECEIPTS, data, service, now)
            _send(cur, "notices", f"receipts.{owner}", body, now)


def send_hint(
    cur: Cursor,
    what: str,
    *,
    subjects: Sequence[str],
    recipients: Sequence[str],
    service: str,
    now: datetime,
) -> None:
    """Tell live listeners that something changed: nothing depends on their hearing it."""
    body = hint(what, subjects=subjects, recipients=recipients, service=service, now=now)
    _send(cur, "live", "", body, now)


def hint(
    what: str,
    *,
    subjects: Sequence[str],
    recipients: Sequence[str],
    service: str,
    now: datetime,
) -> bytes:
    """Write a hint as it travels."""
    data: Json = {
        "what": what,
        "subjects": sorted(set(subjects)),
        "recipients": sorted(set(recipients)),
        "at": moment_text(now),
    }
    return _notice(HINT, data, service, now)


def _notice(type_: str, data: Json, service: str, now: datetime) -> bytes:
    return wrap(
        type_,
        data,
        oin=settings().source_oin,
        event_id=str(uuid4()),
        recorded_at=now,
        traceparent=tracing.traceparent(),
        source_service=service,
    )


def _send(cur: Cursor, exchange: str, routing_key: str, body: bytes, now: datetime) -> None:
    cur.execute(
        QUERIES["send_notice"],
        {"exchange": exchange, "routing_key": routing_key, "body": body, "now": now},
    )
