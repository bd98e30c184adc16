# SPDX-License-Identifier: EUPL-1.2
"""Hands in the databases: what nobody may do, done as the owner of the tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
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


def found(report: Row) -> Found:
    """Give what a reconciliation found and did not repair: recipient, class and subject."""
    return {(one["recipient"], one["class"], one["subject"]) for one in report["mismatches"]}
