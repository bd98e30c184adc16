# SPDX-License-Identifier: EUPL-1.2
"""Something dies, stops or forgets in the middle of a fan-out to 35 regions; nothing is lost.

A process dies by SIGKILL at a point with a name, so that no fault is left to luck (`:n` is the n-th
passing of that point), or leaves at SIGTERM, in time; a server is killed, stopped or emptied. One
stack stands it all: each test leaves it as it was.
"""

import time
from collections.abc import Callable
from functools import partial

import psutil
import pytest

from tests.faults.conftest import PROGRAMS
from tests.faults.proof import Proof
from tests.faults.storm import Storm
from tests.faults.strikes import (
    broker_killed,
    broker_restarted,
    postgres_killed,
    postgres_restarted,
    queues_deleted,
    queues_purged,
)
from tests.servers import RunningStack
from tests.waiting import wait_until

Storms = Callable[[int], Storm]
Check = Callable[[Storm], None]
Fault = Callable[[RunningStack], None]

DEATH_SECONDS = 60.0
# Two or three by itself; a machine that is shared gets some more.
IDLE_SECONDS = 10.0
BUSY_SECONDS = 25.0
# Services that keep a copy of what each agreement offers.
KEEPERS = ("placements", "providers")
nightly = partial(pytest.param, marks=pytest.mark.nightly)


def die_in(stack: RunningStack, service: str, point: str, storm: Storm) -> None:
    """Let a service die at a point of the storm, and come back healthy."""
    stack.stop(service)
    stack.start_doomed(service, point)
    with storm.raging():
        wait_until(lambda: stack.restarts(service), DEATH_SECONDS)
    stack.wait_ready(service)
    assert stack.restarts(service) == 1


@pytest.mark.parametrize(
    ("service", "point", "agreements"),
    [
        ("agreements", "relay.after-publish:4", 100),
        ("agreements", "relay.after-confirm:4", 20),
        nightly("regions", "relay.after-publish:3", 20),
        nightly("regions", "relay.after-confirm:3", 20),
        ("regions", "consumer.after-receive:4", 20),
        ("regions", "consumer.before-commit:4", 20),
        nightly("regions", "consumer.before-commit:4", 100),
        ("regions", "consumer.before-ack:4", 20),
        ("agreements", "consumer.after-receive:2", 20),
        ("agreements", "consumer.before-commit:2", 20),
        ("agreements", "consumer.before-ack:2", 20),
        ("agreements", "call.before-commit:20", 20),
        ("agreements", "call.after-commit:20", 20),
    ],
)
def test_death_at_a_named_point_loses_and_repeats_nothing(
    stack: RunningStack,
    storm: Storms,
    assert_all_delivered: Check,
    service: str,
    point: str,
    agreements: int,
) -> None:
    raging = storm(agreements)

    die_in(stack, service, point, raging)

    assert_all_delivered(raging)


@pytest.mark.parametrize("name", ["gateway", "agreements", "regions"])
def test_death_at_any_moment_loses_and_repeats_nothing(
    stack: RunningStack, storm: Storms, assert_all_delivered: Check, name: str
) -> None:
    raging = storm(20)

    with raging.raging():
        raging.wait_for(publications=5)
        stack.kill(name)
        stack.wait_ready(name)

    assert_all_delivered(raging)


def test_witnesses_see_every_write(
    storm: Storms, proof: Proof, assert_all_delivered: Check
) -> None:
    """They prove nothing unless they see something: without a fault, each copy is written once."""
    raging = storm(4)
    with raging.raging():
        pass

    assert_all_delivered(raging)
    assert proof.writes(raging) >= 35 * raging.size
    assert [proof.writes(raging, one) >= raging.size for one in KEEPERS] == [True, True]


@pytest.mark.parametrize(
    ("fault", "agreements"),
    [
        (broker_restarted, 20),
        nightly(broker_restarted, 100),
        nightly(broker_killed, 20),
        (postgres_restarted, 20),
        nightly(postgres_restarted, 100),
        (postgres_killed, 20),
        (queues_purged, 20),
        nightly(queues_purged, 100),
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


def leave(stack: RunningStack, *names: str) -> tuple[dict[str, int], float]:
    """Ask programs to leave, side by side; give their exit statuses and how long it took."""
    kept = {name: stack.stack.supervisor.kept[name].process for name in names}
    started = time.monotonic()
    stack.stop(*names)
    seconds = time.monotonic() - started
    return {name: process.wait(0) for name, process in kept.items() if process}, seconds


@pytest.mark.parametrize("name", PROGRAMS)
def test_idle_process_leaves_at_once(stack: RunningStack, name: str) -> None:
    statuses, seconds = leave(stack, name)

    assert statuses == {name: 0}
    assert seconds < IDLE_SECONDS


@pytest.mark.parametrize("name", PROGRAMS)
def test_busy_process_leaves_in_time_and_loses_nothing(
    stack: RunningStack,
    storm: Storms,
    assert_all_delivered: Check,
    name: str,
) -> None:
    raging = storm(20)

    with raging.raging():
        raging.wait_for(publications=5)
        statuses, seconds = leave(stack, name)
        stack.start(name)

    assert statuses == {name: 0}
    assert seconds < BUSY_SECONDS
    assert_all_delivered(raging)


def test_processes_leave_in_time_while_the_database_is_away(stack: RunningStack) -> None:
    stack.stop("postgres")

    statuses, seconds = leave(stack, *PROGRAMS)
    stack.start("postgres")

    assert statuses == dict.fromkeys(PROGRAMS, 0)
    assert seconds < BUSY_SECONDS


def test_processes_leave_in_time_while_the_broker_is_away(stack: RunningStack) -> None:
    stack.stop("broker")

    _, seconds = leave(stack, *PROGRAMS)
    stack.start("broker")

    assert seconds < BUSY_SECONDS


@pytest.mark.nightly
def test_processes_leave_in_time_while_the_broker_is_frozen(stack: RunningStack) -> None:
    """A frozen broker closes nothing and answers nothing."""
    broker = psutil.Process(stack.pids["broker"])
    programs = [broker, *broker.children(recursive=True)]
    for program in programs:
        program.suspend()
    try:
        _, seconds = leave(stack, *PROGRAMS)
    finally:
        for program in programs:
            program.resume()

    assert seconds < BUSY_SECONDS
