# SPDX-License-Identifier: EUPL-1.2
"""Looks for what must not be kept: a BSN, a date of birth, or words that a test had planted.

    python -m shared.runtime.leaks postgresql://…       every text of every table
    … | python -m shared.runtime.leaks -                lines of logs, metrics or queues

It tells where something stands and what kind it is, never the thing itself.
"""

import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

from shared.contracts.personal import findings
from shared.runtime import clock

TEXTS = ("text", "character varying", "json", "jsonb", "bytea", "ARRAY")
COLUMNS = """
SELECT table_name, column_name, data_type FROM information_schema.columns
WHERE table_schema = 'public' AND data_type = ANY(%s)
    AND table_name IN (SELECT tablename FROM pg_tables WHERE schemaname = 'public')
ORDER BY table_name, ordinal_position
"""
OF_TEXTS = sql.SQL("SELECT {}::text FROM {} WHERE {} IS NOT NULL")
# Bytes are read as the text that they mostly hold.
OF_BYTES = sql.SQL("SELECT encode({}, 'escape') FROM {} WHERE {} IS NOT NULL")
Leaks = Counter[tuple[str, str]]


def leaks_of_texts(
    place: str, texts: Iterable[str], planted: Collection[str] = (), today: date | None = None
) -> Leaks:
    """Count what stands in these texts, by (place, kind); a planted word is of kind `word`."""
    counted_from = today or clock.date_of(clock.now())
    leaks: Leaks = Counter()
    for text in texts:
        leaks.update((place, kind) for kind in findings(text, counted_from))
        leaks.update((place, "word") for word in planted if word in text)
    return leaks


def leaks_of_database(url: str, planted: Collection[str] = (), today: date | None = None) -> Leaks:
    """Count what stands in the texts of every table, by (table.column, kind)."""
    leaks: Leaks = Counter()
    with psycopg.connect(url, row_factory=tuple_row) as connection:
        connection.execute("SET schakel.everything = 'on'")
        for table, column, kind in connection.execute(COLUMNS, [list(TEXTS)]).fetchall():
            texts = _texts(connection, table, column, kind)
            leaks += leaks_of_texts(f"{table}.{column}", texts, planted, today)
    return leaks


def _texts(
    connection: psycopg.Connection[tuple[object, ...]], table: str, column: str, kind: str
) -> Iterator[str]:
    names = map(sql.Identifier, (column, table, column))
    query = (OF_BYTES if kind == "bytea" else OF_TEXTS).format(*names)
    for row in connection.execute(query):
        yield str(row[0])


def main() -> int:
    """Scan what is named on the command line; end with 1 where anything was found."""
    found: Leaks = Counter()
    for place in sys.argv[1:]:
        texts = sys.stdin if place == "-" else None
        found += leaks_of_texts("-", texts) if texts else leaks_of_database(place)
    for (place, kind), count in sorted(found.items()):
        sys.stdout.write(f"{place}: {kind}, {count} times\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
