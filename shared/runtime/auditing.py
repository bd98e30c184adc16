# SPDX-License-Identifier: EUPL-1.2
"""The auditors' desk of one service: who did what, and the chain that shows it is still so.

    class Operations(Audited): ...

gives a service the duty that seals and the questions that auditors ask of each service alike.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.runtime.audit import QUERIES
from shared.runtime.call import Answer, Call, page_of
from shared.runtime.calls import Calls
from shared.runtime.clock import moment_text
from shared.runtime.db import Cursor
from shared.runtime.entrypoints import rpc
from shared.runtime.problems import Json
from shared.runtime.sealing import SealDuty, line_of

Row = Mapping[str, Any]
RESULTS = {"done": False, "refused": True}
WORDS = {"true": True, "false": False}
LEFT_AT_MOST = 1_000
"""As far as lines are counted behind the one that somebody has read up to."""


class Audited:
    """What every service with a database tells its auditors."""

    calls: Calls
    sealing = SealDuty()

    @rpc
    def list_audit(self, call: Json) -> Json:
        """List who did what, newest first."""
        return self.calls.read(list_audit, call)

    @rpc
    def list_audit_links(self, call: Json) -> Json:
        """List the chain with all that it seals, for whoever checks it."""
        return self.calls.read(list_audit_links, call)

    @rpc
    def list_audit_heads(self, call: Json) -> Json:
        """List what another service told of its chain."""
        return self.calls.read(list_audit_heads, call)

    @rpc
    def keep_audit_head(self, call: Json) -> Json:
        """Remember the head of another service's chain."""
        return self.calls.change(keep_audit_head, call)


def list_audit(cur: Cursor, call: Call) -> Answer:
    """Answer a page of who did what, newest first."""
    asked = call.params
    filters = {
        **{name: asked.get(name) for name in ("subject", "operation", "aggregate")},
        **{name: _moment(asked.get(name)) for name in ("since", "until")},
        "refused": RESULTS.get(asked.get("result", "")),
        "sealed": WORDS.get(asked.get("sealed", "")),
        "before": asked.get("before"),
        # Whoever reads on and on need not have it all counted again for every page.
        "most": None if asked.get("before") is None else LEFT_AT_MOST,
    }
    rows, total = _page(cur, "lines", filters, call)
    return page_of([_line(row) for row in rows], total, call)


def list_audit_links(cur: Cursor, call: Call) -> Answer:
    """Answer a page of the chain, the first link first; what is gone has its place, and nulls."""
    rows, total = _page(cur, "links", {}, call)
    return page_of([_link(row) for row in rows], total, call)


def list_audit_heads(cur: Cursor, call: Call) -> Answer:
    """Answer a page of the heads that are kept here for others."""
    rows, total = _page(cur, "heads", {}, call)
    items: list[Json] = [
        {
            "of": row["service"],
            "seq": row["seq"],
            "hash": row["hash"],
            "toldAt": moment_text(row["told_at"]),
        }
        for row in rows
    ]
    return page_of(items, total, call)


def keep_audit_head(cur: Cursor, call: Call) -> Answer:
    """Remember what the service that asks tells of its own chain."""
    told = {"service": call.principal.subject, "now": call.now}
    cur.execute(
        QUERIES["keep_head"], {**told, "seq": call.params["seq"], "hash": call.params["hash"]}
    )
    return Answer({})


def _page(cur: Cursor, what: str, filters: Json, call: Call) -> tuple[list[Json], int]:
    size: int = call.params["pageSize"]
    window = {"limit": size, "offset": (call.params["page"] - 1) * size}
    rows = cur.execute(QUERIES[f"list_{what}"], {**filters, **window}).fetchall()
    counted = cur.execute(QUERIES[f"count_{what}"], filters).fetchone() or {"total": 0}
    return rows, counted["total"]


def _line(row: Row) -> Json:
    return {"id": str(row["id"]), **line_of(row), "seq": row["seq"]}


def _link(row: Row) -> Json:
    return {
        "seq": row["seq"],
        "lineId": row["line_id"],
        "digest": row["digest"],
        "hash": row["hash"],
        "sealedAt": row["sealed_at"] and moment_text(row["sealed_at"]),
        "line": line_of(row) if row["there"] else None,
    }


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
