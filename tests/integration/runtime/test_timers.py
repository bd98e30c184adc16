# SPDX-License-Identifier: EUPL-1.2
"""A timer acts at its moment, once, whatever fails, dies or looks at the same time."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from shared.runtime import Cursor, Database, clock, timers
from shared.runtime.db import connect
from shared.runtime.timers import Clockwork, Due, Timer
from tests.integration.opened import opened
from tests.servers import ServiceDatabase, ServiceDatabases, environment
from tests.waiting import wait_until

KIND, OTHER = "respond-by", "pick-up-by"
DUE_AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
SECONDS = 60.0
ACTED = """
CREATE TABLE acted (id bigint GENERATED ALWAYS AS IDENTITY, subject text, at timestamptz);
GRANT SELECT, INSERT ON acted TO PUBLIC
"""


@pytest.fixture(scope="module")
def providers_database(databases: ServiceDatabases) -> ServiceDatabase:
    """Give one database to all tests of this file, with a table of what happened."""
    database = databases.fresh("providers")
    with connect(database.owner_url, application_name="tests") as owner:
        owner.execute(ACTED)
    return database


@pytest.fixture
def db(providers_database: ServiceDatabase) -> Iterator[Database]:
    """Give a database in which nothing is set and nothing has happened."""
    with opened(providers_database, size=6, empty="timers, acted") as database:
        yield database


def late() -> float | None:
    """Give for how long something of the kind has been due."""
    return REGISTRY.get_sample_value("schakel_timer_late_seconds", {"kind": KIND})


class Handler:
    """Writes down what happens in the transaction that it is given, and refuses as told."""

    def __init__(self) -> None:
        self.refused: set[str] = set()
        self.calls: list[tuple[str, list[str]]] = []

    def __call__(self, kind: str, cur: Cursor, due: Sequence[Due], now: datetime) -> None:
        """Do what the timers were set for."""
        self.calls.append((kind, [one.subject for one in due]))
        for one in due:
            cur.execute("INSERT INTO acted (subject, at) VALUES (%s, %s)", (one.subject, now))
            if one.subject in self.refused:
                raise ValueError(one.subject)


@pytest.fixture
def handler() -> Handler:
    """Give a handler that refuses nothing yet."""
    return Handler()


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Give what sets the clock."""
    return lambda moment: monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.fixture
def clockwork(db: Database, handler: Handler) -> Clockwork:
    """Give the clockwork of one process."""
    return Clockwork(db, [KIND, OTHER], handler)


def set_(db: Database, *subjects: str, kind: str = KIND, due_at: datetime = DUE_AT) -> None:
    with db.transaction() as cur:
        timers.set(cur, [Timer(kind, subject, due_at) for subject in subjects])


def acted(db: Database) -> list[str]:
    with db.transaction(mode="read") as cur:
        return [row["subject"] for row in cur.execute("SELECT subject FROM acted ORDER BY id")]


def left(db: Database) -> list[str]:
    with db.transaction(mode="read") as cur:
        return [row["subject"] for row in cur.execute("SELECT subject FROM timers ORDER BY 1")]


def test_timer_acts_at_its_moment_and_not_before(
    db: Database, clockwork: Clockwork, at: Callable[[datetime], None]
) -> None:
    set_(db, "a", "b")

    at(DUE_AT - timedelta(seconds=1))
    assert clockwork.look() == 0
    at(DUE_AT)
    assert clockwork.look() == 2
    assert clockwork.look() == 0

    assert acted(db) == ["a", "b"]
    assert left(db) == []


def test_timer_set_anew_keeps_the_new_moment(
    db: Database, clockwork: Clockwork, at: Callable[[datetime], None]
) -> None:
    set_(db, "a")
    set_(db, "a", due_at=DUE_AT + timedelta(days=1))

    at(DUE_AT)
    assert clockwork.look() == 0
    at(DUE_AT + timedelta(days=1))
    assert clockwork.look() == 1


def test_timer_cancelled_never_acts(
    db: Database, clockwork: Clockwork, at: Callable[[datetime], None]
) -> None:
    set_(db, "a", "b")
    set_(db, "a", kind=OTHER)
    with db.transaction() as cur:
        timers.cancel(cur, "a", {KIND})
        timers.cancel(cur, "b")

    at(DUE_AT)
    clockwork.look()

    assert acted(db) == ["a"]


