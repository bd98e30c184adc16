# SPDX-License-Identifier: EUPL-1.2
"""What stands in the outbox goes out: packed, by one owner, and never forgotten."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from kombu.connection import Connection
from psycopg.rows import dict_row

from shared.contracts import unwrap
from shared.contracts.reference import region_codes
from shared.messaging import duties, journal, metrics, policy, relay, wire
from shared.messaging.journal import QUERIES
from shared.messaging.relay import Relay
from shared.runtime.db import connect
from tests.integration.messaging.post import (
    BOTH,
    DRECHTSTEDEN,
    NOW,
    ZWOLLE,
    new_subject,
    outgoing,
)
from tests.integration.messaging.serving import leaderless, unserved
from tests.servers import PrivateBroker, ServiceDatabase, ServiceDatabases
from tests.waiting import wait_until

Row = dict[str, Any]
STOP_SECONDS = 30.0
AGAIN = """
INSERT INTO outbox (exchange, audience, subject, sequence, created_at)
SELECT exchange, audience, subject, sequence, created_at FROM outbox WHERE subject = %s RETURNING id
"""
NOTICES = """
INSERT INTO outbox (exchange, routing_key, body, created_at)
SELECT 'notices', 'receipts.agreements', '{}', now() FROM generate_series(1, %s) RETURNING id
"""
WAITING = "SELECT 1 FROM outbox WHERE exchange = 'notices' AND sent_at IS NULL"


@pytest.fixture(scope="module")
def topology(broker: PrivateBroker) -> PrivateBroker:
    """Give a broker that has everything that the contracts name."""
    broker.apply_topology()
    return broker


@pytest.fixture
def outbox(databases: ServiceDatabases, topology: PrivateBroker) -> ServiceDatabase:
    """Give an empty outbox, and empty queues for what comes out of it."""
    with Connection(topology.url()) as link:  # type: ignore[no-untyped-call]
        channel = link.channel()
        for code in region_codes():
            channel.queue_purge(f"regions.{code}")
    return databases.fresh("agreements")


class Running:
    """A relay in a thread of this process, that one may watch and stop."""

    def __init__(self, database_url: str, amqp_url: str) -> None:
        self._stop = threading.Event()
        self.pauses: list[float] = []
        self.turns = 0
        running = Relay("agreements", database_url=database_url, amqp_url=amqp_url)
        self._thread = threading.Thread(target=running.run, args=[self._keep_on, self._pause])
        self._thread.start()

    def _keep_on(self) -> bool:
        self.turns += 1
        return not self._stop.is_set()

    def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self._stop.wait(seconds)

    def stop(self) -> None:
        """Stop it as a service does."""
        self._stop.set()
        self._thread.join(STOP_SECONDS)
        assert not self._thread.is_alive()


@contextmanager
def relaying(outbox: ServiceDatabase, broker: PrivateBroker) -> Iterator[Running]:
    """Run a relay for the length of a block."""
    running = Running(outbox.service_url, broker.url("schakel-agreements"))
    try:
        yield running
    finally:
        running.stop()


def publish(database: ServiceDatabase, *subjects: str, audience: frozenset[str] = BOTH) -> None:
    """Publish a state of each subject, in one transaction."""
    with (
        connect(database.service_url, application_name="tests") as connection,
        connection.transaction(),
        connection.cursor() as cur,
    ):
        journal.publish(cur, [outgoing(one, audience) for one in subjects], now=NOW)


def ask(database: ServiceDatabase, question: str, *values: object) -> list[Row]:
    """Ask the database itself, as its owner."""
    with psycopg.connect(database.owner_url, row_factory=dict_row, autocommit=True) as connection:
        return connection.execute(question.encode(), values).fetchall()


def unsent(database: ServiceDatabase) -> int:
    """Count the states that wait in the outbox."""
    [row] = ask(
        database,
        "SELECT count(*) AS rows FROM outbox WHERE sent_at IS NULL AND sequence IS NOT NULL",
    )
    count: int = row["rows"]
    return count


def taken(broker: PrivateBroker, queue: str) -> list[list[tuple[str, int]]]:
    """Take every message from a queue: the subjects and sequences in each."""
    found: list[list[tuple[str, int]]] = []

    def take(message: Any) -> None:  # noqa: ANN401 - py-amqp's message
        body = message.body.encode() if isinstance(message.body, str) else bytes(message.body)
        found.append([(one.subject or "", one.sequence or 0) for one in unwrap(body)])

    with Connection(broker.url()) as link:  # type: ignore[no-untyped-call]
        channel = link.channel()
        waiting = channel.queue_declare(queue, passive=True).message_count
        channel.basic_consume(queue, no_ack=True, callback=take)
        while len(found) < waiting:
            link.drain_events(timeout=5)
    return found


def test_a_state_goes_to_its_audience_and_to_nobody_else(
    outbox: ServiceDatabase, topology: PrivateBroker
) -> None:
    subject = new_subject()
    with relaying(outbox, topology):
        publish(outbox, subject)
        wait_until(lambda: unsent(outbox) == 0)

    held = {code: taken(topology, f"regions.{code}") for code in region_codes()}
    assert {code for code, messages in held.items() if messages} == BOTH
    assert held[ZWOLLE] == held[DRECHTSTEDEN] == [[(subject, 1)]]
    [row] = ask(outbox, "SELECT sent_at FROM journal WHERE subject = %s", subject)
    assert row["sent_at"] is not None


def test_a_state_for_all_reaches_every_queue(
    outbox: ServiceDatabase, topology: PrivateBroker
) -> None:
    subject = new_subject()
    publish(outbox, subject, audience=frozenset(region_codes()))
    with relaying(outbox, topology):
        wait_until(lambda: unsent(outbox) == 0)

    held = [taken(topology, f"regions.{code}") for code in region_codes()]
    assert held == [[[(subject, 1)]]] * len(region_codes())


def test_states_for_the_same_audience_travel_in_one_message(
    outbox: ServiceDatabase, topology: PrivateBroker
) -> None:
    many = [new_subject() for _ in range(policy.PACK.messages + 1)]
    alone = new_subject()
    publish(outbox, *many)
    publish(outbox, alone, audience=frozenset({ZWOLLE}))
    with relaying(outbox, topology):
        wait_until(lambda: unsent(outbox) == 0)

    messages = taken(topology, "regions.AM36")
    assert sorted(len(one) for one in messages) == [1, 1, policy.PACK.messages]
    assert sorted(one for message in messages for one in message) == sorted(
        (subject, 1) for subject in [*many, alone]
    )


def test_what_stands_twice_in_the_outbox_for_the_same_region_goes_out_once(
    outbox: ServiceDatabase, topology: PrivateBroker
) -> None:
    """The watchdog and a comparison may both send again what has not left."""
    subject, other = new_subject(), new_subject()
    alone = frozenset({ZWOLLE})
    publish(outbox, subject, other, audience=alone)
    ask(outbox, AGAIN, subject)

    with relaying(outbox, topology):
        wait_until(lambda: unsent(outbox) == 0)

    [message] = taken(topology, f"regions.{ZWOLLE}")
    assert sorted(message) == sorted([(subject, 1), (other, 1)])


def test_a_pack_is_bounded_in_bytes() -> None:
    row = {"exchange": "recipients", "routing_key": "", "audience": [], "type": ""}
    body = b"x" * (policy.PACK.bytes // 2)
    rows = [{**row, "id": number, "body": body} for number in range(5)]

    assert [len(one) for one in relay.pack(rows)] == [2, 2, 1]


def test_one_relay_owns_an_outbox_and_another_takes_over_when_its_session_dies(
    outbox: ServiceDatabase, topology: PrivateBroker, postgres: str
) -> None:
    first, second = new_subject(), new_subject()
    with relaying(outbox, topology), relaying(outbox, topology):
        owner = wait_until(lambda: owners(outbox))
        publish(outbox, first)
        wait_until(lambda: unsent(outbox) == 0)
        assert owners(outbox) == owner

        with psycopg.connect(postgres) as admin:
            admin.execute("SELECT pg_terminate_backend(%s)", owner)

        wait_until(lambda: owners(outbox) not in ([], owner))
        publish(outbox, second)
        wait_until(lambda: unsent(outbox) == 0)

    assert taken(topology, "regions.AM36") == [[(first, 1)], [(second, 1)]]


def owners(database: ServiceDatabase) -> list[int]:
    """Give the sessions that own the outbox."""
    question = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"
    found = [row["pid"] for row in ask(database, question)]
    assert len(found) <= 1
    return found


def test_a_standby_sends_nothing(outbox: ServiceDatabase, topology: PrivateBroker) -> None:
    with connect(outbox.service_url, application_name="another relay") as session:
        session.execute(journal.QUERIES["take_ownership"])
        with relaying(outbox, topology) as standby:
            publish(outbox, new_subject())
            wait_until(lambda: len(standby.pauses) > 1)
            assert unsent(outbox) == 1


def test_what_no_queue_wants_lands_in_the_net(
    outbox: ServiceDatabase, topology: PrivateBroker
) -> None:
    subject = new_subject()
    with Connection(topology.url()) as link:  # type: ignore[no-untyped-call]
        link.channel().queue_delete("regions.AM36")
    try:
        publish(outbox, subject, audience=frozenset({ZWOLLE}))
        with relaying(outbox, topology):
            wait_until(lambda: unsent(outbox) == 0)
        assert taken(topology, "unrouted") == [[(subject, 1)]]
    finally:
        topology.apply_topology()


@pytest.fixture
def unbound(topology: PrivateBroker) -> Iterator[PrivateBroker]:
    """Have nothing bound for Zwolle nor for receipts, and no net under them."""
    with Connection(topology.url()) as link:  # type: ignore[no-untyped-call]
        for queue in ("unrouted", "regions.AM36", "agreements.receipts"):
            link.channel().queue_delete(queue)
    yield topology
    topology.apply_topology()


def test_what_comes_back_waits_until_everything_is_bound_again(
    outbox: ServiceDatabase, unbound: PrivateBroker
) -> None:
    """No message is to blame for a broker that is not laid out, whatever others take meanwhile."""
    subject = new_subject()
    returns = metrics.OUTBOX_PUBLISHED_TOTAL.labels("returned")._value
    enough = returns.get() + policy.DEFINITE_FAILURES
    publish(outbox, subject, audience=frozenset({ZWOLLE}))

    def came_back_often_while_others_were_taken() -> bool:
        publish(outbox, new_subject(), audience=frozenset({DRECHTSTEDEN}))
        return bool(returns.get() > enough)

    with relaying(outbox, unbound):
        wait_until(came_back_often_while_others_were_taken)
        assert ask(outbox, "SELECT 1 FROM outbox WHERE attempts > 0") == []
        unbound.apply_topology()
        wait_until(lambda: unsent(outbox) == 0)

    assert taken(unbound, "regions.AM36") == [[(subject, 1)]]
    assert taken(unbound, "unrouted") == []


def test_notices_that_come_back_hold_up_no_state(
    outbox: ServiceDatabase, unbound: PrivateBroker
) -> None:
    """However many they are: a window would be full of them."""
    subject = new_subject()
    ask(outbox, NOTICES, policy.WINDOW + 1)
    publish(outbox, subject, audience=frozenset({DRECHTSTEDEN}))

    with relaying(outbox, unbound):
        wait_until(lambda: unsent(outbox) == 0)
        assert taken(unbound, "regions.AM23") == [[(subject, 1)]]
        assert len(ask(outbox, WAITING)) == policy.WINDOW + 1
        unbound.apply_topology()
        wait_until(lambda: ask(outbox, WAITING) == [])


@pytest.fixture
def full_queue(topology: PrivateBroker) -> Iterator[str]:
    """Have Zwolle's queue refuse whatever comes."""
    policy_of = ("-p", "schakel", "full")
    topology.ctl(
        "set_policy", *policy_of, "^regions.AM36$", '{"max-length": 1}', "--apply-to", "queues"
    )
    filler = wire.Message("", "regions.AM36", {}, b"[]", "text/plain")
    with wire.connected(topology.url(), "tests") as link:
        wait_until(lambda: wire.Publisher(link).send([filler], patience_seconds=5) == ["nacked"])
    yield "regions.AM36"
    topology.ctl("clear_policy", *policy_of)


