# SPDX-License-Identifier: EUPL-1.2
"""The broker or the database goes away in the middle of a fan-out, or the broker forgets all."""

from collections.abc import Callable

import pytest

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

Storms = Callable[[int], Storm]
Check = Callable[[Storm], None]
Fault = Callable[[RunningStack], None]

ALL_OF_IT = 100


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
