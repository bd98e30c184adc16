# SPDX-License-Identifier: EUPL-1.2
"""The watchdog: what is owed and not received in time is sent again, but never in a storm.

An open delivery goes out again only when nothing of it can still be on its way: its queue is
empty, or something sent later was already acknowledged, or a quarter of an hour has passed.
This is what heals a broker that lost everything.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import orjson
import structlog

from shared.contracts import EVENTS
from shared.contracts.topology import queue_of
from shared.messaging import journal, metrics
from shared.messaging.journal import QUERIES
from shared.runtime import Cursor

log = structlog.get_logger()
Row = dict[str, Any]

MOST = 2000
SURELY_LOST_AFTER = timedelta(minutes=15)


def look(cur: Cursor, is_empty: Callable[[str], bool], *, now: datetime) -> int:
    """Send again what was lost, postpone what is on its way; give how many were sent again."""
    when = {"now": now, "latest": journal.latest_check(now), "most": MOST}
    due = cur.execute(QUERIES["due"], when).fetchall()
    if not due:
        return 0
    overtaken = _overtaken(cur, due)
    empty: dict[str, bool] = {}

    def lost(row: Row) -> bool:
        queue = queue_of(row["recipient"], EVENTS[row["type"]].family)
        if queue not in empty:
            empty[queue] = is_empty(queue)
        overtaken_at = overtaken.get(row["recipient"])
        return (
            empty[queue]
            or (overtaken_at is not None and overtaken_at > row["created_at"])
            or row["created_at"] <= now - SURELY_LOST_AFTER
        )

    again, later = list[Row](), list[Row]()
    for row in due:
        (again if lost(row) else later).append(row)
    _execute(cur, "send_again", again, now)
    _execute(cur, "look_later", later, now)
    metrics.RETRIES_TOTAL.labels("watchdog").inc(len(again))
    if again:
        log.warning("deliveries_sent_again", rows=len(again), postponed=len(later))
    return len(again)


def _overtaken(cur: Cursor, due: Iterable[Row]) -> dict[str, datetime]:
    rows = list(due)
    parameters = {
        "recipients": sorted({row["recipient"] for row in rows}),
        "since": min(row["created_at"] for row in rows),
    }
    found = cur.execute(QUERIES["overtaken"], parameters)
    return {row["recipient"]: row["newest"] for row in found}


def _execute(cur: Cursor, query: str, rows: list[Row], now: datetime) -> None:
    if not rows:
        return
    listed = [
        {
            "subject": row["subject"],
            "sequence": row["sequence"],
            "recipient": row["recipient"],
            "next_check_at": journal.check_at(now, sends=row["sends"] + 1).isoformat(),
        }
        for row in rows
    ]
    cur.execute(QUERIES[query], {"deliveries": orjson.dumps(listed).decode(), "now": now})
