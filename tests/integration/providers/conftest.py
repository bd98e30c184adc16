# SPDX-License-Identifier: EUPL-1.2
"""A database of the providers service, rolled back after each test."""

from collections.abc import Iterator

import pytest

from shared.runtime.db import connect
from tests.integration.providers.desk import Desk
from tests.servers import ServiceDatabase, ServiceDatabases


@pytest.fixture(scope="module")
def providers_database(databases: ServiceDatabases) -> ServiceDatabase:
    """Give one database to all tests of a file."""
    return databases.fresh("providers")


@pytest.fixture
def desk(providers_database: ServiceDatabase) -> Iterator[Desk]:
    """Give a desk that knows the agreement and the placement, in a transaction of its own."""
    with (
        connect(providers_database.service_url, application_name="tests") as connection,
        connection.transaction(force_rollback=True),
        connection.cursor() as cur,
    ):
        made = Desk(cur)
        made.hear_of_agreement()
        made.hear_of_placement()
        yield made
