# SPDX-License-Identifier: EUPL-1.2
"""A service's database as its own process has it."""

from collections.abc import Iterator
from contextlib import contextmanager

from shared.runtime import Database
from shared.runtime.db import connect, open_pool
from tests.servers import ServiceDatabase


@contextmanager
def opened(of: ServiceDatabase, *, size: int, empty: str = "") -> Iterator[Database]:
    """Give the database with the rights of its service, tables such as `a, b CASCADE` emptied."""
    if empty:
        with connect(of.owner_url, application_name="tests") as owner:
            owner.execute(f"TRUNCATE {empty}".encode())
    database = Database()
    database.pool = open_pool(of.service_url, size=size, name="tests")
    try:
        yield database
    finally:
        database.pool.close()
