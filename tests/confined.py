# SPDX-License-Identifier: EUPL-1.2
"""A call in a test's own transaction sees no more than whoever makes it may see.

A story that does not say which region, employer or provider somebody speaks for is about something
else, and is not held to it; in the product such a caller sees nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.pq import TransactionStatus

from shared.contracts.policy import BOUND_BY, POLICY
from shared.runtime import Call, Cursor
from shared.runtime.scope import EVERYTHING, Scope


@contextmanager
def confined(cur: Cursor, call: Call) -> Iterator[None]:
    """Hold the block to the rows of whoever calls, and see everything again after it."""
    connection, who = cur.connection, call.principal
    bound = BOUND_BY.get(who.role)
    if bound is None or bound in who.scope:
        reach = POLICY.get(call.operation, {}).get(who.role, "own")
        connection.execute(Scope.of_person(who.role, who.scope, reach).statement())
    try:
        yield
    finally:
        # A statement that was refused has ended the transaction.
        if connection.info.transaction_status is TransactionStatus.INTRANS:
            connection.execute(EVERYTHING.statement())
