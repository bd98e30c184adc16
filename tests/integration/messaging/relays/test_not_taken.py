# SPDX-License-Identifier: EUPL-1.2
"""What no queue takes, or the broker refuses, waits or is put aside, and holds up no other."""

import pytest
from kombu.connection import Connection

from shared.contracts.reference import region_codes
from shared.messaging import duties, metrics, policy, wire
from shared.messaging.journal import QUERIES
from tests.integration.messaging.post import DRECHTSTEDEN, ZWOLLE, new_subject
from tests.integration.messaging.relays.running import (
    publish,
    relaying,
    states_in,
    taken,
    unsent,
)
from tests.integration.messaging.serving import Row, ask, leaderless, unserved
from tests.servers import PrivateBroker, ServiceDatabase
from tests.waiting import wait_until

NOTICES = """
INSERT INTO outbox (exchange, routing_key, body, created_at)
SELECT 'notices', 'receipts.agreements', '{}', now() FROM generate_series(1, %s) RETURNING id
"""
WAITING = "SELECT 1 FROM outbox WHERE exchange = 'notices' AND sent_at IS NULL"


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
