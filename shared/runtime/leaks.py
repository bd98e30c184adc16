# SPDX-License-Identifier: EUPL-1.2
"""Looks for what must not be kept: a BSN, a date of birth, a field for who somebody is.

    python -m shared.runtime.leaks postgresql://…       every text and name of every table
    python -m shared.runtime.leaks gateway.log          lines of a file: a log, a sample of a queue
    … | python -m shared.runtime.leaks -                the same from elsewhere

It tells where something stands and what kind it is, never the thing itself. What services send lies
in their journals, and what they could not read in their dead letters, both with their raw bytes:
scanning the databases scans the queues.
"""

import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

from shared.contracts.personal import findings, forbids
from shared.runtime import clock
from shared.runtime.db import connect

TEXTS = ("text", "character varying", "json", "jsonb", "bytea", "ARRAY")
COLUMNS = """
SELECT table_name, column_name, data_type FROM information_schema.columns
WHERE table_schema = 'public'
    AND table_name IN (SELECT tablename FROM pg_tables WHERE schemaname = 'public')
ORDER BY table_name, ordinal_position
"""
OF_TEXTS = sql.SQL("SELECT {}::text FROM {} WHERE {} IS NOT NULL")
# Bytes are read as the text that they mostly hold.
OF_BYTES = sql.SQL("SELECT encode({}, 'escape') FROM {} WHERE {} IS NOT NULL")
_FIELD = re.compile(r'"([A-Za-z][A-Za-z_ -]{1,40})"\s*:')
Leaks = Counter[tuple[str, str]]


def leaks_of_texts(
    place: str, texts: Iterable[str], planted: Collection[str] = (), today: date | None = None
) -> Leaks:
    """Count what stands in these texts, by (place, kind); a planted word is of kind `word`."""
    counted_from = today or clock.date_of(clock.now())
    leaks: Leaks = Counter()
    for text in texts:
        leaks.update((place, kind) for kind in findings(text, counted_from))
        leaks.update((place, "field") for name in set(_FIELD.findall(text)) if forbids(name))
        leaks.update((place, "word") for word in planted if word in text)
    return leaks


def leaks_of_database(url: str, planted: Collection[str] = (), today: date | None = None) -> Leaks:
    """Count what stands in the texts of every table, by (table.column, kind)."""
    with connect(url, application_name="schakel-leaks") as connection:
        return leaks_of_tables(connection, planted, today)


def leaks_of_tables(
    connection: psycopg.Connection[Any], planted: Collection[str] = (), today: date | None = None
) -> Leaks:
    """Count what stands in every table, as this connection sees it."""
    leaks: Leaks = Counter()
    with connection.cursor(row_factory=tuple_row) as cur:
        for table, column, kind in cur.execute(COLUMNS).fetchall():
            place = f"{table}.{column}"
            if forbids(column):
                leaks[place, "field"] += 1
            if kind in TEXTS:
                texts = _texts(cur, table, column, kind)
                leaks += leaks_of_texts(place, texts, planted, today)
    return leaks


def leaks_of(place: str) -> Leaks:
    """Count what stands in a database, in a file, or in what comes in."""
    if place.startswith(("postgresql://", "postgres://")):
        return leaks_of_database(place)
    if place == "-":
        return leaks_of_texts(place, sys.stdin)
    with Path(place).open(encoding="utf-8", errors="replace") as lines:
        return leaks_of_texts(place, lines)


def _texts(cur: psycopg.Cursor[Any], table: str, column: str, kind: str) -> Iterator[str]:
    names = map(sql.Identifier, (column, table, column))
    query = (OF_BYTES if kind == "bytea" else OF_TEXTS).format(*names)
    for row in cur.execute(query):
        yield str(row[0])


def main() -> int:
    """Scan what is named on the command line; end with 1 where anything was found."""
    found: Leaks = Counter()
    for place in sys.argv[1:]:
        found += leaks_of(place)
    for (place, kind), count in sorted(found.items()):
        sys.stdout.write(f"{place}: {kind}, {count} times\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
