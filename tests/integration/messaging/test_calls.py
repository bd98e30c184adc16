# SPDX-License-Identifier: EUPL-1.2
"""One outcome for each Idempotency-Key, whatever happened between the question and the answer."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg.errors
import pytest
from psycopg.conninfo import make_conninfo

from shared.runtime import Answer, Call, Calls, Cursor, Fault, Faults, Json, Refusal
from shared.runtime.db import connect, open_pool
from tests.integration.opened import opened
from tests.servers import ServiceDatabase, ServiceDatabases

Handler = Callable[[Cursor, Call], Answer]


class Full(Exception):
    """There is no room."""


class NotHereYet(Exception):
    """It may still come."""


REFUSALS = {
    Full: Refusal(409, "full", "There is no room"),
    NotHereYet: Refusal(422, "not-here", "It is not here", awaited=True),
}


@pytest.fixture(scope="module")
def employers_database(databases: ServiceDatabases) -> ServiceDatabase:
    """Give a database with a table of things that calls did."""
    made = databases.fresh("employers")
    with connect(made.owner_url, application_name="tests") as owner:
        owner.execute("CREATE TABLE done (what text)")
        owner.execute("GRANT SELECT, INSERT ON done TO schakel_employers")
    return made


@pytest.fixture
def calls(employers_database: ServiceDatabase) -> Iterator[Calls]:
    """Give the doorway of a service that did nothing yet."""
    doorway = Calls(refusals=REFUSALS)
    with opened(employers_database, size=4, empty="done, idempotency") as doorway.db:
        yield doorway


def wire(**more: Any) -> Json:  # noqa: ANN401 - members of a call, as the gateway writes them
    """Give a call under a key of its own, unless it says otherwise."""
    return {
        "operation": "start_replay",
        "params": {},
        "body": {"what": "it"},
        "principal": {"subject": "local", "role": "ops"},
        "ifMatch": None,
        "idempotencyKey": str(uuid.uuid4()),
        "deadline": time.time() + 60,
        "traceparent": None,
        "caller": "schakel-gateway",
        **more,
    }


def do(cur: Cursor, call: Call) -> Answer:
    """Do what is asked, and say how often it was done."""
    cur.execute("INSERT INTO done VALUES (%s)", [call.body["what"]])
    [row] = cur.execute("SELECT count(*) AS times FROM done").fetchall()
    return Answer({"times": row["times"]}, 201, etag=7, location="/v1/things/1")


def after(failures: list[Exception], handler: Handler = do) -> Handler:
    """Give a handler that does its work and then fails, so often."""
    left = list(failures)

    def attempt(cur: Cursor, call: Call) -> Answer:
        answer = handler(cur, call)
        if left:
            raise left.pop(0)
        return answer

    return attempt


def done(calls: Calls) -> int:
    """Count what was done."""
    with calls.db.transaction() as cur:
        [row] = cur.execute("SELECT count(*) AS times FROM done").fetchall()
    times: int = row["times"]
    return times


def keys(calls: Calls) -> int:
    """Count the keys that have an outcome."""
    with calls.db.transaction() as cur:
        [row] = cur.execute("SELECT count(*) AS keys FROM idempotency").fetchall()
    kept: int = row["keys"]
    return kept


def test_the_same_key_gets_the_same_answer_and_does_it_once(calls: Calls) -> None:
    asked = wire()
    answers = [calls.change(do, {**asked, "deadline": time.time() + 60}) for _ in range(3)]

    assert (
        answers
        == [{"status": 201, "body": {"times": 1}, "etag": 7, "location": "/v1/things/1"}] * 3
    )
    assert done(calls) == 1


def test_the_same_key_twice_at_once_does_it_once(calls: Calls) -> None:
    asked, inside, go_on = wire(), threading.Event(), threading.Event()

    def slow(cur: Cursor, call: Call) -> Answer:
        answer = do(cur, call)
        inside.set()
        assert go_on.wait(30)
        return answer

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(calls.change, slow, asked)
        assert inside.wait(30)
        second = threads.submit(calls.change, do, asked)
        go_on.set()

    assert first.result() == second.result()
    assert done(calls) == 1


def test_a_refusal_is_an_outcome_too(calls: Calls) -> None:
    asked = wire()
    refused = calls.change(after([Full("no room")]), asked)
    assert (refused["status"], refused["problem"]["type"]) == (409, "/problems/full")
    assert refused["problem"]["detail"] == "no room"

    assert calls.change(do, asked) == refused
    assert done(calls) == 0


def test_a_faulty_request_leaves_its_key_free(calls: Calls) -> None:
    asked = wire()
    faulty = calls.change(after([Faults([Fault("/what", "say what")])]), asked)
    assert faulty["status"] == 400
    assert [fault["location"] for fault in faulty["problem"]["errors"]] == [{"pointer": "/what"}]

    assert calls.change(do, asked)["status"] == 201


BOUND = {"subject": "local", "role": "ops", "scope": {"region": "AM23"}}


@pytest.mark.parametrize(
    "other",
    [
        {"body": {"what": "else"}},
        {"params": {"id": "1"}},
        {"ifMatch": 3},
        {"principal": {"subject": "local", "role": "slw-coordinator"}},
        {"principal": BOUND},
    ],
)
def test_another_request_under_the_same_key_is_refused(calls: Calls, other: Json) -> None:
    asked = wire()
    calls.change(do, asked)

    refused = calls.change(do, {**asked, **other})

    assert refused["problem"]["type"] == "/problems/idempotency-key-reused"
    assert done(calls) == 1


@pytest.mark.parametrize(
    "other", [{"principal": {"subject": "else", "role": "ops"}}, {"operation": "release_blocked"}]
)
def test_keys_of_others_and_of_other_operations_are_other_keys(calls: Calls, other: Json) -> None:
    asked = wire()
    calls.change(do, asked)

    assert calls.change(do, {**asked, **other})["status"] == 201
    assert done(calls) == 2


def test_what_passes_by_itself_is_tried_again(calls: Calls) -> None:
    passing = [
        psycopg.errors.SerializationFailure("meanwhile"),
        psycopg.errors.DeadlockDetected("meanwhile"),
        psycopg.OperationalError("the connection is lost"),
    ]

    assert calls.change(after(passing), wire())["body"] == {"times": 1}
    assert done(calls) == 1


def test_a_session_that_was_cut_is_tried_again(calls: Calls, postgres: str) -> None:
    """The answer to the first attempt is lost with its connection; the key knows."""
    cut: list[int] = []

    def interrupted(cur: Cursor, call: Call) -> Answer:
        answer = do(cur, call)
        if not cut:
            cut.append(cur.connection.info.backend_pid)
            with psycopg.connect(postgres) as admin:
                admin.execute("SELECT pg_terminate_backend(%s, 5000)", cut)
        return answer

    assert calls.change(interrupted, wire())["body"] == {"times": 1}
    assert done(calls) == 1


def test_a_call_that_comes_too_late_is_never_started(calls: Calls) -> None:
    asked = wire(deadline=time.time() - 1)

    assert calls.change(do, asked)["problem"]["type"] == "/problems/deadline-exceeded"

    assert (done(calls), keys(calls)) == (0, 0)


def test_a_fault_of_our_own_changes_nothing_and_keeps_no_outcome(calls: Calls) -> None:
    asked = wire()
    assert calls.change(after([ZeroDivisionError()]), asked)["status"] == 500
    assert (done(calls), keys(calls)) == (0, 0)

    assert calls.change(do, asked)["status"] == 201


def test_what_may_still_come_is_waited_for(calls: Calls) -> None:
    coming = [NotHereYet("patience")] * 3

    assert calls.change(after(coming), wire())["body"] == {"times": 1}


def test_what_does_not_come_is_refused_in_the_end(calls: Calls) -> None:
    def never(cur: Cursor, call: Call) -> Answer:
        do(cur, call)
        raise NotHereYet("gone")

    asked = wire()
    assert calls.change(never, asked)["problem"]["type"] == "/problems/not-here"
    assert (done(calls), keys(calls)) == (0, 1)
    assert calls.change(do, asked)["status"] == 422


def test_a_question_changes_nothing_and_waits_for_nothing(calls: Calls) -> None:
    def ask(cur: Cursor, call: Call) -> Answer:
        cur.execute("SELECT 1")
        raise NotHereYet(call.operation)

    assert calls.read(ask, wire())["status"] == 422
    assert calls.read(do, wire())["status"] == 500
    assert (done(calls), keys(calls)) == (0, 0)


def test_a_database_that_is_away_is_said_and_nothing_was_done(
    calls: Calls, employers_database: ServiceDatabase
) -> None:
    calls.db.pool.close()
    nobody = make_conninfo(employers_database.service_url, port=1)
    calls.db.pool = open_pool(nobody, size=1, name="away")

    refused = calls.change(do, wire(deadline=time.time() + 0.5))

    assert refused["problem"]["type"] == "/problems/storage-unavailable"
