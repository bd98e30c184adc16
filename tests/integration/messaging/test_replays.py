# SPDX-License-Identifier: EUPL-1.2
"""Dead letters are tried again at the rate of their job, and only where they belong."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest

from shared.contracts import wrap
from shared.contracts.envelope import traceparent_of
from shared.contracts.registry import examples
from shared.messaging import Arrival, StoredHashes, letters
from shared.messaging.apply import Applier
from shared.messaging.journal import QUERIES
from shared.messaging.letters import Letter
from shared.messaging.publishers import USER
from shared.messaging.replays import Replays
from shared.runtime import Cursor, Database, clock
from tests.integration.messaging.post import NOW, OIN, rows
from tests.integration.opened import opened
from tests.servers import ServiceDatabase
from tests.traces import Traces

EMPLOYER_CHANGED = "employer-changed.v1"
ACCEPTS = frozenset({EMPLOYER_CHANGED})
RESULTS = "SELECT result, error FROM replay_items WHERE job_id = %s ORDER BY letter_id"


@pytest.fixture
def db(agreements_database: ServiceDatabase) -> Iterator[Database]:
    """Give the database of the service that empties the last nets, without any letter."""
    empty = "replay_items, replay_jobs, dead_letters, outbox, gate"
    with opened(agreements_database, size=3, empty=empty) as database:
        yield database


def store(type_: str, cur: Cursor, arrivals: Sequence[Arrival], now: datetime) -> StoredHashes:
    """Take what comes."""
    del type_, cur, now
    return {one.key: one.hash for one in arrivals}


@pytest.fixture
def replays(db: Database) -> Replays:
    """Give one of the processes that try letters again."""
    return Replays("agreements", db, Applier("agreements", store))


def start(
    db: Database, queue: str, *, count: int = 1, at: datetime | None = None, **more: str
) -> int:
    """Have letters that the last nets caught tried again; give the job."""
    data = examples()[EMPLOYER_CHANGED]["data"]
    subject = f"employer/{data['id']}"
    with db.transaction() as cur:
        for sequence in range(1, count + 1):
            about = {"oin": OIN, "subject": subject, "sequence": sequence, "recorded_at": NOW}
            body = wrap(EMPLOYER_CHANGED, data, **about, **more)
            told = {USER: "schakel-employers"}
            cause = ("CaughtByTheNet", "delivery_limit")
            caught = Letter("broker", queue, body, *cause, headers=told)
            letters.bury(cur, [caught], now=NOW)
        opened = rows(cur, "SELECT id FROM dead_letters WHERE state = 'open'")
        asked = {"action": "replay", "requested_by": "tests", "reason": "Hersteld"}
        [job] = cur.execute(
            QUERIES["add_job"], {**asked, "per_second": 1, "now": at or clock.now()}
        ).fetchall()
        frozen = {"job_id": job["id"], "ids": [row["id"] for row in opened]}
        cur.execute(QUERIES["freeze_letters"], frozen)
    number: int = job["id"]
    return number


def results(db: Database, job: int) -> list[tuple[str | None, str | None]]:
    """Give what came of the letters of a job."""
    with db.transaction(mode="read") as cur:
        return [(row["result"], row["error"]) for row in rows(cur, RESULTS, job)]


def test_what_died_in_a_queue_of_this_service_is_tried_here(db: Database, replays: Replays) -> None:
    job = start(db, "agreements.employers")

    assert replays.look(ACCEPTS) is not None

    assert results(db, job) == [("resolved", None)]


def test_a_replay_is_a_trace_of_its_own_linked_to_that_of_the_letter(
    db: Database, replays: Replays, traces: Traces
) -> None:
    trace_id, span_id = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
    start(db, "agreements.employers", traceparent=f"00-{trace_id}-{span_id}-01")

    assert replays.look(ACCEPTS) is not None

    [replay] = [span for span in traces.all() if span.name == "replay"]
    assert (replay.parent_id, replay.links) == (None, {span_id})
    assert replay.trace_id != trace_id
    with db.transaction(mode="read") as cur:
        [receipt] = rows(cur, "SELECT body FROM outbox WHERE routing_key = 'receipts.employers'")
    carried = traceparent_of(bytes(receipt["body"]))
    assert carried is not None
    assert carried.split("-")[1] == replay.trace_id, "what follows from it is part of it"


def test_a_letter_that_comes_again_while_a_job_has_it_is_in_no_other_job(
    db: Database, replays: Replays
) -> None:
    first = start(db, "agreements.employers")
    second = start(db, "agreements.employers")

    assert replays.look(ACCEPTS) is not None

    assert (results(db, first), results(db, second)) == ([("resolved", None)], [])


@pytest.mark.parametrize("queue", ["regions.employers", "regions.AM36", "unrouted"])
def test_what_died_in_a_queue_of_another_service_is_not_tried_here(
    db: Database, replays: Replays, queue: str
) -> None:
    job = start(db, queue)

    assert replays.look(ACCEPTS) is not None

    [(result, error)] = results(db, job)
    assert (result, str(error).startswith("StillUnusable: ")) == ("failed", True)
    with db.transaction(mode="read") as cur:
        assert rows(cur, "SELECT 1 FROM outbox WHERE routing_key = 'receipts.employers'") == []


def test_the_rate_of_a_job_holds_over_all_processes(db: Database, replays: Replays) -> None:
    job = start(db, "agreements.employers", count=3)
    other = Replays("agreements", db, Applier("agreements", store))

    assert [replays.look(ACCEPTS), other.look(ACCEPTS), replays.look(ACCEPTS)] == [1, None, None]

    assert [result for result, _ in results(db, job)].count(None) == 2


def test_a_job_that_a_clock_that_was_ahead_put_off_goes_on_when_the_clock_is_right_again(
    db: Database, replays: Replays
) -> None:
    job = start(db, "agreements.employers", at=clock.now() + timedelta(days=1))

    assert replays.look(ACCEPTS) is not None

    assert [result for result, _ in results(db, job)] != [None]
