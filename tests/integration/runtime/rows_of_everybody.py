# SPDX-License-Identifier: EUPL-1.2
"""Rows of two of everything in every table of a service, made from what the catalogue says of it.

A row belongs to a region, an employer and a provider: our own, another one, or, for rows that are
only tried and never there, a spare one.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, Literal, NamedTuple

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

World = Literal["own", "other", "spare"]
Connection = psycopg.Connection[dict[str, Any]]
REGION: Mapping[World, str] = {"own": "AM36", "other": "AM23", "spare": "AM30"}
WORLDS: tuple[World, ...] = ("own", "other")
WORLDS_IN_ORDER: tuple[World, ...] = (*WORLDS, "spare")


class Whose(NamedTuple):
    """Whose a row is."""

    region: World = "other"
    employer: World = "other"
    provider: World = "other"


class Column(NamedTuple):
    """A column that is written: its name, and its type as PostgreSQL names it."""

    name: str
    type: str


def id_of(*named: str) -> str:
    """Give the same identity for the same words, always."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, " ".join(named)))


def employer(world: World) -> str:
    """Name an employer."""
    return id_of("employer", world)


def provider(world: World) -> str:
    """Name a support provider."""
    return id_of("provider", world)


# What a column holds that says whose a row is; an `id` is the one of its table.
NAMED: Mapping[str, Callable[[Whose], object]] = {
    "region": lambda whose: REGION[whose.region],
    "calls.regions": lambda whose: [REGION[whose.region]],
    "employer_id": lambda whose: employer(whose.employer),
    "employers.id": lambda whose: employer(whose.employer),
    "provider_id": lambda whose: provider(whose.provider),
    "providers.id": lambda whose: provider(whose.provider),
    "agreement_id": lambda whose: id_of("agreement", whose.employer),
    "agreements.id": lambda whose: id_of("agreement", whose.employer),
    "placement_id": lambda whose: id_of("placement", whose.region, whose.employer),
    "placements.id": lambda whose: id_of("placement", whose.region, whose.employer),
    # A result has no region of its own: it is its project's.
    "projects.number": lambda whose: WORLDS_IN_ORDER.index(whose.region),
    "project_results.project": lambda whose: WORLDS_IN_ORDER.index(whose.region),
    "support_id": lambda whose: id_of("support", *whose),
    "supports.id": lambda whose: id_of("support", *whose),
}
VALUES: Mapping[str, Callable[[int], object]] = {
    "text": lambda n: f"text {n}",
    "uuid": lambda n: id_of("row", str(n)),
    "integer": lambda n: n,
    "bigint": lambda n: n,
    "boolean": lambda _: False,
    "date": lambda _: "2026-12-01",
    "timestamp with time zone": lambda _: "2026-12-01T09:00:00Z",
    "jsonb": lambda _: "{}",
    "bytea": lambda _: b"{}",
    "text[]": lambda _: [],
}
COLUMNS = """
SELECT attname AS name, format_type(atttypid, NULL) AS type FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
    AND attgenerated = '' AND attidentity = ''
ORDER BY attnum
"""
RULES = """
SELECT conrelid::regclass::text AS table, conname AS name FROM pg_constraint
WHERE contype IN ('c', 'f') AND connamespace = 'public'::regnamespace
"""
UNIQUE = """
SELECT indexrelid::regclass::text AS name FROM pg_index
WHERE indisunique AND NOT indisprimary
    AND indexrelid NOT IN (SELECT conindid FROM pg_constraint)
    AND indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
"""


def columns_of(owner: Connection, table: str) -> list[Column]:
    """Give what is written of a table."""
    return [Column(row["name"], row["type"]) for row in owner.execute(COLUMNS, [table])]


def fill(owner: Connection, tables: Sequence[str]) -> None:
    """Put rows of everybody into tables, without what the tables demand of their values."""
    for rule in owner.execute(RULES).fetchall():
        drop = sql.SQL("ALTER TABLE {} DROP CONSTRAINT IF EXISTS {} CASCADE")
        owner.execute(drop.format(sql.Identifier(rule["table"]), sql.Identifier(rule["name"])))
    for index in owner.execute(UNIQUE).fetchall():
        owner.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(index["name"])))
    for table in tables:
        owner.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        columns = columns_of(owner, table)
        for n, whose in enumerate(_everybody(table, columns), 1):
            owner.execute(adding(table, columns), row_of(table, columns, whose, n))


def adding(table: str, columns: Sequence[Column]) -> sql.Composed:
    """Give the statement that adds a row."""
    return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(sql.Identifier(column.name) for column in columns),
        sql.SQL(", ").join(sql.Placeholder(column.name) for column in columns),
    )


def row_of(table: str, columns: Sequence[Column], whose: Whose, n: int) -> dict[str, object]:
    """Give the n-th row of a table, that belongs to these."""
    return {column.name: _value(table, column, whose, n) for column in columns}


def worlds_of(table: str, columns: Sequence[Column], row: Mapping[str, object]) -> Whose:
    """Tell whose a row is that was read."""
    for whose in map(Whose._make, product(WORLDS, WORLDS, WORLDS)):
        told = row_of(table, columns, whose, 0)
        names = [one.name for one in columns if _names(table, one)]
        if all(str(told[name]) == str(row[name]) for name in names):
            return whose
    raise AssertionError((table, row))


def connect(url: str) -> Connection:
    """Open a session in which every statement is a transaction unless it is told otherwise."""
    return psycopg.connect(url, row_factory=dict_row, autocommit=True)


def _names(table: str, column: Column) -> Callable[[Whose], object] | None:
    return NAMED.get(f"{table}.{column.name}") or NAMED.get(column.name)


def _value(table: str, column: Column, whose: Whose, n: int) -> object:
    named = _names(table, column)
    return named(whose) if named else VALUES[column.type](n)


def _everybody(table: str, columns: Sequence[Column]) -> Iterator[Whose]:
    """Give whose rows there are: each once, as far as the columns can tell them apart."""
    seen = set()
    for whose in map(Whose._make, product(WORLDS, WORLDS, WORLDS)):
        told = str(list(row_of(table, columns, whose, 0).values()))
        if told not in seen and _is_so(table, whose):
            seen.add(told)
            yield whose


def _is_so(table: str, whose: Whose) -> bool:
    """Let our region take part only with our employer, and our provider work only for both."""
    if table == "participations":
        return not (whose.region == "own" and whose.employer == "other")
    if table in {"supports", "support_changes"} and whose.provider == "own":
        return whose.region == whose.employer == "own"
    return True
