# SPDX-License-Identifier: EUPL-1.2
"""An empty outbox, and a broker that takes what comes out of it, or does not."""

from collections.abc import Iterator

import pytest
from kombu.connection import Connection

from shared.contracts.reference import region_codes
from shared.messaging import wire
from tests.servers import PrivateBroker, ServiceDatabase, ServiceDatabases
from tests.waiting import wait_until


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


@pytest.fixture
def unbound(topology: PrivateBroker) -> Iterator[PrivateBroker]:
    """Have nothing bound for Zwolle nor for receipts, and no net under them."""
    with Connection(topology.url()) as link:  # type: ignore[no-untyped-call]
        for queue in ("unrouted", "regions.AM36", "agreements.receipts"):
            link.channel().queue_delete(queue)
    yield topology
    topology.apply_topology()
    with Connection(topology.url()) as link:  # type: ignore[no-untyped-call]
        link.channel().queue_purge("agreements.receipts")


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
