# SPDX-License-Identifier: EUPL-1.2
"""What every store does with SQL: named statements, one JSON parameter for many rows, pages."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import orjson

from shared.runtime import Cursor, Json, load_queries

QUERIES = load_queries("services.placements")


@dataclass(frozen=True, slots=True)
class Window:
    """One page of a list."""

    limit: int
    offset: int


def page(
    cur: Cursor, items: str, count: str, wanted: Mapping[str, Any], window: Window
) -> tuple[list[Json], int]:
    """Give one page of rows, and how many there are in all."""
    rows = cur.execute(QUERIES[items], {**wanted, **asdict(window)}).fetchall()
    counted = cur.execute(QUERIES[count], wanted).fetchone() or {"total": 0}
    return rows, counted["total"]


def written(rows: Sequence[Any]) -> str:
    """Write rows as one JSON parameter, which costs a fiftieth of a list of parameters."""
    return orjson.dumps(rows).decode()


def day(text: str | None) -> date | None:
    """Read a date, where there is one."""
    return date.fromisoformat(text) if text else None
