# SPDX-License-Identifier: EUPL-1.2
"""The broker or the database goes away in the middle of a fan-out, or the broker forgets all."""

import signal
from collections.abc import Callable

import psutil
import pytest
from kombu.connection import Connection

from shared.contracts.topology import QUEUES
from shared.messaging import topology
from tests.faults.storm import Storm
from tests.servers import RunningStack

Storms = Callable[[int], Storm]
Check = Callable[[Storm], None]
Fault = Callable[[RunningStack], None]

ALL_OF_IT = 100


def broker_restarted(stack: RunningStack) -> None:
    """Stop the broker in order and start it again."""
    stack.restart("broker")


def broker_killed(stack: RunningStack) -> None:
    """Kill the broker with -9; the supervisor starts it again."""
    stack.kill("broker")
    stack.wait_ready("broker")


def postgres_restarted(stack: RunningStack) -> None:
    """Stop the database at once, as a crash would, and start it again."""
    pid = stack.pids["postgres"]
    server = psutil.Process(pid)
    server.send_signal(signal.SIGQUIT)
    server.wait(30)
    stack.wait_ready("postgres")


def postgres_killed(stack: RunningStack) -> None:
    """Kill the database with -9; the supervisor starts it again, and it recovers."""
    stack.kill("postgres")
    stack.wait_ready("postgres")


def queues_purged(stack: RunningStack) -> None:
    """Throw away everything that every queue holds."""
    with Connection(stack.amqp_url()) as link:  # type: ignore[no-untyped-call]
        channel = link.channel()
        for queue in QUEUES:
            channel.queue_purge(queue.name)


def queues_deleted(stack: RunningStack) -> None:
    """Delete every queue with what it holds, and declare them anew, empty."""
    with Connection(stack.amqp_url()) as link:  # type: ignore[no-untyped-call]
        channel = link.channel()
        for queue in QUEUES:
            channel.queue_delete(queue.name)
    topology.apply(stack.amqp_url("schakel-topology"))


@pytest.mark.parametrize(
    ("fault", "agreements"),
    [
        (broker_restarted, ALL_OF_IT),
        pytest.param(broker_killed, 20, marks=pytest.mark.nightly),
        (postgres_restarted, ALL_OF_IT),
        (postgres_killed, 20),
        (queues_purged, ALL_OF_IT),
        (queues_deleted, 20),
    ],
)
def test_server_that_fails_loses_and_repeats_nothing(
    stack: RunningStack,
    storm: Storms,
    assert_all_delivered: Check,
    fault: Fault,
    agreements: int,
) -> None:
    raging = storm(agreements)

    with raging.raging():
        raging.wait_for(publications=agreements // 4)
        fault(stack)

    assert_all_delivered(raging)


def test_everything_in_flight_lost_at_once_is_sent_again(
    stack: RunningStack, storm: Storms, assert_all_delivered: Check
) -> None:
    """With the regions down all is in the queues; purged there, only the ledger still knows."""
    raging = storm(20)
    stack.stop("regions")
    with raging.raging():
        pass
    queues_purged(stack)

    stack.start("regions")

    assert_all_delivered(raging)
