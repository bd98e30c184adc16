# SPDX-License-Identifier: EUPL-1.2
"""What could not be applied gets its next attempts, each costing only itself."""

import pytest
from psycopg.errors import LockNotAvailable, QueryCanceled

from shared.contracts import unwrap
from shared.messaging import policy
from shared.messaging.apply import Applier
from shared.messaging.intake import arrival_of
from shared.messaging.retries import Retries
from shared.runtime import Database, clock
from tests.integration.messaging.post import ZWOLLE, arrival, new_subject, written
from tests.integration.messaging.retries.parking import (
    Handler,
    ask,
    come_due,
    dead,
    of_publisher,
    park,
    parked,
    receipts,
)
from tests.traces import Traces


def test_what_was_parked_by_a_clock_that_was_ahead_is_tried_when_the_clock_is_right_again(
    db: Database, retries: Retries, handler: Handler
) -> None:
    one = arrival(new_subject(), 3)
    park(db, one, ago_seconds=-86_400)

    assert retries.look() == 1

    assert handler.stored == [(one.subject, 3)]


def test_a_parked_state_is_applied_when_its_time_has_come(
    db: Database, retries: Retries, handler: Handler
) -> None:
    one = arrival(new_subject(), 3)
    park(db, one)

    assert retries.look() == 1

    assert handler.stored == [(one.subject, 3)]
    assert parked(db) == []
    [told] = receipts(db)
    assert (told["recipient"], told["sequence"], told["hash"]) == (ZWOLLE, 3, one.hash)
    assert told["outcome"] == "received"


def test_an_attempt_looks_again_whose_word_it_is(
    db: Database, retries: Retries, handler: Handler
) -> None:
    own, foreign = map(of_publisher, ("schakel-agreements", "schakel-employers"))
    for one in (own, foreign):
        park(db, one)

    assert retries.look() == 2

    assert handler.stored == [(own.subject, 1)]
    assert parked(db) == []
    [letter] = ask(db, "SELECT origin, subject, error_class, headers FROM dead_letters")
    assert letter == {
        "origin": "invalid",
        "subject": foreign.subject,
        "error_class": "WrongPublisher",
        "headers": {"user_id": "schakel-employers"},
    }
    assert [one["subject"] for one in receipts(db)] == [own.subject], "its owner never said it"


def test_an_attempt_stands_in_the_trace_of_what_was_parked(
    db: Database, retries: Retries, handler: Handler, traces: Traces
) -> None:
    trace_id, span_id = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
    body = written(new_subject(), traceparent=f"00-{trace_id}-{span_id}-01")
    park(db, arrival_of(ZWOLLE, unwrap(body)[0], body))
    handler.refusal = RuntimeError("no room for AM36")

    assert retries.look() == 1

    [attempt] = traces.all()
    assert (attempt.name, attempt.trace_id, attempt.parent_id) == ("retry", trace_id, span_id)
    assert (attempt.status, attempt.attributes["error.type"]) == ("ERROR", "RuntimeError")
    assert "no room" not in traces.text


def test_nothing_is_attempted_before_its_time(
    db: Database, retries: Retries, handler: Handler
) -> None:
    park(db, arrival(new_subject()), ago_seconds=0)

    assert retries.look() == 0
    assert handler.stored == []


def test_what_fails_again_waits_longer(db: Database, retries: Retries, handler: Handler) -> None:
    handler.refusal = RuntimeError("no room")
    park(db, arrival(new_subject()))

    for attempt in range(2, policy.PARKED_ATTEMPTS):
        before = clock.now()
        assert retries.look() == 1
        [row] = parked(db)
        assert row["attempts"] == attempt
        pause = (row["next_attempt_at"] - before).total_seconds()
        ceiling = policy.PARKED.ceiling(attempt)
        assert ceiling / 2 <= pause <= ceiling + 5
        come_due(db)
    assert dead(db) == []


@pytest.mark.parametrize(
    "refusal",
    [RuntimeError("no room"), QueryCanceled("took too long"), LockNotAvailable("waited too long")],
)
def test_one_that_fails_costs_only_itself(
    db: Database, retries: Retries, handler: Handler, refusal: Exception
) -> None:
    bad, good = arrival(new_subject()), arrival(new_subject())
    handler.refusal, handler.refused_subject = refusal, bad.subject
    park(db, bad)
    park(db, good)

    assert retries.look() == 2

    assert [row["subject"] for row in parked(db)] == [bad.subject]
    assert handler.stored == [(good.subject, 1)]


def test_what_was_overtaken_is_let_go(db: Database, retries: Retries, handler: Handler) -> None:
    subject = new_subject()
    park(db, arrival(subject, 1))
    with db.transaction() as cur:
        Applier("regions", handler).apply(cur, [arrival(subject, 2)], [], now=clock.now())

    retries.look()

    assert (handler.stored, parked(db)) == ([(subject, 2)], [])
    assert [one["sequence"] for one in receipts(db)] == [2, 2]


def test_what_is_parked_already_stays_as_it_is(db: Database) -> None:
    one = arrival(new_subject())
    park(db, one, RuntimeError("first"))
    park(db, one, RuntimeError("second"), ago_seconds=0)

    [row] = parked(db)
    assert (row["last_error"], row["attempts"]) == ("RuntimeError: first", 1)


def test_two_workers_never_attempt_the_same_message(
    db: Database, retries: Retries, handler: Handler
) -> None:
    park(db, arrival(new_subject()))
    with db.transaction() as cur:
        assert len(cur.execute("SELECT id FROM parked FOR UPDATE").fetchall()) == 1

        assert retries.look() == 0

    assert retries.look() == 1
    assert len(handler.stored) == 1
