# SPDX-License-Identifier: EUPL-1.2
"""Strikes against the two servers: they are stopped, killed, or lose what they hold."""

import signal

import psutil
from kombu.connection import Connection

from shared.contracts.topology import QUEUES
from shared.messaging import topology
from tests.servers import RunningStack


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
