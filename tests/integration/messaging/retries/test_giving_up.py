# SPDX-License-Identifier: EUPL-1.2
"""What waits is given its time, and what is given up is given up loudly."""

import math
from datetime import timedelta

import orjson
import pytest

from shared.contracts import NewerMajor, unwrap
from shared.messaging import Awaiting, duties, letters, metrics, policy
from shared.messaging.apply import Applier
from shared.messaging.letters import Letter, Parked
from shared.messaging.retries import Retries
from shared.runtime import Database, SubjectFrozen, clock
from tests.integration.messaging.post import NOW, ZWOLLE, arrival, new_subject, written
from tests.integration.messaging.retries.parking import (
    QUEUE,
    Handler,
    Row,
    ask,
    come_due,
    dead,
    of_publisher,
    park,
    parked,
    receipts,
)


def test_what_is_given_up_keeps_who_published_it(
    db: Database, retries: Retries, handler: Handler
) -> None:
    park(db, of_publisher("schakel-agreements"))
    come_due(db, attempts=policy.PARKED_ATTEMPTS)
    handler.refusal = RuntimeError("no room")

    assert retries.look() == 1

    [letter] = ask(db, "SELECT origin, headers FROM dead_letters")
    assert letter == {"origin": "exhausted", "headers": {"user_id": "schakel-agreements"}}


def test_after_the_last_attempt_it_is_a_dead_letter_and_its_owner_hears_so(
    db: Database, retries: Retries, handler: Handler
) -> None:
    handler.refusal = RuntimeError("no room")
    one = arrival(new_subject(), 2)
    park(db, one)
    come_due(db, attempts=policy.PARKED_ATTEMPTS - 1)

    retries.look()

    assert parked(db) == []
    [letter] = dead(db)
    assert (letter["origin"], letter["error"]) == ("exhausted", "no room")
    assert (letter["recipient"], letter["queue"]) == (ZWOLLE, QUEUE)
    assert orjson.loads(bytes(letter["body"])) == orjson.loads(one.message)
    [told] = receipts(db)
    assert (told["sequence"], told["outcome"]) == (2, "refused")
    assert "no room" in told["reason"]


def test_an_error_without_words_is_given_up_like_any_other(
    db: Database, retries: Retries, handler: Handler
) -> None:
    handler.refusal = KeyError()
    park(db, arrival(new_subject()))
    come_due(db, attempts=policy.PARKED_ATTEMPTS - 1)

    assert retries.look() == 1

    [told] = receipts(db)
    assert (told["outcome"], told["reason"]) == ("refused", "KeyError")


def test_what_waits_for_something_is_tried_when_something_was_applied(
    db: Database, retries: Retries, handler: Handler
) -> None:
    waiting = arrival(new_subject())
    park(db, waiting, Awaiting("its agreement"), ago_seconds=0)
    park(db, arrival(new_subject()), RuntimeError("no room"), ago_seconds=0)
    assert retries.look() == 0

    with db.transaction() as cur:
        Applier("regions", handler).apply(cur, [arrival(new_subject())], [], now=clock.now())

    assert retries.look() == 1
    assert handler.stored[-1] == (waiting.subject, 1)
    assert [row["reason"] for row in parked(db)] == ["retry"]


def test_being_tried_early_uses_up_no_attempt(
    db: Database, retries: Retries, handler: Handler
) -> None:
    """A busy service applies something all the time; that must not wear out what waits."""
    waiting = arrival(new_subject())
    handler.refusal, handler.refused_subject = Awaiting("its agreement"), waiting.subject
    park(db, waiting, Awaiting("its agreement"), ago_seconds=0)

    for _ in range(3 * policy.PARKED_ATTEMPTS):
        with db.transaction() as cur:
            Applier("regions", handler).apply(cur, [arrival(new_subject())], [], now=clock.now())
        assert retries.look() == 1

    assert dead(db) == []
    handler.refusal = None
    come_due(db)
    retries.look()
    assert (waiting.subject, 1) in handler.stored


def newer(subject: str) -> bytes:
    """Give a state in a version that nobody here can read yet."""
    event = orjson.loads(written(subject))
    return orjson.dumps({**event, "type": event["type"].replace(".v1", ".v2")})