def test_what_is_refused_for_good_is_blocked_and_only_that(
    outbox: ServiceDatabase, topology: PrivateBroker, full_queue: str
) -> None:
    refused, other = new_subject(), new_subject()
    assert full_queue == "regions.AM36"
    publish(outbox, refused, audience=frozenset({ZWOLLE}))

    def blocked_beside_others() -> list[Row]:
        publish(outbox, other, audience=frozenset({DRECHTSTEDEN}))
        return ask(
            outbox,
            "SELECT subject, attempts, blocked_reason FROM outbox WHERE blocked_reason IS NOT NULL",
        )

    with relaying(outbox, topology):
        [row] = wait_until(blocked_beside_others, 30)
        wait_until(lambda: ask(outbox, "SELECT 1 FROM outbox WHERE sent_at IS NOT NULL"))

    assert row == {
        "subject": refused,
        "attempts": policy.DEFINITE_FAILURES,
        "blocked_reason": f"nacked {policy.DEFINITE_FAILURES} times",
    }
    assert {one for message in taken(topology, "regions.AM23") for one, _ in message} == {other}


def test_a_broker_that_refuses_everything_blocks_nothing(
    outbox: ServiceDatabase, topology: PrivateBroker, full_queue: str
) -> None:
    subject = new_subject()
    publish(outbox, subject, audience=frozenset({ZWOLLE}))

    refusals = metrics.OUTBOX_PUBLISHED_TOTAL.labels("nacked")._value
    enough = refusals.get() + policy.DEFINITE_FAILURES

    with relaying(outbox, topology):
        wait_until(lambda: refusals.get() > enough, 30)
        assert [(one["unsent"], one["blocked_reason"]) for one in states_in(outbox)] == [
            (True, None)
        ]
        with wire.connected(topology.url(), "tests") as link:
            link.channel().queue_purge(full_queue)
        wait_until(lambda: not states_in(outbox)[0]["unsent"], 20)


