# SPDX-License-Identifier: EUPL-1.2
"""The consumer as it runs in `regions`: chaos changes nothing, and a bad message costs itself."""

from collections.abc import Callable

import orjson
import psycopg
import pytest
from kombu.connection import Connection

from services.cli.stack import ports
from shared.contracts import content_hash
from shared.contracts.topology import DEAD
from shared.messaging import topology
from tests.integration.messaging.post import (
    DRECHTSTEDEN,
    ZWOLLE,
    data_of,
    new_subject,
    written,
)
from tests.integration.messaging.serving import (
    Row,
    ask,
    declare,
    leaderless,
    metric,
    post,
    serving,
    silent,
    unserved,
    withhold,
)
from tests.servers import PrivateBroker, ServiceDatabase
from tests.waiting import wait_until

CLOSED, OPEN = 0, 1
BAD = "Hier is geen plaats voor"
# What a handler cannot store: a fault of this service, not of the message.
NO_ROOM = f"""
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF convert_from(NEW.content, 'UTF8') LIKE '%{BAD}%' THEN
        RAISE EXCEPTION 'no room';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON region_agreements
FOR EACH ROW EXECUTE FUNCTION no_room()
"""
WITNESS = """
CREATE TABLE written_to (id bigint GENERATED ALWAYS AS IDENTITY, agreement_id text, sequence int);
CREATE FUNCTION witness() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO written_to (agreement_id, sequence) VALUES (NEW.agreement_id, NEW.sequence);
    RETURN NULL;
END
$$;
CREATE TRIGGER witness AFTER INSERT OR UPDATE ON region_agreements
FOR EACH ROW EXECUTE FUNCTION witness()
"""


@pytest.fixture
def regions(database: Callable[[str], ServiceDatabase], broker: PrivateBroker) -> ServiceDatabase:
    """Give an empty database of the regions, and empty queues."""
    declare(broker)
    with Connection(broker.url()) as link:  # type: ignore[no-untyped-call]
        for queue in (f"regions.{ZWOLLE}", f"regions.{DRECHTSTEDEN}", DEAD):
            link.channel().queue_purge(queue)
    return database("regions")


def held(database: ServiceDatabase, region: str = ZWOLLE) -> dict[str, tuple[int, str]]:
    """Give what a region holds: sequence and hash by subject."""
    found = ask(
        database,
        "SELECT agreement_id, sequence, hash FROM region_agreements WHERE region = %s",
        region,
    )
    return {f"agreement/{row['agreement_id']}": (row["sequence"], row["hash"]) for row in found}


def parked(database: ServiceDatabase) -> list[Row]:
    """Give what is parked."""
    return ask(database, "SELECT subject, queue, reason, body, last_error FROM parked")


def test_a_queue_that_cannot_be_served_when_the_service_starts_holds_up_no_other(
    regions: ServiceDatabase, broker: PrivateBroker
) -> None:
    subject = new_subject()

    with unserved(broker, f"regions.{ZWOLLE}"), serving("regions", regions, broker):
        post(broker, [written(subject, 1)], [DRECHTSTEDEN])

        wait_until(lambda: subject in held(regions, DRECHTSTEDEN), 30)


def test_a_queue_that_can_be_served_no_more_holds_up_no_other_and_is_taken_up_again(
    regions: ServiceDatabase, broker: PrivateBroker
) -> None:
    first, second = new_subject(), new_subject()

    with serving("regions", regions, broker):
        with unserved(broker, f"regions.{ZWOLLE}"):
            post(broker, [written(first, 1)], [DRECHTSTEDEN])
            wait_until(lambda: first in held(regions, DRECHTSTEDEN), 30)
        post(broker, [written(second, 1)], [ZWOLLE])

        wait_until(lambda: second in held(regions, ZWOLLE), 30)


@pytest.mark.nightly
def test_a_queue_that_answers_nothing_holds_up_no_other(
    regions: ServiceDatabase, broker: PrivateBroker
) -> None:
    subject = new_subject()

    with silent(broker, f"regions.{ZWOLLE}"), serving("regions", regions, broker):
        post(broker, [written(subject, 1)], [DRECHTSTEDEN])

        # For half a minute the broker holds on to the connection that asked in vain.
        wait_until(lambda: subject in held(regions, DRECHTSTEDEN), 90)


