# SPDX-License-Identifier: EUPL-1.2
"""A process dies at its worst moment, in the middle of a fan-out to 35 regions.

Each dies by SIGKILL at a point with a name, so that no fault is left to luck; `:n` is the n-th
passing of that point.
"""

from collections.abc import Callable
from functools import partial

import pytest

from tests.faults.proof import Proof
from tests.faults.storm import Storm
from tests.servers import RunningStack
from tests.waiting import wait_until

Storms = Callable[[int], Storm]
Check = Callable[[Storm], None]
DEATH_SECONDS = 30.0
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
        ("regions", "consumer.before-commit:4", 100),
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
