# SPDX-License-Identifier: EUPL-1.2
"""The operators' desk of reconciliation: a round is asked for, and what rounds found is shown."""

from collections.abc import Mapping
from typing import Any

from shared.contracts import Json
from shared.messaging.inspection import page
from shared.messaging.journal import QUERIES
from shared.messaging.mismatch import CLASSES
from shared.runtime import Answer, Call, Cursor, page_of
from shared.runtime.clock import moment_text

Row = Mapping[str, Any]


def start_reconciliation(cur: Cursor, call: Call) -> Answer:
    """Ask for a round over some recipients, or over all."""
    recipients = (call.body or {}).get("recipients")
    asked = {"requested_by": call.principal.subject, "recipients": recipients, "now": call.now}
    row = cur.execute(QUERIES["request_round"], asked).fetchone() or {}
    return Answer({"id": str(row["id"])}, status=202)


def list_reconciliations(cur: Cursor, call: Call) -> Answer:
    """Answer a page of rounds, newest first."""
    rows, total = page(cur, "rounds", {}, call)
    return page_of([_round(row) for row in rows], total, call)


def list_mismatches(cur: Cursor, call: Call) -> Answer:
    """Answer a page of what the last rounds found, the longest first."""
    rows, total = page(cur, "mismatches", {}, call)
    return page_of([_mismatch(row) for row in rows], total, call)


def _round(row: Row) -> Json:
    return {
        "id": str(row["id"]),
        "requestedBy": row["requested_by"],
        "recipients": row["recipients"],
        "requestedAt": moment_text(row["requested_at"]),
        "startedAt": row["started_at"] and moment_text(row["started_at"]),
        "finishedAt": row["finished_at"] and moment_text(row["finished_at"]),
        "checked": row["checked"],
        "suspected": row["suspected"],
        "mismatches": {kind: row["mismatches"].get(kind, 0) for kind in CLASSES},
        "repaired": row["repaired"],
        "error": row["error"],
    }


def _mismatch(row: Row) -> Json:
    sides = {
        f"{side}{what.capitalize()}": row[f"{side}_{what}"]
        for side in ("owed", "gate", "stored")
        for what in ("sequence", "hash")
    }
    return {
        "recipient": row["recipient"],
        "subject": row["subject"],
        "class": row["class"],
        **sides,
        "rounds": row["rounds"],
        "firstAt": moment_text(row["first_at"]),
        "lastAt": moment_text(row["last_at"]),
        "repairedAt": row["repaired_at"] and moment_text(row["repaired_at"]),
    }