def test_a_queue_that_is_made_anew_in_silence_is_taken_up_again(
    regions: ServiceDatabase, broker: PrivateBroker
) -> None:
    subject = new_subject()

    with serving("regions", regions, broker):
        with leaderless(broker, f"regions.{ZWOLLE}"):
            pass
        post(broker, [written(subject, 1)], [ZWOLLE])

        wait_until(lambda: subject in held(regions, ZWOLLE), 60)


def test_a_queue_that_was_well_and_is_made_anew_is_taken_up_again(
    regions: ServiceDatabase, broker: PrivateBroker
) -> None:
    first, second = new_subject(), new_subject()

    with serving("regions", regions, broker):
        post(broker, [written(first, 1)], [ZWOLLE])
        wait_until(lambda: first in held(regions, ZWOLLE), 30)
        topology.renew(broker.url("schakel-topology"), f"regions.{ZWOLLE}")
        post(broker, [written(second, 1)], [ZWOLLE])

        wait_until(lambda: second in held(regions, ZWOLLE), 30)


def test_a_queue_that_gives_its_consumer_nothing_is_taken_up_again(
    regions: ServiceDatabase, broker: PrivateBroker
) -> None:
    subject = new_subject()

    with serving("regions", regions, broker):
        withhold(broker, f"regions.{ZWOLLE}")
        post(broker, [written(subject, 1)], [ZWOLLE])

        wait_until(lambda: subject in held(regions, ZWOLLE), 90)


def test_a_queue_that_is_missing_holds_up_no_other(
    regions: ServiceDatabase, broker: PrivateBroker
) -> None:
    subject = new_subject()

    with serving("regions", regions, broker):
        with Connection(broker.url()) as link:  # type: ignore[no-untyped-call]
            link.channel().queue_delete(f"regions.{ZWOLLE}")
        post(broker, [written(subject, 1)], [DRECHTSTEDEN])

        wait_until(lambda: subject in held(regions, DRECHTSTEDEN), 30)
        declare(broker)


def test_one_bad_message_of_a_batch_costs_only_itself_and_heals(
    regions: ServiceDatabase, broker: PrivateBroker
) -> None:
    ask(regions, NO_ROOM)
    good, bad = [new_subject() for _ in range(30)], new_subject()
    bodies = [written(subject) for subject in good]
    bodies.insert(15, written(bad, title=BAD))
    post(broker, bodies, [ZWOLLE])

    with serving("regions", regions, broker, SCHAKEL_RETRY_SECONDS="5"):
        wait_until(lambda: len(held(regions)) == len(good))
        [row] = wait_until(lambda: parked(regions))
        assert (row["subject"], row["queue"], row["reason"]) == (bad, "regions.AM36", "retry")
        assert "no room" in row["last_error"]
        assert orjson.loads(bytes(row["body"]))["subject"] == bad

        ask(regions, "DROP TRIGGER no_room ON region_agreements")
        ask(regions, "UPDATE parked SET next_attempt_at = first_parked_at")
        wait_until(lambda: held(regions).get(bad) == (1, content_hash(data_of(bad, BAD))))
        wait_until(lambda: parked(regions) == [])


def test_what_fails_for_good_is_given_up_and_its_owner_hears_so(
    regions: ServiceDatabase, broker: PrivateBroker
) -> None:
    ask(regions, NO_ROOM)
    bad = new_subject()
    with serving("regions", regions, broker, SCHAKEL_RETRY_SECONDS="0.001"):
        post(broker, [written(bad, title=BAD)], [ZWOLLE])
        [letter] = wait_until(
            lambda: ask(regions, "SELECT origin, subject, queue FROM dead_letters"), 30
        )

    assert letter == {"origin": "exhausted", "subject": bad, "queue": "regions.AM36"}
    [told] = ask(regions, "SELECT body FROM outbox WHERE routing_key = 'receipts.agreements'")
    [receipt] = orjson.loads(bytes(told["body"]))["data"]["receipts"]
    assert (receipt["subject"], receipt["outcome"]) == (bad, "refused")


