# SPDX-License-Identifier: EUPL-1.2
"""SIGTERM: every process leaves by itself, in time, whatever it is doing; nothing is lost."""

import time
from collections.abc import Callable

import psutil
import pytest

from tests.faults.conftest import PROGRAMS
from tests.faults.storm import Storm
from tests.servers import RunningStack

# Two or three by itself; a machine that is shared gets some more.
IDLE_SECONDS = 10.0
BUSY_SECONDS = 25.0


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
    storm: Callable[[int], Storm],
    assert_all_delivered: Callable[[Storm], None],
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
