# SPDX-License-Identifier: EUPL-1.2
"""The audit holds a line of every act and of every refusal, and none of what never happened."""

import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.runtime import (
    Answer,
    Call,
    Calls,
    Cursor,
    Fault,
    Faults,
    Json,
    Refusal,
    StaleVersion,
)
from shared.runtime.timers import Clockwork, Due, Timer
from shared.runtime.timers import set as set_timers
from tests.integration.opened import opened
from tests.servers import ServiceDatabase, ServiceDatabases

TRACE = "0af7651916cd43dd8448eb211c80319c"
THING = "5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d"
LINES = (
    "SELECT subject, role, scope, operation, aggregate, version, origin, status, problem, trace"
    " FROM audit ORDER BY id"
)
UNSEALED = "SELECT audit_id FROM audit_unsealed ORDER BY audit_id"
IDS = "SELECT id FROM audit ORDER BY id"
KEYS = "SELECT key FROM idempotency"


class NotTheirs(Exception):
    """It belongs to somebody else."""


@pytest.fixture(scope="module")
def audited_database(databases: ServiceDatabases) -> ServiceDatabase:
    """Give the database of a service."""
    return databases.fresh("employers")


@pytest.fixture
def calls(audited_database: ServiceDatabase) -> Iterator[Calls]:
    """Give the doorway of a service that did nothing yet."""
    doorway = Calls(refusals={NotTheirs: Refusal(403, "not-theirs", "It is somebody else's")})
    empty = "idempotency, audit, audit_unsealed, audit_chain, timers"
    with opened(audited_database, size=4, empty=empty) as doorway.db:
        yield doorway


def wire(**more: Any) -> Json:  # noqa: ANN401 - members of a call, as the gateway writes them
    """Give a call under a key of its own, unless it says otherwise."""
    return {
        "operation": "set_desk",
        "params": {"code": "AM23"},
        "body": None,
        "principal": {"subject": "s-17", "role": "wsp-officer", "scope": {"region": "AM23"}},
        "caller": "schakel-gateway",
        "ifMatch": 3,
        "idempotencyKey": str(uuid.uuid4()),
        "deadline": time.time() + 60,
        "traceparent": f"00-{TRACE}-b7ad6b7169203331-01",
        "origin": "192.0.2.7",
        "aggregate": f"thing/{THING}",
        **more,
    }


def change(cur: Cursor, call: Call) -> Answer:
    """Do what is asked."""
    del cur, call
    return Answer({}, etag=4)


def refuse(error: Exception) -> Any:  # noqa: ANN401 - a handler
    """Give a handler that does its work and then refuses."""

    def handler(cur: Cursor, call: Call) -> Answer:
        change(cur, call)
        raise error

    return handler


def told(calls: Calls, question: str = LINES) -> list[Json]:
    """Give what stands in the audit."""
    with calls.db.transaction(mode="read") as cur:
        return cur.execute(question.encode()).fetchall()


DONE = {
    "subject": "s-17",
    "role": "wsp-officer",
    "scope": {"region": "AM23"},
    "operation": "set_desk",
    "aggregate": f"thing/{THING}",
    "version": 4,
    "origin": "192.0.2.7",
    "status": 200,
    "problem": None,
    "trace": TRACE,
}


def test_an_act_is_told_once_with_who_what_whereon_wherefrom_and_how_it_ended(
    calls: Calls,
) -> None:
    asked = wire()
    for _ in range(3):
        calls.change(change, {**asked, "deadline": time.time() + 60})

    assert told(calls) == [DONE]


def test_what_is_made_is_named_by_where_it_is_from_now_on(calls: Calls) -> None:
    def make(cur: Cursor, call: Call) -> Answer:
        del cur, call
        return Answer({}, 201, etag=1, location=f"/v1/things/{THING}")

    calls.change(make, wire(aggregate=None, ifMatch=None))

    assert told(calls) == [{**DONE, "version": 1, "status": 201}]


def test_a_refusal_is_told_with_the_version_that_was_asked_for(calls: Calls) -> None:
    calls.change(refuse(StaleVersion("somebody was first")), wire())

    assert told(calls) == [
        {**DONE, "version": 3, "status": 412, "problem": "/problems/stale-version"}
    ]


def test_asking_for_what_is_somebody_elses_is_told_and_other_questions_are_not(
    calls: Calls,
) -> None:
    calls.read(change, wire())
    calls.read(refuse(StaleVersion("not now")), wire())
    calls.read(refuse(NotTheirs("not yours")), wire(operation="get_desk"))

    refused = {"status": 403, "problem": "/problems/not-theirs", "version": 3}
    assert told(calls) == [{**DONE, "operation": "get_desk", **refused}]


def test_what_the_door_refused_is_told_and_goes_no_further(calls: Calls) -> None:
    def never(cur: Cursor, call: Call) -> Answer:
        raise AssertionError(cur, call)

    refused = {"status": 403, "problem": {"type": "/problems/not-theirs"}}
    assert calls.change(never, wire(ifMatch=None, refused=refused)) == refused
    assert calls.read(never, wire(ifMatch=None, refused=refused)) == refused
    assert calls.refusal(wire(ifMatch=None, refused=refused)) == refused

    line = {**DONE, "version": None, "status": 403, "problem": "/problems/not-theirs"}
    assert told(calls) == [line] * 3


def test_who_speaks_for_somebody_without_being_let_to_is_told_and_not_that_one(
    calls: Calls,
) -> None:
    calls.change(change, wire(caller="schakel-placements"))
    calls.read(change, wire(caller=None))

    who = [(one["subject"], one["role"], one["scope"], one["problem"]) for one in told(calls)]
    assert who == [
        ("schakel-placements", "service", {}, "/problems/caller-refused"),
        ("nobody", "service", {}, "/problems/caller-refused"),
    ]


def test_what_never_happened_is_not_told(calls: Calls) -> None:
    calls.change(refuse(Faults([Fault("/what", "say what")])), wire())
    calls.change(refuse(ZeroDivisionError()), wire())
    calls.change(change, wire(deadline=time.time() - 1))

    assert told(calls) == []


def test_telling_a_head_is_not_told_for_it_would_never_end(calls: Calls) -> None:
    service = {"subject": "agreements", "role": "service", "scope": {}}
    asked = wire(operation="keep_audit_head", principal=service, caller="schakel-agreements")
    assert calls.change(change, asked)["status"] == 200

    assert told(calls) == []
    assert told(calls, KEYS) == []


def test_every_line_waits_to_be_sealed(calls: Calls) -> None:
    calls.change(change, wire())
    calls.change(refuse(StaleVersion("somebody was first")), wire())

    assert [row["audit_id"] for row in told(calls, UNSEALED)] == [
        row["id"] for row in told(calls, IDS)
    ]
    assert len(told(calls)) == 2


def test_what_the_clock_did_is_told(calls: Calls) -> None:
    def remind(kind: str, cur: Cursor, due: Any, now: datetime) -> None:  # noqa: ANN401
        del kind, cur, now
        assert [type(one) for one in due] == [Due, Due]

    past = datetime(2026, 11, 2, tzinfo=UTC)
    with calls.db.transaction() as cur:
        set_timers(cur, [Timer("lapse", f"thing/{n}", past) for n in (1, 2)])

    Clockwork(calls.db, ["lapse"], remind).look()

    assert [(one["subject"], one["operation"], one["aggregate"]) for one in told(calls)] == [
        ("clock", "lapse", "thing/1"),
        ("clock", "lapse", "thing/2"),
    ]
