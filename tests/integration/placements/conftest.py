# SPDX-License-Identifier: EUPL-1.2
"""A migrated database of the placements; what a test does in it is rolled back."""

from collections.abc import Iterator

import pytest

from shared.runtime import Cursor
from shared.runtime.db import connect
from tests.integration.placements.bureau import Bureau
from tests.servers import ServiceDatabase, ServiceDatabases


@pytest.fixture(scope="module")
def placements_database(databases: ServiceDatabases) -> ServiceDatabase:
    """Give one database to all tests of a file."""
    return databases.fresh("placements")


@pytest.fixture
def cur(placements_database: ServiceDatabase) -> Iterator[Cursor]:
    """Give a transaction in the service's own role."""
    with (
        connect(placements_database.service_url, application_name="tests") as connection,
        connection.transaction(force_rollback=True),
        connection.cursor() as cursor,
    ):
        yield cursor


@pytest.fixture
def bureau(cur: Cursor) -> Bureau:
    """Give the desks at which places are offered, where word of the agreement has arrived."""
    opened = Bureau(cur)
    opened.hear_of_agreement()
    return opened
