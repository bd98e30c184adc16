# SPDX-License-Identifier: EUPL-1.2
"""PostgreSQL, as every service uses it: one pool a process, and transactions in the open."""

import os

# psycopg's own wait loop, in C, would stop the hub for every other worker of the process.
os.environ["PSYCOPG_WAIT_FUNC"] = "wait_select"

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Literal

import psycopg
import psycopg.waiting
from nameko.extensions import SharedExtension
from psycopg import Connection, IsolationLevel, OperationalError
from psycopg.errors import (
    DeadlockDetected,
    LockNotAvailable,
    QueryCanceled,
    SerializationFailure,
    UniqueViolation,
)
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from shared.runtime.config import settings
from shared.runtime.health import health

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

# A statement that took too long, or waited too long for a row, is the fault of what it did.
_OVERTIME = (QueryCanceled, LockNotAvailable)

__all__ = [
    "Connection",
    "Cursor",
    "Database",
    "OperationalError",
    "Transient",
    "UniqueViolation",
    "connect",
    "open_pool",
    "passes_by_itself",
    "transaction",
    "wait_as_long_as_it_takes",
]


def passes_by_itself(error: Exception) -> bool:
    """Tell a database that is away or busy from a message that always takes it too long."""
    return isinstance(error, Transient) and not isinstance(error, _OVERTIME)


def connect(url: str, *, application_name: str) -> Connection[DictRow]:
    """Open one connection outside the pool, in autocommit: for locks that a session holds."""
    return Connection.connect(
        url, autocommit=True, row_factory=dict_row, application_name=application_name, **LINK
    )


def wait_as_long_as_it_takes(connection: Connection[DictRow]) -> None:
    """Lift the time limits of a session: a job waits for the job before it."""
    connection.execute("SET statement_timeout = 0")
    connection.execute("SET lock_timeout = 0")


def open_pool(url: str, *, size: int, name: str) -> Pool:
    """Open a pool of at most `size` connections; it fills as work comes.

    Waiting for a free connection ends with a transient error.
    """
    kwargs: dict[str, Any] = {"row_factory": dict_row, "application_name": name, **LINK}
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
    pool: Pool, *, mode: Mode = "write", patience_seconds: float = PATIENCE_SECONDS
) -> Iterator[Cursor]:
    """Run the block as one transaction: all of it commits, or none of it happened.

    Waits no longer than `patience_seconds` for a free connection.
    """
    with pool.connection(timeout=patience_seconds) as connection:
        connection.read_only = mode == "read"
        # A reader sees one snapshot: its list and its totals belong together.
        connection.isolation_level = IsolationLevel.REPEATABLE_READ if mode == "read" else None
        with connection.cursor() as cur:
            yield cur


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
        self, *, mode: Mode = "write", patience_seconds: float = PATIENCE_SECONDS
    ) -> AbstractContextManager[Cursor]:
        """Run the block as one transaction: all of it commits, or none of it happened."""
        return transaction(self.pool, mode=mode, patience_seconds=patience_seconds)