def test_transaction_rolled_back_sets_nothing(db: Database) -> None:
    with db.transaction() as cur:
        timers.set(cur, [Timer(KIND, "a", DUE_AT)])
        cur.connection.rollback()

    assert left(db) == []


def test_timer_that_fails_costs_only_itself_and_is_tried_again_later(
    db: Database, clockwork: Clockwork, handler: Handler, at: Callable[[datetime], None]
) -> None:
    set_(db, "bad", "good")
    set_(db, "other", kind=OTHER)
    handler.refused = {"bad"}

    at(DUE_AT)
    assert clockwork.look() == 2
    assert sorted(acted(db)) == ["good", "other"]
    assert left(db) == ["bad"]

    handler.refused = set()
    at(DUE_AT + timedelta(seconds=4))
    assert clockwork.look() == 0
    at(DUE_AT + timedelta(seconds=5))
    assert clockwork.look() == 1
    assert sorted(acted(db)) == ["bad", "good", "other"]


def test_timer_that_fails_is_late_while_it_is_put_off(
    db: Database, clockwork: Clockwork, handler: Handler, at: Callable[[datetime], None]
) -> None:
    set_(db, "bad")
    handler.refused = {"bad"}
    at(DUE_AT)
    clockwork.look()

    at(DUE_AT + timedelta(seconds=3))
    clockwork.look()
    assert late() == 3

    handler.refused = set()
    at(DUE_AT + timedelta(seconds=5))
    assert clockwork.look() == 1
    clockwork.look()
    assert late() == 0


def test_timer_may_be_set_again_by_what_it_does(
    db: Database, at: Callable[[datetime], None]
) -> None:
    def remind_again(kind: str, cur: Cursor, due: Sequence[Due], now: datetime) -> None:
        timers.set(cur, [Timer(kind, one.subject, now + timedelta(days=1)) for one in due])

    set_(db, "a")
    again = Clockwork(db, [KIND], remind_again)

    at(DUE_AT)
    assert (again.look(), again.look()) == (1, 0)
    at(DUE_AT + timedelta(days=1))
    assert again.look() == 1


def test_kind_that_nobody_handles_is_left_alone(
    db: Database, handler: Handler, at: Callable[[datetime], None]
) -> None:
    set_(db, "a", kind="of-a-later-release")

    at(DUE_AT)
    assert Clockwork(db, [KIND], handler).look() == 0
    assert left(db) == ["a"]


def test_many_that_look_at_once_let_each_timer_act_once(
    db: Database, handler: Handler, at: Callable[[datetime], None]
) -> None:
    subjects = [f"{number:04}" for number in range(1000)]
    set_(db, *subjects)
    at(DUE_AT)

    def drain() -> int:
        clockwork, happened = Clockwork(db, [KIND], handler), 0
        while found := clockwork.look():
            happened += found
        return happened

    with ThreadPoolExecutor(4) as threads:
        counts = [each.result() for each in [threads.submit(drain) for _ in range(4)]]

    assert sum(counts) == len(subjects)
    assert sorted(acted(db)) == subjects


@contextmanager
def process(database: ServiceDatabase, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process that lets timers happen."""
    started = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.runtime.timed_program", database.service_url],
        env=environment() | settings,
        cwd=Path(__file__).parents[3],
    )
    try:
        yield started
    finally:
        started.kill()
        started.wait(SECONDS)


def test_process_killed_before_it_commits_leaves_its_timers_to_another(
    db: Database, providers_database: ServiceDatabase
) -> None:
    subjects = [f"{number:04}" for number in range(250)]
    set_(db, *subjects, due_at=LONG_AGO)

    with process(providers_database, SCHAKEL_CRASH_AT="timers.before-commit:2") as doomed:
        assert doomed.wait(SECONDS) == -9
    survived = acted(db)
    assert len(survived) == 100
    assert sorted(survived + left(db)) == subjects

    with process(providers_database), process(providers_database):
        wait_until(lambda: not left(db), SECONDS)
    assert sorted(acted(db)) == subjects
