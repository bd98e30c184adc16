# SPDX-License-Identifier: EUPL-1.2
"""Databases with the messaging's tables: one to play in and roll back, others to commit to."""

from collections.abc import Iterator

import pytest

from shared.runtime import Cursor
from shared.runtime.db import connect
from tests.servers import ServiceDatabase, ServiceDatabases


@pytest.fixture(scope="module")
def agreements_database(databases: ServiceDatabases) -> ServiceDatabase:
    """Give one database of an owner of subjects to all tests of a file."""
    return databases.fresh("agreements")


@pytest.fixture
def cur(agreements_database: ServiceDatabase) -> Iterator[Cursor]:
    """Give a transaction in the service's own role, rolled back in the end."""
    with (
        connect(agreements_database.service_url, application_name="tests") as connection,
        connection.transaction(force_rollback=True),
        connection.cursor() as cursor,
    ):
        yield cursor
