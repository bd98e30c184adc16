# SPDX-License-Identifier: EUPL-1.2
"""A database where nothing is parked, a consuming method and the retry worker."""

from collections.abc import Iterator

import pytest

from shared.messaging.apply import Applier
from shared.messaging.retries import Retries
from shared.runtime import Database
from tests.integration.messaging.retries.parking import Handler
from tests.integration.opened import opened
from tests.servers import ServiceDatabase, ServiceDatabases


@pytest.fixture(scope="module")
def regions_database(databases: ServiceDatabases) -> ServiceDatabase:
    """Give one database of a recipient to all tests of this file."""
    return databases.fresh("regions")


@pytest.fixture
def db(regions_database: ServiceDatabase) -> Iterator[Database]:
    """Give a database where nothing is parked, given up or on its way."""
    empty = "parked, dead_letters, outbox, gate CASCADE"
    with opened(regions_database, size=3, empty=empty) as database:
        yield database


@pytest.fixture
def handler() -> Handler:
    """Give a consuming method that takes everything."""
    return Handler()


@pytest.fixture
def retries(db: Database, handler: Handler) -> Retries:
    """Give the retry worker."""
    return Retries(db, Applier("regions", handler))
