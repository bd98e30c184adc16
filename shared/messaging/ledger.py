# SPDX-License-Identifier: EUPL-1.2
"""The ledger: for each state and each recipient, whether it was received.

Beside it stands the hash that the recipient computed of what it stored.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
import structlog

from shared.contracts.canary import SUBJECT as CANARY
from shared.messaging.journal import QUERIES
from shared.messaging.metrics import (
    CANARY_LAG_SECONDS,
    FANOUT_COMPLETE_SECONDS,
    FANOUT_LAG_SECONDS,
    observe,
)
from shared.messaging.notices import Receipt, send_hint
from shared.runtime import Cursor, tracing
from shared.runtime.clock import now as clock_now

log = structlog.get_logger()
ANOMALIES = frozenset({"ahead", "differs"})
Row = Mapping[str, Any]


def deliveries(
    cur: Cursor,
    subject: str,
    *,
    sequence: int | None = None,
    state: str | None = None,
    recipient: str | None = None,
    limit: int,
    offset: int = 0,
) -> tuple[list[dict[str, Any]], int]:
    """Give a page of the deliveries of one subject, newest state first, and how many there are.

    Rows: recipient, sequence, state, hash, received_hash, recorded_at, sent_at, received_at,
    sends, reason.
    """
    asked = {"subject": subject, "sequence": sequence, "state": state, "recipient": recipient}
    return page(cur, "ledger", asked, limit=limit, offset=offset)


def page(
    cur: Cursor, query: str, asked: Mapping[str, Any], *, limit: int, offset: int
) -> tuple[list[dict[str, Any]], int]:
    """Give one page of a named list whose rows carry their `total`, and that total."""
    rows = cur.execute(QUERIES[query], {**asked, "limit": limit, "offset": offset}).fetchall()
    # A page past the end does not know how long the list is.
    known = rows or cur.execute(QUERIES[query], {**asked, "limit": 1, "offset": 0}).fetchall()
    total = known[0]["total"] if known else 0
    return [{k: v for k, v in row.items() if k != "total"} for row in rows], total


def newest_states(cur: Cursor, subjects: Sequence[str]) -> dict[str, dict[str, str]]:
    """Give, by subject and recipient, the state of the newest delivery owed to each."""
    states: dict[str, dict[str, str]] = {subject: {} for subject in subjects}
    for row in cur.execute(QUERIES["newest_states"], {"subjects": list(subjects)}):
        states[row["subject"]][row["recipient"]] = row["state"]
    return states


def record_receipts(
    cur: Cursor, receipts: Sequence[Receipt], *, service: str, now: datetime
) -> None:
    """Settle the ledger by what recipients say that they hold, whatever came before.

    One statement closes the whole batch: this sequence received, lower ones superseded. What
    cannot be, a recipient ahead of this owner or another content under the same sequence, is
    kept as an anomaly and never overwritten.
    """
    received = _newest(receipt for receipt in receipts if receipt.outcome == "received")
    refused = [receipt.to_json() for receipt in receipts if receipt.outcome == "refused"]
    closed: list[dict[str, Any]] = []
    if received:
        parameters = {"receipts": orjson.dumps(received).decode(), "now": now}
        for row in cur.execute(QUERIES["record_receipts"], parameters).fetchall():
            if row["state"] in ANOMALIES:
                log.error("anomaly_noted", **row)
            else:
                closed.append(row)
    if refused:
        parameters = {"refusals": orjson.dumps(refused).decode()}
        closed += cur.execute(QUERIES["refuse_deliveries"], parameters).fetchall()
    if told := [row for row in closed if row["subject"] != CANARY]:
        send_hint(
            cur,
            "deliveries-settled",
            subjects=[row["subject"] for row in told],
            recipients=[recipient for row in told for recipient in row["recipients"]],
            service=service,
            now=now,
        )
    _measure(cur, [row for row in closed if row["state"] == "received"])


def _newest(receipts: Iterable[Receipt]) -> list[dict[str, Any]]:
    """Keep the highest of each recipient and subject, and put those that are alike together."""
    kept: dict[tuple[str, str], Receipt] = {}
    for receipt in receipts:
        key = (receipt.recipient, receipt.subject)
        if key not in kept or kept[key].sequence < receipt.sequence:
            kept[key] = receipt
    alike: dict[tuple[str, int, str], list[str]] = {}
    for one in kept.values():
        alike.setdefault((one.subject, one.sequence, one.hash), []).append(one.recipient)
    return [
        {"subject": subject, "sequence": sequence, "hash": digest, "recipients": recipients}
        for (subject, sequence, digest), recipients in alike.items()
    ]


def _measure(cur: Cursor, received: Sequence[Row]) -> None:
    """Observe the lag of each delivery, and of each state that has now reached everyone.

    The canary's apart: every minute as much as an amendment, it would hide what becomes of those.
    """
    if not received:
        return
    # Both ends by this process's clock: the lag of a test that turns the clock means nothing.
    now = clock_now()
    starts: dict[tuple[str, int], datetime] = {}
    for row in received:
        lag = max(0.0, (now - row["created_at"]).total_seconds())
        if row["subject"] == CANARY:
            observe(CANARY_LAG_SECONDS, lag, times=len(row["recipients"]))
            continue
        observe(FANOUT_LAG_SECONDS, lag, times=len(row["recipients"]))
        starts.setdefault((row["subject"], row["sequence"]), row["created_at"])
    keys = orjson.dumps([{"subject": s, "sequence": n} for s, n in starts]).decode()
    for row in cur.execute(QUERIES["complete"], {"keys": keys}):
        started = starts[row["subject"], row["sequence"]]
        lasted = max(0.0, (now - started).total_seconds())
        FANOUT_COMPLETE_SECONDS.observe(lasted, tracing.exemplar())
