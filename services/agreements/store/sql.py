# SPDX-License-Identifier: EUPL-1.2
"""What every part of this store does with SQL: named statements, rows as JSON, pages."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import orjson

from services.agreements.domain import Standing
from shared.runtime import Cursor, Json, load_queries

PACKAGE = "services.agreements"
QUERIES = {
    name: statement
    for file in ("queries.sql", "copies.sql", "regional.sql", "work.sql")
    for name, statement in load_queries(PACKAGE, file).items()
}
LEFT = {"left": Standing.WITHDRAWN}
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Window:
    """One page of a list."""

    limit: int
    offset: int


def page(
    cur: Cursor, query: str, count: str, of: Mapping[str, Any], window: Window
) -> tuple[list[Json], int]:
    """Give one page of rows, and how many there are in all."""
    rows = cur.execute(QUERIES[query], {**of, **asdict(window)}).fetchall()
    counted = cur.execute(QUERIES[count], of).fetchone() or {"total": 0}
    return rows, counted["total"]


def one(cur: Cursor, query: str, row: Row) -> Json:
    """Run a statement that always gives one row, and give it."""
    found = cur.execute(QUERIES[query], row).fetchone()
    assert found is not None, f"{query} gave nothing back"  # noqa: S101
    return found


def written(value: object) -> str:
    """Write rows as one JSON parameter."""
    return orjson.dumps(value).decode()


def day(text: str | None) -> date | None:
    """Read a date out of JSON."""
    return date.fromisoformat(text) if text else None


def moment(text: str | None) -> datetime | None:
    """Read a moment out of JSON."""
    return datetime.fromisoformat(text) if text else None
