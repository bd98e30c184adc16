# SPDX-License-Identifier: EUPL-1.2
"""Databases with the messaging's tables: one to play in and roll back, others to commit to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.runtime import Cursor, tracing
from shared.runtime.db import connect
from shared.runtime.spans import FileExporter, Spans
from tests.servers import ServiceDatabase, ServiceDatabases
from tests.traces import Traces


@pytest.fixture(scope="module")
def agreements_database(databases: ServiceDatabases) -> ServiceDatabase:
    """Give one database of an owner of subjects to all tests of a file."""
    return databases.fresh("agreements")


@pytest.fixture
def traces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Traces:
    """Record everything that is done in this process."""
    file = tmp_path / "traces.jsonl"
    monkeypatch.setattr(tracing, "_spans", Spans("agreements", FileExporter(file), share=1.0))
    return Traces(file)


@pytest.fixture
def cur(agreements_database: ServiceDatabase) -> Iterator[Cursor]:
    """Give a transaction in the service's own role, rolled back in the end."""
    with (
        connect(agreements_database.service_url, application_name="tests") as connection,
        connection.transaction(force_rollback=True),
        connection.cursor() as cursor,
    ):
        yield cursor
