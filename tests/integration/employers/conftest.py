# SPDX-License-Identifier: EUPL-1.2
"""A migrated database of the employers; what a test does in it is rolled back."""

from collections.abc import Iterator

import pytest

from shared.runtime import Cursor
from shared.runtime.db import connect
from tests.servers import ServiceDatabase, ServiceDatabases


@pytest.fixture(scope="module")
def employers_database(databases: ServiceDatabases) -> ServiceDatabase:
    """Give one database to all tests of a file."""
    return databases.fresh("employers")


@pytest.fixture
def cur(employers_database: ServiceDatabase) -> Iterator[Cursor]:
    """Give a transaction in the service's own role."""
    with (
        connect(employers_database.service_url, application_name="tests") as connection,
        connection.transaction(force_rollback=True),
        connection.cursor() as cursor,
    ):
        yield cursor
