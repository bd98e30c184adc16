# SPDX-License-Identifier: EUPL-1.2
"""Connections to a broker of several nodes, of which some are away."""

import time

import pytest

from services.cli.stack import ports
from services.cli.stack.broker import FREE_MB, address
from shared.messaging import wire
from tests.servers import PrivateBroker

NOBODY = address("nobody", "nothing", 1)


def test_any_node_that_answers_will_do_and_none_that_is_away_is_waited_for(
    broker: PrivateBroker,
) -> None:
    url = f"{NOBODY};{broker.url()};{NOBODY}"
    began = time.monotonic()

    for _ in range(5):
        with wire.connected(url, "tests") as link:
            assert link.connection.connected

    assert time.monotonic() - began < 10


def test_broker_is_away_when_none_of_its_nodes_answers() -> None:
    closed = ports.choose(["one", "two"], {})
    url = ";".join(address("nobody", "nothing", port) for port in closed.values())

    with pytest.raises(wire.BrokerAway), wire.connected(url, "tests"):
        pass


def test_patience_ends_although_the_broker_goes_on_to_say_that_it_is_there(
    broker: PrivateBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A queue without a quorum confirms nothing, and nothing is wrong with the connection."""
    monkeypatch.setattr(wire, "HEARTBEAT_SECONDS", 2)
    with wire.connected(broker.url(), "tests") as link:
        queue = link.channel().queue_declare(exclusive=True).queue
        publisher = wire.Publisher(link)
        publisher._channel.events["basic_ack"].clear()
        began = time.monotonic()
        message = wire.Message("", queue, {}, b"[]", "application/json")

        assert publisher.send([message], patience_seconds=3) == ["unconfirmed"]

        assert time.monotonic() - began < 10


def test_publisher_knows_that_the_broker_has_no_disk_and_goes_on_when_it_has(
    broker: PrivateBroker,
) -> None:
    with wire.connected(broker.url(), "tests") as link:
        queue = link.channel().queue_declare(exclusive=True).queue
        publisher = wire.Publisher(link)
        message = wire.Message("", queue, {}, b"[]", "application/json")
        broker.ctl("set_disk_free_limit", "1000000GB")
        try:
            assert publisher.send([message], patience_seconds=3) == ["unconfirmed"]
            assert publisher.blocked
        finally:
            broker.ctl("set_disk_free_limit", f"{FREE_MB}MB")
        publisher.renew()
        assert publisher.send([message], patience_seconds=10) == ["confirmed"]
        assert not publisher.blocked
