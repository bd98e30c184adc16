# SPDX-License-Identifier: EUPL-1.2
"""One user of the broker for each service: none reaches what belongs to another."""

from collections.abc import Callable, Iterator
from typing import Any

import amqp
import pytest
from kombu.connection import Connection

from shared.contracts.topology import (
    DEAD,
    LAST_NETS,
    LOGOUT_STREAM,
    QUEUES,
    RECIPIENTS,
    SERVICES,
    UNROUTED,
    nets_of,
    queues_of,
)
from tests.integration.messaging.serving import declare as declare_everything
from tests.servers import PrivateBroker

USERS = (*SERVICES, "gateway")
Channel = Any
Act = Callable[[Channel, str], object]


def read(channel: Channel, queue: str) -> object:
    """Take a message out of a queue."""
    return channel.basic_get(queue, no_ack=False)


def listen(channel: Channel, queue: str) -> object:
    """Be sent what comes into a queue."""
    return channel.basic_consume(queue)


def follow(channel: Channel, stream: str) -> object:
    """Be sent what a stream holds."""
    channel.basic_qos(0, 1, a_global=False)
    return channel.basic_consume(stream, arguments={"x-stream-offset": "first"})


def put(channel: Channel, queue: str) -> object:
    """Put a message straight into a queue."""
    return channel.basic_publish_confirm(amqp.Message("planted"), "", queue)


def declare(channel: Channel, queue: str) -> object:
    """Make a queue."""
    return channel.queue_declare(queue, durable=True, auto_delete=False)


def delete(channel: Channel, queue: str) -> object:
    """Throw away a queue."""
    return channel.queue_delete(queue)


def publish(channel: Channel, exchange: str) -> object:
    """Send a message to an exchange."""
    return channel.basic_publish_confirm(amqp.Message("planted"), exchange, "")


def redirect(channel: Channel, queue: str) -> object:
    """Have a queue get what goes to everybody."""
    return channel.queue_bind(queue, RECIPIENTS, "")


def foreign_queues(service: str) -> list[str]:
    """Name queues of others: of each its first and last, and those of its calls and answers."""
    own = {queue.name for queue in (*queues_of(service), *nets_of(service))}
    own |= {LOGOUT_STREAM.name} if service == LOGOUT_STREAM.service else set()
    firsts = {one.service: one.name for one in reversed(QUEUES)}
    lasts = {one.service: one.name for one in QUEUES}
    others = [other for other in USERS if other != service]
    calls = [name for one in others[:2] for name in (f"rpc-{one}", f"rpc.reply-{one}-0")]
    return sorted({*firsts.values(), *lasts.values(), LOGOUT_STREAM.name} - own) + calls


@pytest.fixture(scope="module")
def declared(broker: PrivateBroker) -> PrivateBroker:
    """Give a broker that has everything that the contracts name."""
    declare_everything(broker)
    return broker


@pytest.fixture
def opened(declared: PrivateBroker) -> Iterator[Callable[[str], Connection]]:
    """Give connections in the name of a service."""
    links: dict[str, Connection] = {}

    def link(service: str) -> Connection:
        if service not in links:
            links[service] = Connection(declared.url(f"schakel-{service}"))  # type: ignore[no-untyped-call]
        return links[service]

    yield link
    for one in links.values():
        one.release()  # type: ignore[no-untyped-call]


def refused(link: Connection, act: Act, name: str) -> bool:
    """Tell whether the broker refuses this user an act; it closes the channel over it."""
    try:
        act(link.channel(), name)  # type: ignore[no-untyped-call]
    except amqp.AccessRefused:
        return True
    except amqp.NotFound:
        return False
    return False


@pytest.mark.parametrize("service", USERS)
@pytest.mark.parametrize("act", [read, put, declare, delete, redirect])
def test_a_service_can_do_nothing_with_the_queues_of_another(
    service: str, act: Act, opened: Callable[[str], Connection]
) -> None:
    names = foreign_queues(service)

    reached = [name for name in names if not refused(opened(service), act, name)]

    assert len(names) > len(SERVICES)
    assert reached == []


@pytest.mark.parametrize("service", USERS)
def test_a_service_cannot_write_into_the_last_nets(
    service: str, opened: Callable[[str], Connection]
) -> None:
    link = opened(service)

    assert all(refused(link, publish, name) for name in (UNROUTED, DEAD, "amq.fanout"))
    assert all(refused(link, put, net.name) for net in LAST_NETS)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reads_its_own_queues_and_cannot_make_or_throw_them_away(
    service: str, opened: Callable[[str], Connection]
) -> None:
    own, link = f"{service}.receipts", opened(service)

    assert not refused(link, listen, own)
    assert refused(link, declare, own)
    assert refused(link, delete, own)


def test_a_gateway_reads_who_logged_out_and_can_take_nothing_back(
    opened: Callable[[str], Connection],
) -> None:
    stream, link = LOGOUT_STREAM.name, opened("gateway")

    assert not refused(link, follow, stream)
    assert all(refused(link, act, stream) for act in (put, declare, delete, redirect))
    with pytest.raises(amqp.AMQPNotImplementedError):
        link.channel().queue_purge(stream)  # type: ignore[no-untyped-call]


def test_nobody_enters_without_a_password_of_the_contracts(broker: PrivateBroker) -> None:
    right = broker.url("schakel-regions")
    for wrong in (
        right.replace("regions:", "employers:"),
        right.replace("schakel-regions", "guest"),
    ):
        with pytest.raises(amqp.AccessRefused):
            Connection(wrong).connect()  # type: ignore[no-untyped-call]
