# SPDX-License-Identifier: EUPL-1.2
"""A migrated database of the agreements; what a test does in it is rolled back."""

from collections.abc import Callable, Iterator

import pytest

from shared.runtime import Cursor
from shared.runtime.db import connect
from tests.integration.agreements.office import Office
from tests.servers import ServiceDatabase, ServiceDatabases


@pytest.fixture(scope="module")
def agreements_database(databases: ServiceDatabases) -> ServiceDatabase:
    """Give one database to all tests of a file."""
    return databases.fresh("agreements")


@pytest.fixture
def cur(agreements_database: ServiceDatabase) -> Iterator[Cursor]:
    """Give a transaction in the service's own role."""
    with (
        connect(agreements_database.service_url, application_name="tests") as connection,
        connection.transaction(force_rollback=True),
        connection.cursor() as cursor,
    ):
        yield cursor


@pytest.fixture
def office(cur: Cursor) -> Office:
    """Give the coordinator's office, where word of ISS has arrived."""
    opened = Office(cur)
    opened.hear_of_employer()
    return opened


@pytest.fixture
def published(office: Office) -> Callable[..., str]:
    """Give what publishes the agreement with ISS for some regions, and gives its id."""

    def publish(*regions: str) -> str:
        agreement_id: str = office.register(participants=list(regions))["id"]
        office.change("publish_agreement", agreement_id)
        return agreement_id

    return publish
