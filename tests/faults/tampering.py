# SPDX-License-Identifier: EUPL-1.2
"""Hands in the databases: what nobody may do, done as the owner of the tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from tests.servers import RunningStack

Row = dict[str, Any]
Found = set[tuple[str, str, str]]


class Hands:
    """Changes and reads the databases of the services behind their backs."""

    def __init__(self, stack: RunningStack) -> None:
        self._stack = stack

    def do(self, service: str, statement: LiteralString, **values: object) -> list[Row]:
        """Run one statement, which must touch something, and give its rows."""
        url = self._stack.database_url(service, "owner")
        with psycopg.connect(url, row_factory=dict_row) as connection:
            done = connection.execute(statement, values)
            assert done.rowcount, f"nothing was touched: {statement}"
            return done.fetchall() if done.description else []

    def count(self, service: str, question: LiteralString, **values: object) -> int:
        """Count the rows that answer a question."""
        url = self._stack.database_url(service, "owner")
        with psycopg.connect(url) as connection:
            return len(connection.execute(question, values).fetchall())

    def rows(self, service: str, question: LiteralString) -> set[tuple[Any, ...]]:
        """Give the rows that answer a question."""
        with psycopg.connect(self._stack.database_url(service, "owner")) as connection:
            return set(connection.execute(question).fetchall())

    @contextmanager
    def restored_afterwards(self, service: str) -> Iterator[None]:
        """Put a service's database back to what it was before the block, as from a backup."""
        name, backup = sql.Identifier(f"schakel_{service}"), sql.Identifier(f"backup_{service}")
        owner = sql.Identifier(f"schakel_{service}_owner")
        make = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}")
        self._stopped(service, [make.format(backup, name, owner)])
        yield
        self._stopped(
            service,
            [
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name),
                make.format(name, backup, owner),
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                    name, sql.Identifier(f"schakel_{service}")
                ),
                sql.SQL("DROP DATABASE {}").format(backup),
            ],
        )

    def _stopped(self, service: str, statements: list[sql.Composed]) -> None:
        """Run statements on the server while a service is stopped."""
        postgres = self._stack.stack.postgres
        assert postgres is not None
        self._stack.stop(service)
        with psycopg.connect(postgres.admin_url, autocommit=True) as admin:
            for statement in statements:
                admin.execute(statement)
        self._stack.start(service)


def found(report: Row) -> Found:
    """Give what a reconciliation found and did not repair: recipient, class and subject."""
    return {(one["recipient"], one["class"], one["subject"]) for one in report["mismatches"]}