def park_newer(db: Database, body: bytes, subject: str) -> None:
    """Park a state that only an upgrade will read."""
    one = Parked(QUEUE, ZWOLLE, subject, 1, "schema", body, "newer")
    with db.transaction() as cur:
        letters.park(cur, [one], now=clock.now() - timedelta(hours=1))


def test_what_only_an_upgrade_will_read_is_never_given_up(db: Database, retries: Retries) -> None:
    subject = new_subject()
    body = newer(subject)
    with pytest.raises(NewerMajor):
        unwrap(body)
    park_newer(db, body, subject)
    come_due(db, attempts=100 * policy.PARKED_ATTEMPTS)

    assert retries.look() == 1

    [row] = parked(db)
    assert (row["reason"], bytes(row["body"]), dead(db)) == ("schema", body, [])


def test_what_the_upgrade_cannot_read_either_is_buried_and_stops_nobody(
    db: Database, retries: Retries, handler: Handler
) -> None:
    subject, other = new_subject(), arrival(new_subject())
    park_newer(db, b'{"type": "nobody.knows"}', subject)
    park(db, other)
    come_due(db, attempts=policy.PARKED_ATTEMPTS - 1)

    assert retries.look() == 2

    assert parked(db) == []
    assert [(one["origin"], one["subject"]) for one in dead(db)] == [("exhausted", subject)]
    assert handler.stored == [(other.subject, 1)]


@pytest.mark.parametrize(
    "headers", [{"a\x00": "b\x00", "c": b"d"}, {"half": "\ud800"}, {"when": NOW, "nan": math.nan}]
)
def test_a_letter_is_kept_whatever_stands_in_it(db: Database, headers: Row) -> None:
    """PostgreSQL does not take every text; a letter must not be lost for that."""
    odd = Letter("broker", "q\x00\ud800", b"\x00", "Odd", "a\x00b", headers=headers)
    with db.transaction() as cur:
        letters.bury(cur, [odd, odd], now=clock.now())

    [row] = ask(db, "SELECT queue, body, error, times FROM dead_letters")
    assert (row["queue"], row["error"]) == ("q\ufffd?", "a\ufffdb")
    assert (bytes(row["body"]), row["times"]) == (b"\x00", 2)


@pytest.mark.parametrize("waits", [Awaiting("not here"), SubjectFrozen("a recipient is ahead")])
def test_what_waits_is_given_up_by_its_age_and_not_by_a_count(
    db: Database, retries: Retries, handler: Handler, waits: Exception
) -> None:
    young, old = arrival(new_subject()), arrival(new_subject())
    handler.refusal = waits
    park(db, young, waits, ago_seconds=policy.AWAITING_FOR.total_seconds() - 60)
    park(db, old, waits, ago_seconds=policy.AWAITING_FOR.total_seconds() + 60)
    come_due(db, attempts=5 * policy.PARKED_ATTEMPTS)

    retries.look()

    assert [row["subject"] for row in parked(db)] == [young.subject]
    assert [row["subject"] for row in ask(db, "SELECT subject FROM dead_letters")] == [old.subject]


def test_what_waited_long_and_fails_then_has_all_its_attempts(
    db: Database, retries: Retries, handler: Handler
) -> None:
    park(db, arrival(new_subject()), Awaiting("not here"))
    come_due(db, attempts=5 * policy.PARKED_ATTEMPTS)
    handler.refusal = RuntimeError("no room")

    retries.look()

    [row] = parked(db)
    assert (row["reason"], row["attempts"]) == ("retry", 1)


def test_how_much_is_parked_and_since_when_is_told(db: Database) -> None:
    one = arrival(new_subject(), 1)
    later = arrival(new_subject(), 1)
    with db.transaction() as cur:
        for waiting, since in ((one, timedelta(hours=2)), (later, timedelta(hours=1))):
            parked = Parked.of(QUEUE, waiting, Awaiting("its agreement is not here"))
            letters.park(cur, [parked], now=clock.now() - since)

    with db.transaction() as cur:
        duties.measure_parked(cur.connection, clock.now())

    rows, ages = metrics.PARKED_ROWS, metrics.PARKED_OLDEST_AGE_SECONDS
    assert rows.labels("awaiting")._value.get() == 2
    assert 7200 <= ages.labels("awaiting")._value.get() < 7260
    assert ages.labels("retry")._value.get() == 0
