# SPDX-License-Identifier: EUPL-1.2
"""What stands in the outbox goes out: packed, by one owner, and never forgotten."""

import psycopg
import pytest

from shared.contracts.reference import region_codes
from shared.messaging import journal, policy, relay, wire
from shared.runtime.db import connect
from tests.integration.messaging.post import BOTH, DRECHTSTEDEN, ZWOLLE, new_subject
from tests.integration.messaging.relays.running import (
    Running,
    owners,
    publish,
    relaying,
    taken,
    unsent,
)
from tests.integration.messaging.serving import ask
from tests.servers import PrivateBroker, ServiceDatabase
from tests.waiting import wait_until

AGAIN = """
INSERT INTO outbox (exchange, audience, subject, sequence, created_at)
SELECT exchange, audience, subject, sequence, created_at FROM outbox WHERE subject = %s RETURNING id
"""


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


def test_a_standby_sends_nothing(outbox: ServiceDatabase, topology: PrivateBroker) -> None:
    with connect(outbox.service_url, application_name="another relay") as session:
        session.execute(journal.QUERIES["take_ownership"])
        with relaying(outbox, topology) as standby:
            publish(outbox, new_subject())
            wait_until(lambda: len(standby.pauses) > 1)
            assert unsent(outbox) == 1


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