def test_chaos_applies_nothing_twice_and_nothing_older_over_newer(
    regions: ServiceDatabase, broker: PrivateBroker
) -> None:
    ask(regions, WITNESS)
    subjects = [new_subject() for _ in range(10)]
    bodies = [
        written(subject, sequence, title=f"Versie {sequence}")
        for sequence in (2, 1, 5, 3, 4, 5)
        for subject in subjects
    ]
    newest = (5, {one: content_hash(data_of(one, "Versie 5")) for one in subjects})

    with serving("regions", regions, broker, SCHAKEL_CHAOS="deliver-twice,shuffle"):
        post(broker, bodies, [ZWOLLE])
        expected = {one: (newest[0], newest[1][one]) for one in subjects}
        wait_until(lambda: held(regions) == expected)
        post(broker, bodies, [ZWOLLE])
        marker = new_subject()
        post(broker, [written(marker)], [ZWOLLE])
        wait_until(lambda: marker in held(regions))

    assert {one: held(regions)[one] for one in subjects} == expected
    writes = ask(
        regions,
        "SELECT sequence, lag(sequence) OVER (PARTITION BY agreement_id ORDER BY id) AS before "
        "FROM written_to",
    )
    assert all(row["before"] is None or row["before"] < row["sequence"] for row in writes)


def test_the_same_state_again_is_answered_with_what_the_gate_holds(
    regions: ServiceDatabase, broker: PrivateBroker
) -> None:
    """A receipt that was lost is said again; a recipient that is ahead says so."""
    subject = new_subject()
    with serving("regions", regions, broker):
        for sequence, told in ((7, 2), (7, 4), (3, 6)):
            post(broker, [written(subject, sequence)], [ZWOLLE, DRECHTSTEDEN])
            wait_until(lambda told=told: len(receipts(regions)) == told)

    assert sorted(receipts(regions)) == [(DRECHTSTEDEN, 7)] * 3 + [(ZWOLLE, 7)] * 3


def receipts(database: ServiceDatabase) -> list[tuple[str, int]]:
    """Give every receipt that was said: recipient and sequence."""
    told = ask(database, "SELECT body FROM outbox WHERE routing_key = 'receipts.agreements'")
    bodies = [orjson.loads(bytes(row["body"])) for row in told]
    return [
        (one["recipient"], one["sequence"]) for body in bodies for one in body["data"]["receipts"]
    ]


def test_what_no_queue_wants_becomes_a_dead_letter(
    database: Callable[[str], ServiceDatabase], broker: PrivateBroker
) -> None:
    declare(broker)
    subject = new_subject()
    owner = database("agreements")
    with serving("agreements", owner, broker):
        post(broker, [written(subject)], ["AM99"])
        [letter] = wait_until(
            lambda: ask(owner, "SELECT origin, queue, body FROM dead_letters"), 10
        )

    assert (letter["origin"], letter["queue"]) == ("broker", "unrouted")
    assert orjson.loads(bytes(letter["body"]))["subject"] == subject


def test_a_database_that_is_away_costs_no_delivery(
    regions: ServiceDatabase, broker: PrivateBroker, postgres: str
) -> None:
    """The breaker opens: what waits stays the broker's, and its delivery limit is not used up."""
    subject = new_subject()
    with serving("regions", regions, broker):
        with psycopg.connect(postgres, autocommit=True) as admin:
            admin.execute("ALTER DATABASE schakel_regions ALLOW_CONNECTIONS false")
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = 'schakel_regions'"
            )
            try:
                post(broker, [written(subject)], [ZWOLLE])
            finally:
                admin.execute("ALTER DATABASE schakel_regions ALLOW_CONNECTIONS true")
        wait_until(lambda: subject in held(regions), 30)

    with Connection(broker.url()) as link:  # type: ignore[no-untyped-call]
        dead = link.channel().queue_declare(DEAD, passive=True)
    assert dead.message_count == 0


def test_the_breaker_closes_by_itself_where_nothing_comes(
    regions: ServiceDatabase, broker: PrivateBroker, postgres: str
) -> None:
    port = ports.choose(["admin"], {})["admin"]

    def breaker() -> float:
        return metric(port, "schakel_breaker_state")

    with serving("regions", regions, broker, SCHAKEL_ADMIN_PORT=str(port)):
        assert breaker() == CLOSED
        with psycopg.connect(postgres, autocommit=True) as admin:
            admin.execute("ALTER DATABASE schakel_regions ALLOW_CONNECTIONS false")
            try:
                admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = 'schakel_regions'"
                )
                # Whoever connects anew asks the database before it takes any message.
                broker.ctl("close_all_connections", "--vhost", "schakel", "tests")
                wait_until(lambda: breaker() == OPEN, 30)
            finally:
                admin.execute("ALTER DATABASE schakel_regions ALLOW_CONNECTIONS true")

        wait_until(lambda: breaker() == CLOSED, 30)
