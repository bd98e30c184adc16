# SPDX-License-Identifier: EUPL-1.2
"""A deadline passes, and one of the two processes that could see it is dead: SLW is told."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from shared.runtime.calendar import end_of
from shared.runtime.db import connect
from tests.integration.messaging.serving import ask, serving
from tests.integration.providers.desk import NOW, Desk
from tests.servers import PrivateBroker, ServiceDatabase, ServiceDatabases
from tests.waiting import wait_until

SECONDS = 30.0
LATE = "SELECT count(*) AS times FROM tasks WHERE kind = 'support_not_accepted'"


@pytest.fixture
def database(databases: ServiceDatabases) -> ServiceDatabase:
    """Give a database that other processes may use."""
    return databases.fresh("providers")


@pytest.fixture
def set_clock(tmp_path: Path) -> Callable[[datetime], Path]:
    """Give what sets the clock of the processes."""
    file = tmp_path / "now"

    def set_to(moment: datetime) -> Path:
        # In one step, so that nobody reads half of it.
        fresh = tmp_path / "next"
        fresh.write_text(moment.isoformat(), encoding="utf-8")
        return fresh.replace(file)

    return set_to


def test_deadline_that_passes_is_told_by_whoever_is_left(
    database: ServiceDatabase,
    broker: PrivateBroker,
    set_clock: Callable[[datetime], Path],
) -> None:
    with (
        connect(database.service_url, application_name="tests") as connection,
        connection.transaction(),
        connection.cursor() as cur,
    ):
        desk = Desk(cur)
        desk.hear_of_agreement()
        desk.hear_of_placement()
        desk.provider()
        support = desk.request()
    clock = str(set_clock(NOW))
    broker.apply_topology()

    with (
        serving("providers", database, broker, SCHAKEL_CLOCK_FILE=clock),
        serving("providers", database, broker, SCHAKEL_CLOCK_FILE=clock) as other,
    ):
        assert ask(database, LATE) == [{"times": 0}]
        other.kill()
        late = end_of(datetime.fromisoformat(support["acceptBy"]).date())
        set_clock(late + timedelta(seconds=1))
        wait_until(lambda: ask(database, LATE) == [{"times": 1}], SECONDS)

    (left,) = ask(database, "SELECT kind FROM timers")
    assert left["kind"] == "support-first-contact-by"
