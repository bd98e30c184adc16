# SPDX-License-Identifier: EUPL-1.2
"""Hands in the databases: what nobody may do, done as the owner of the tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from tests.faults.backup import Backup, commands
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

    def alter(self, service: str, statements: LiteralString) -> None:
        """Run statements that touch no rows, or several at once."""
        url = self._stack.database_url(service, "owner")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statements)

    def let_nobody_in(self, service: str) -> None:
        """Close a service's database to everybody, those who are in it included."""
        self._let_in(service, "false")

    def let_all_in(self, service: str) -> None:
        """Open it again."""
        self._let_in(service, "true")

    def _let_in(self, service: str, said: str) -> None:
        name = sql.Identifier(f"schakel_{service}")
        everybody = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        postgres = self._stack.stack.postgres
        assert postgres is not None
        with psycopg.connect(postgres.admin_url, autocommit=True) as admin:
            allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
            admin.execute(allow.format(name, sql.SQL(said)))
            admin.execute(everybody, (f"schakel_{service}",))

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
    def holding(self, service: str, statement: LiteralString, **values: object) -> Iterator[None]:
        """Keep, for the length of a block, the locks that a statement takes."""
        url = self._stack.database_url(service, "owner")
        with psycopg.connect(url) as connection:
            assert connection.execute(statement, values).rowcount, f"not there: {statement}"
            yield

    @contextmanager
    def restored_afterwards(self, service: str) -> Iterator[None]:
        """Put a service's database back to what it was before the block, from a dump of it."""
        postgres = self._stack.stack.postgres
        assert postgres is not None
        backup = Backup(self._stack.home, postgres, f"backup-{service}")
        dump, restore = commands("One service to an older moment")
        backup.run(dump, SERVICE=service)
        yield
        self._stack.stop(service)
        backup.run(restore, SERVICE=service)
        self._stack.start(service)

    def copied(self, service: str, name: str) -> None:
        """Make a copy of a service's database under another name, for the same role."""
        copy, role = sql.Identifier(name), sql.Identifier(f"schakel_{service}")
        owner = sql.Identifier(f"schakel_{service}_owner")
        make = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(copy, role, owner)
        allow = sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(copy, role)
        postgres = self._stack.stack.postgres
        assert postgres is not None
        # Whoever is in a database keeps it from being copied.
        self._stack.stop(service)
        with psycopg.connect(postgres.admin_url, autocommit=True) as admin:
            for statement in (make, allow):
                admin.execute(statement)
        self._stack.start(service)


def found(report: Row) -> Found:
    """Give what a reconciliation found and did not repair: recipient, class and subject."""
    return {(one["recipient"], one["class"], one["subject"]) for one in report["mismatches"]}
