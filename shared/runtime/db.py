# SPDX-License-Identifier: EUPL-1.2
"""PostgreSQL, as every service uses it: one pool a process, and transactions in the open."""

import os

# psycopg's own wait loop, in C, would stop the hub for every other worker of the process.
os.environ["PSYCOPG_WAIT_FUNC"] = "wait_select"

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Literal

import psycopg
import psycopg.waiting
from nameko.extensions import SharedExtension
from psycopg import Connection, OperationalError
from psycopg.errors import (
    DeadlockDetected,
    LockNotAvailable,
    QueryCanceled,
    SerializationFailure,
    UniqueViolation,
)
from psycopg.pq import TransactionStatus
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from shared.runtime import tracing
from shared.runtime.config import settings
from shared.runtime.health import health
from shared.runtime.scope import NOBODY, Scope

if psycopg.waiting.wait is not psycopg.waiting.wait_select:
    raise ImportError("psycopg was imported before shared.runtime: it would block the hub")

Pool = ConnectionPool[Connection[DictRow]]
Cursor = psycopg.Cursor[DictRow]
Mode = Literal["write", "read"]

# What may pass by itself: the same transaction may simply be tried again.
Transient = (OperationalError, SerializationFailure, DeadlockDetected, PoolTimeout)

PATIENCE_SECONDS = 5

# A frozen link is noticed within half a minute instead of two hours.
LINK: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "options": (
        "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
    ),
}

# A reader sees one snapshot: its list and its totals belong together.
_BEGIN: Mapping[Mode, str] = {
    "write": "BEGIN",
    "read": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
}

# A statement that took too long, or waited too long for a row, is the fault of what it did.
_OVERTIME = (QueryCanceled, LockNotAvailable)

__all__ = [
    "Connection",
    "Cursor",
    "Database",
    "OperationalError",
    "Transient",
    "UniqueViolation",
    "confine",
    "connect",
    "open_pool",
    "passes_by_itself",
    "transaction",
    "wait_as_long_as_it_takes",
    "widened",
]


def passes_by_itself(error: Exception) -> bool:
    """Tell a database that is away or busy from a message that always takes it too long."""
    return isinstance(error, Transient) and not isinstance(error, _OVERTIME)


def connect(url: str, *, application_name: str) -> Connection[DictRow]:
    """Open one connection outside the pool, in autocommit: for locks that a session holds.

    It serves duties and jobs, no person: it sees everything.
    """
    link = {**LINK, "options": f"{LINK['options']} -c schakel.everything=on"}
    return Connection.connect(
        url, autocommit=True, row_factory=dict_row, application_name=application_name, **link
    )


def wait_as_long_as_it_takes(connection: Connection[DictRow]) -> None:
    """Lift the time limits of a session: a job waits for the job before it."""
    connection.execute("SET statement_timeout = 0")
    connection.execute("SET lock_timeout = 0")


def open_pool(url: str, *, size: int, name: str) -> Pool:
    """Open a pool of at most `size` connections; it fills as work comes.

    Waiting for a free connection ends with a transient error.
    """
    # Transactions begin by a statement of their own, which also says what they may see.
    kwargs: dict[str, Any] = {
        "autocommit": True,
        "row_factory": dict_row,
        "application_name": name,
        **LINK,
    }
    return ConnectionPool(
        url,
        connection_class=Connection[DictRow],
        min_size=1,
        max_size=size,
        timeout=PATIENCE_SECONDS,
        kwargs=kwargs,
        open=True,
        name=name,
    )


@contextmanager
def transaction(
    pool: Pool,
    *,
    scope: Scope = NOBODY,
    mode: Mode = "write",
    patience_seconds: float = PATIENCE_SECONDS,
) -> Iterator[Cursor]:
    """Run the block as one transaction: all of it commits, or none of it happened.

    It sees the rows of its scope, and without one only what is nobody's. Waits no longer than
    `patience_seconds` for a free connection.
    """
    with (
        tracing.span("transaction"),
        pool.connection(timeout=patience_seconds) as connection,
        connection.cursor() as cur,
    ):
        # Both in one message: what a transaction may see costs no round trip.
        cur.execute("; ".join([_BEGIN[mode], *scope.settings()]))
        yield cur


def confine(cur: Cursor, scope: Scope) -> None:
    """Let what follows in this transaction see the rows of another scope."""
    cur.execute(scope.statement())


@contextmanager
def widened(cur: Cursor) -> Iterator[None]:
    """Let the statements of the block look wider than the person may see.

    For what a use case has to count, lock or tell, and never shows: each place says why.
    """
    connection = cur.connection
    connection.execute("SET LOCAL schakel.widened = 'on'")
    try:
        yield
    finally:
        # A transaction that failed ends, and its settings with it.
        if connection.info.transaction_status is TransactionStatus.INTRANS:
            connection.execute("SET LOCAL schakel.widened = ''")


class Database(SharedExtension):  # type: ignore[misc]
    """The one pool of this process, opened with the service and closed after its last worker."""

    pool: Pool

    def setup(self) -> None:
        """Open the pool; a database that is away is met by whoever asks for it."""
        chosen = settings()
        self.pool = open_pool(
            chosen.need_database_url(),
            size=chosen.database_pool,
            name=f"schakel-{self.container.service_name}",
        )
        health.need("database", self.trouble)

    def trouble(self) -> str | None:
        """Say what is wrong with the database, or None when it answers."""
        try:
            with self.transaction(mode="read") as cur:
                cur.execute("SELECT 1")
        except Transient as error:
            return str(error)
        return None

    def stop(self) -> None:
        """Close every connection."""
        self.pool.close()
        super().stop()

    def kill(self) -> None:
        """Close every connection, whatever they are doing."""
        self.pool.close(timeout=0)
        super().kill()

    def transaction(
        self,
        *,
        scope: Scope = NOBODY,
        mode: Mode = "write",
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> AbstractContextManager[Cursor]:
        """Run the block as one transaction: all of it commits, or none of it happened."""
        return transaction(self.pool, scope=scope, mode=mode, patience_seconds=patience_seconds)
