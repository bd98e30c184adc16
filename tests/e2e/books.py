# SPDX-License-Identifier: EUPL-1.2
"""A look into the services' databases: what was stored, and what is to be sent."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, LiteralString, Self

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from shared.contracts.topology import SERVICES
from tests.servers import RunningStack

Row = dict[str, Any]


class Books:
    """The databases of the services, opened as their owners."""

    def __init__(self, stack: RunningStack) -> None:
        self._stack = stack
        self._open = ExitStack()
        self._pages: dict[str, psycopg.Connection[Row]] = {}

    def __enter__(self) -> Self:
        """Open a database when it is first looked into."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close them."""
        self._open.close()

    def rows(self, service: str, query: LiteralString, **values: object) -> list[Row]:
        """Look something up in a service's database."""
        return self._page(service).execute(query, values).fetchall()

    def everything(self, service: str) -> str:
        """Give every row of every table of a service's database, as text."""
        tables = self.rows(
            service,
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
        )
        page, whole = self._page(service), sql.SQL("SELECT * FROM {}")
        return str(
            [
                page.execute(whole.format(sql.Identifier(one["table_name"]))).fetchall()
                for one in tables
            ]
        )

    def stored_and_sent(self) -> set[tuple[object, ...]]:
        """Give everything that a change would add to: aggregates, journal, outbox and keys."""
        found: set[tuple[object, ...]] = set()
        for service in SERVICES:
            for row in self.rows(service, "SELECT subject, sequence FROM journal"):
                found.add((service, "journal", *row.values()))
            sent = "SELECT DISTINCT subject, sequence FROM outbox WHERE sequence IS NOT NULL"
            for row in self.rows(service, sent):
                found.add((service, "outbox", *row.values()))
            # Services keep each other's heads of the audit now and then, whoever asks for what.
            keys = (
                "SELECT operation, key FROM idempotency"
                " WHERE answer->>'status' < '400' AND operation <> 'keep_audit_head'"
            )
            for row in self.rows(service, keys):
                found.add((service, "done", *row.values()))
        for row in self.rows("agreements", "SELECT id, revision FROM agreements"):
            found.add(("agreement", *row.values()))
        for row in self.rows("regions", "SELECT region, revision FROM desks"):
            found.add(("desk", *row.values()))
        return found

    @contextmanager
    def held_up(self, recipient: str, subject: str) -> Iterator[None]:
        """Keep a recipient from applying anything on a subject, by a lock on its gate's row."""
        with psycopg.connect(self._stack.database_url("regions", "owner")) as held:
            query = "SELECT 1 FROM gate WHERE recipient = %s AND subject = %s FOR UPDATE"
            assert held.execute(query, (recipient, subject)).fetchone(), "nothing was applied yet"
            yield

    @contextmanager
    def locked(self, agreement: str) -> Iterator[None]:
        """Keep every step of an agreement waiting, by a lock on its row."""
        with psycopg.connect(self._stack.database_url("agreements", "owner")) as held:
            held.execute("SELECT 1 FROM agreements WHERE id = %s FOR UPDATE", (agreement,))
            yield

    def _page(self, service: str) -> psycopg.Connection[Row]:
        if service not in self._pages:
            url = self._stack.database_url(service, "owner")
            opened = psycopg.connect(url, autocommit=True, row_factory=dict_row)
            self._pages[service] = self._open.enter_context(opened)
        return self._pages[service]
