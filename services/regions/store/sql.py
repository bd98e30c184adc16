# SPDX-License-Identifier: EUPL-1.2
"""What every store does with SQL: named statements, one JSON parameter for many rows, pages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from shared.runtime import Cursor, Json, load_queries

PACKAGE = "services.regions"
QUERIES = {
    **load_queries(PACKAGE),
    **load_queries(PACKAGE, "desk.sql"),
    **load_queries(PACKAGE, "retention.sql"),
}

StoredHashes = dict[tuple[str, str], str]


def page(cur: Cursor, items: str, count: str, wanted: Mapping[str, Any]) -> tuple[list[Json], int]:
    """Give one page of rows, and how many there are in all."""
    found = cur.execute(QUERIES[items], wanted).fetchall()
    counted = cur.execute(QUERIES[count], wanted).fetchone() or {"total": 0}
    return found, counted["total"]


def put(cur: Cursor, statement: str, rows: Sequence[Json], now: datetime) -> StoredHashes:
    """Write a batch of copies; give the hash of what is stored of each."""
    stored = cur.execute(QUERIES[statement], {"rows": written(rows), "now": now}).fetchall()
    return {(row["recipient"], row["subject"]): row["hash"] for row in stored}


def written(rows: Sequence[Any]) -> str:
    """Write rows as one JSON parameter, which costs a fiftieth of a list of parameters."""
    return orjson.dumps(rows).decode()