def test_what_was_refused_is_listed_and_goes_out_when_it_is_released(
    outbox: ServiceDatabase, topology: PrivateBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duties, "_rhythm", lambda: ((duties.measure, 0.0),))
    publish(outbox, new_subject(), audience=frozenset({ZWOLLE}))
    ask(
        outbox,
        "UPDATE outbox SET blocked_reason = 'nacked 5 times', attempts = 5"
        " WHERE sequence IS NOT NULL RETURNING id",
    )

    with relaying(outbox, topology):
        wait_until(lambda: metrics.OUTBOX_BLOCKED_ROWS.collect()[0].samples[0].value == 1)
        [released] = ask(outbox, QUERIES["release_blocked"])
        wait_until(lambda: ask(outbox, "SELECT 1 FROM outbox WHERE sent_at IS NOT NULL"))
        wait_until(lambda: metrics.OUTBOX_BLOCKED_ROWS.collect()[0].samples[0].value == 0)

    assert ask(outbox, QUERIES["release_blocked"]) == []
    assert released["id"]
    assert len(taken(topology, "regions.AM36")) == 1


def states_in(database: ServiceDatabase) -> list[Row]:
    """Give the outbox rows of states, with what became of them."""
    return ask(
        database,
        "SELECT audience, sent_at IS NULL AS unsent, blocked_reason FROM outbox"
        " WHERE sequence IS NOT NULL",
    )


