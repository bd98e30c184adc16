# SPDX-License-Identifier: EUPL-1.2
"""What could not be applied gets its next attempts, and is given up loudly."""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from psycopg.errors import LockNotAvailable, QueryCanceled

from shared.contracts import NewerMajor, unwrap
from shared.messaging import Arrival, Awaiting, StoredHashes, duties, letters, metrics, policy
from shared.messaging.apply import Applier
from shared.messaging.intake import arrival_of
from shared.messaging.letters import Letter, Parked
from shared.messaging.retries import Retries
from shared.runtime import Cursor, Database, SubjectFrozen, clock
from shared.runtime.db import connect, open_pool
from tests.integration.messaging.post import NOW, ZWOLLE, arrival, new_subject, written
from tests.servers import ServiceDatabase, ServiceDatabases
from tests.traces import Traces

QUEUE = "regions.AM36"
Row = dict[str, Any]


class Handler:
    """A consuming method that refuses as told, and else stores what comes."""

    def __init__(self) -> None:
        self.refusal: Exception | None = None
        self.refused_subject: str | None = None
        self.stored: list[tuple[str, int]] = []

    def __call__(
        self, type_: str, cur: Cursor, arrivals: Sequence[Arrival], now: datetime
    ) -> StoredHashes:
        """Store, or refuse."""
        del type_, cur, now
        for one in arrivals:
            if self.refusal is not None and self.refused_subject in {None, one.subject}:
                raise self.refusal
        self.stored += [(one.subject, one.sequence) for one in arrivals]
        return {one.key: one.hash for one in arrivals}


@pytest.fixture(scope="module")
def regions_database(databases: ServiceDatabases) -> ServiceDatabase:
    """Give one database of a recipient to all tests of this file."""
    return databases.fresh("regions")


@pytest.fixture
def db(regions_database: ServiceDatabase) -> Iterator[Database]:
    """Give a database where nothing is parked, given up or on its way."""
    with connect(regions_database.owner_url, application_name="tests") as owner:
        owner.execute("TRUNCATE parked, dead_letters, outbox, gate CASCADE")
    database = Database()
    database.pool = open_pool(regions_database.service_url, size=3, name="tests")
    yield database
    database.pool.close()


@pytest.fixture
def handler() -> Handler:
    """Give a consuming method that takes everything."""
    return Handler()


@pytest.fixture
def retries(db: Database, handler: Handler) -> Retries:
    """Give the retry worker."""
    return Retries(db, Applier("regions", handler))


def ask(db: Database, question: str, *values: object) -> list[Row]:
    """Ask, or tell, the database itself."""
    with db.transaction() as cur:
        done = cur.execute(question.encode(), values)
        return done.fetchall() if done.description else []


def park(
    db: Database, one: Arrival, error: Exception | None = None, *, ago_seconds: float = 3600
) -> None:
    """Park an arrival, so long ago."""
    error = error or RuntimeError("no room")
    then = clock.now() - timedelta(seconds=ago_seconds)
    with db.transaction() as cur:
        letters.park(cur, [Parked.of(QUEUE, one, error)], now=then)


def parked(db: Database) -> list[Row]:
    """Give what is parked."""
    return ask(
        db,
        "SELECT subject, sequence, reason, attempts, next_attempt_at, last_error, body "
        "FROM parked ORDER BY id",
    )


def come_due(db: Database, attempts: int | None = None) -> None:
    """Let the time of everything parked come, perhaps after so many attempts."""
    question = "UPDATE parked SET next_attempt_at = %s, attempts = coalesce(%s, attempts)"
    ask(db, question, clock.now() - timedelta(minutes=1), attempts)


def dead(db: Database) -> list[Row]:
    """Give what was given up."""
    return ask(
        db, "SELECT origin, subject, sequence, recipient, queue, error, body FROM dead_letters"
    )


def receipts(db: Database) -> list[Row]:
    """Give the receipts on their way to the owner of agreements."""
    found = ask(db, "SELECT body FROM outbox WHERE routing_key = 'receipts.agreements' ORDER BY id")
    notices = [unwrap(bytes(row["body"]))[0].data for row in found]
    return [one for notice in notices for one in notice["receipts"]]


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


def of_publisher(publisher: str) -> Arrival:
    """Give a state that this user of the broker published."""
    body = written(new_subject())
    return arrival_of(ZWOLLE, unwrap(body)[0], body, publisher)


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


def test_what_is_given_up_keeps_who_published_it(
    db: Database, retries: Retries, handler: Handler
) -> None:
    park(db, of_publisher("schakel-agreements"))
    come_due(db, attempts=policy.PARKED_ATTEMPTS)
    handler.refusal = RuntimeError("no room")

    assert retries.look() == 1

    [letter] = ask(db, "SELECT origin, headers FROM dead_letters")
    assert letter == {"origin": "exhausted", "headers": {"user_id": "schakel-agreements"}}


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


def test_two_workers_never_attempt_the_same_message(
    db: Database, retries: Retries, handler: Handler
) -> None:
    park(db, arrival(new_subject()))
    with db.transaction() as cur:
        assert len(cur.execute("SELECT id FROM parked FOR UPDATE").fetchall()) == 1

        assert retries.look() == 0

    assert retries.look() == 1
    assert len(handler.stored) == 1


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
