# SPDX-License-Identifier: EUPL-1.2
"""A call in a test's own transaction sees no more than whoever makes it may see."""

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.pq import TransactionStatus

from shared.runtime import Cursor, Principal
from shared.runtime.scope import EVERYTHING, Scope


@contextmanager
def confined(cur: Cursor, who: Principal) -> Iterator[None]:
    """Hold the block to the rows of somebody, and see everything again after it."""
    connection = cur.connection
    connection.execute(Scope.of_person(who.role, who.scope).statement())
    try:
        yield
    finally:
        # A statement that was refused has ended the transaction.
        if connection.info.transaction_status is TransactionStatus.INTRANS:
            connection.execute(EVERYTHING.statement())