def test_a_state_that_stays_unconfirmed_is_sent_to_each_recipient_by_itself(
    outbox: ServiceDatabase, topology: PrivateBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = new_subject()
    # Without patience no confirm comes in time; the third try may take its time.
    monkeypatch.setattr(policy, "CONFIRM_SECONDS", 0)
    publish(outbox, subject)
    with relaying(outbox, topology):
        wait_until(lambda: len(states_in(outbox)) == 2)
        monkeypatch.setattr(policy, "CONFIRM_SECONDS", 10)
        wait_until(lambda: [row["unsent"] for row in states_in(outbox)].count(False) == 2)

    found = states_in(outbox)
    assert sorted((row["audience"], row["unsent"]) for row in found) == [
        ([DRECHTSTEDEN], False),
        ([ZWOLLE], False),
    ]
    assert {row["blocked_reason"] for row in found} == {None}


def test_a_queue_that_nothing_leads_holds_up_no_other(
    outbox: ServiceDatabase, topology: PrivateBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "CONFIRM_SECONDS", 1)
    stuck = new_subject()
    with relaying(outbox, topology) as running:
        with unserved(topology, "regions.AM36"):
            publish(outbox, stuck, audience=frozenset({ZWOLLE}))
            for _ in range(5):
                publish(outbox, new_subject(), audience=frozenset({DRECHTSTEDEN}))
                wait_until(lambda: unsent(outbox) == 1)
            assert [row["audience"] for row in states_in(outbox) if row["unsent"]] == [[ZWOLLE]]
            assert running.pauses == []
        wait_until(lambda: unsent(outbox) == 0, 30)

    assert {one for message in taken(topology, "regions.AM36") for one in message} == {(stuck, 1)}


def test_a_queue_that_answers_nothing_holds_up_no_other(
    outbox: ServiceDatabase, topology: PrivateBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "CONFIRM_SECONDS", 2)
    all_regions = frozenset(region_codes())
    stuck, wide = new_subject(), [new_subject() for _ in range(3)]
    with relaying(outbox, topology) as running:
        with leaderless(topology, "regions.AM36"):
            publish(outbox, stuck, audience=frozenset({ZWOLLE}))
            publish(outbox, *wide, audience=all_regions)
            for _ in range(20):
                publish(outbox, new_subject(), audience=frozenset({DRECHTSTEDEN}))

            def only_the_mute_one_waits() -> bool:
                waiting = [row["audience"] for row in states_in(outbox) if row["unsent"]]
                return len(waiting) == 4 and set(map(tuple, waiting)) == {(ZWOLLE,)}

            wait_until(only_the_mute_one_waits, 60)
            pauses = len(running.pauses)
            publish(outbox, wide[0], audience=all_regions)
            wait_until(lambda: unsent(outbox) == 5 and len(states_in(outbox)) > 5)
            assert len(running.pauses) == pauses
        wait_until(lambda: unsent(outbox) == 0, 30)

    there = {one for message in taken(topology, "regions.AM36") for one in message}
    assert there == {(stuck, 1), (wide[0], 2), *((subject, 1) for subject in wide)}


def test_the_relay_waits_longer_and_longer_for_a_broker_that_is_away(
    outbox: ServiceDatabase,
) -> None:
    running = Running(outbox.service_url, "pyamqp://nobody:x@127.0.0.1:1/schakel")
    try:
        wait_until(lambda: len(running.pauses) >= 3, 20)
    finally:
        running.stop()

    first, _, third = running.pauses[:3]
    assert first <= policy.RECONNECT.ceiling(1)
    assert third >= policy.RECONNECT.ceiling(3) / 2


def test_an_idle_relay_keeps_its_connection(
    outbox: ServiceDatabase, topology: PrivateBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "HEARTBEAT_SECONDS", 1)
    with relaying(outbox, topology) as running:
        wait_until(lambda: owners(outbox))
        # An idle turn takes a second: after these, two heartbeats unread would have been missed.
        idle = running.turns
        wait_until(lambda: running.turns > idle + 4)
        publish(outbox, new_subject())
        wait_until(lambda: unsent(outbox) == 0)

    assert running.pauses == []


def test_asking_for_a_missing_queue_costs_no_channel(topology: PrivateBroker) -> None:
    with wire.connected(topology.url("schakel-agreements"), "tests") as link:
        publisher = wire.Publisher(link)

        assert {publisher.is_empty("regions.AM99") for _ in range(20)} == {False}
        assert publisher.is_empty("regions.AM30")

        assert len(link.connection.channels) <= 3
