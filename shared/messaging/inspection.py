# SPDX-License-Identifier: EUPL-1.2
"""The operators' desk of one service: what was given up, and what is still owed."""

import base64
from typing import Any

import structlog

from shared.contracts import Json
from shared.messaging import ledger
from shared.messaging.journal import QUERIES
from shared.runtime import Answer, Call, Cursor, NotFound, page_of
from shared.runtime.clock import moment_text

log = structlog.get_logger()
Row = dict[str, Any]


def list_dead_letters(cur: Cursor, call: Call) -> Answer:
    """Answer a page of dead letters, newest first."""
    rows, total = page(cur, "dead_letters", {"state": None, "origin": None}, call)
    return page_of([_letter(row) for row in rows], total, call)


def get_dead_letter(cur: Cursor, call: Call) -> Answer:
    """Answer one dead letter with its raw bytes, in base64."""
    row = cur.execute(QUERIES["dead_letter"], {"id": call.params["id"]}).fetchone()
    if row is None:
        raise NotFound(f"there is no dead letter {call.params['id']} here")
    raw = bytes(row["body"])
    detail = {"headers": row["headers"], "body": base64.b64encode(raw).decode()}
    return Answer({**_letter({**row, "bytes": len(raw)}), **detail})


def list_open_deliveries(cur: Cursor, call: Call) -> Answer:
    """Answer a page of deliveries that are still owed, oldest first."""
    rows, total = page(cur, "open_deliveries", {"recipient": None, "state": None}, call)
    return page_of([_delivery(row) for row in rows], total, call)


def list_blocked(cur: Cursor, call: Call) -> Answer:
    """Answer a page of what the broker refused for good, oldest first."""
    rows, total = page(cur, "blocked", {}, call)
    items: list[Json] = [
        {
            "id": str(row["id"]),
            "exchange": row["exchange"],
            "subject": row["subject"],
            "sequence": row["sequence"],
            "recipients": row["audience"] or [row["routing_key"]],
            "since": moment_text(row["created_at"]),
            "reason": row["blocked_reason"],
        }
        for row in rows
    ]
    return page_of(items, total, call)


def release_blocked(cur: Cursor, call: Call) -> Answer:
    """Have what the broker refused sent again; the relay finds it within a second."""
    released = [row["id"] for row in cur.execute(QUERIES["release_blocked"])]
    if released:
        by, reason = call.principal.subject, call.body["reason"]
        log.warning("outbox_released", rows=len(released), asked_by=by, reason=reason)
    return Answer({"released": len(released)})


def page(cur: Cursor, query: str, asked: Json, call: Call) -> tuple[list[Row], int]:
    """Give the rows of the page that a call asks for, and how many there are in all."""
    size: int = call.params["pageSize"]
    return ledger.page(cur, query, asked, limit=size, offset=(call.params["page"] - 1) * size)


def _letter(row: Row) -> Json:
    return {
        "id": str(row["id"]),
        "origin": row["origin"],
        "queue": row["queue"],
        "recipient": row["recipient"],
        "subject": row["subject"],
        "sequence": row["sequence"],
        "errorClass": row["error_class"],
        "cause": row["cause"],
        "error": row["error"],
        "state": row["state"],
        "times": row["times"],
        "bytes": row["bytes"],
        "firstAt": moment_text(row["first_at"]),
        "lastAt": moment_text(row["last_at"]),
        "reason": row.get("reason"),
    }


def _delivery(row: Row) -> Json:
    return {
        "subject": row["subject"],
        "sequence": row["sequence"],
        "recipient": row["recipient"],
        "state": row["state"],
        "sends": row["sends"],
        "owedSince": moment_text(row["created_at"]),
        "nextCheckAt": moment_text(row["next_check_at"]),
        "reason": row["reason"],
    }
