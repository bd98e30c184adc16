# SPDX-License-Identifier: EUPL-1.2
"""A migrated database of the regions; what a test does in it is rolled back."""

from collections.abc import Iterator

import pytest

from services.regions import handlers
from shared.runtime import Cursor
from shared.runtime.db import connect
from tests.integration.regions.asking import AGREEMENT, DRECHTSTEDEN, NOW, agreement, arrival
from tests.integration.regions.at_the_desk import decide, owner_tells
from tests.servers import ServiceDatabase, ServiceDatabases


@pytest.fixture(scope="module")
def regions_database(databases: ServiceDatabases) -> ServiceDatabase:
    """Give one database to all tests of a file."""
    return databases.fresh("regions")


@pytest.fixture
def cur(regions_database: ServiceDatabase) -> Iterator[Cursor]:
    """Give a transaction in the service's own role."""
    yield from _transaction(regions_database.service_url)


@pytest.fixture
def owner(regions_database: ServiceDatabase) -> Iterator[Cursor]:
    """Give a transaction in the role that migrates."""
    yield from _transaction(regions_database.owner_url)


def _transaction(url: str) -> Iterator[Cursor]:
    with (
        connect(url, application_name="tests") as connection,
        connection.transaction(force_rollback=True),
        connection.cursor() as cursor,
    ):
        yield cursor


@pytest.fixture
def offered(cur: Cursor) -> Cursor:
    """Let Drechtsteden hold the agreement and a place that was offered to it."""
    held = arrival(DRECHTSTEDEN, f"agreement/{AGREEMENT}", agreement())
    handlers.adopt_agreements(cur, [held], NOW)
    owner_tells(cur)
    return cur


@pytest.fixture
def picked_up(offered: Cursor) -> Cursor:
    """Let Drechtsteden have picked it up."""
    decide(offered, {"decision": "picked-up"})
    return offered
