# SPDX-License-Identifier: EUPL-1.2
"""The clock of a campaign goes on by itself, as far off as it was put."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.chaos.clock import SteppedClock
from tests.waiting import wait_until

NEARLY = timedelta(minutes=1)


@pytest.fixture
def clock(tmp_path: Path) -> Iterator[SteppedClock]:
    """Give a clock that goes."""
    going = SteppedClock(tmp_path / "clock")
    yield going
    going.close()


def shown(clock: SteppedClock) -> datetime:
    return datetime.fromisoformat(clock.file.read_text(encoding="utf-8"))


def test_clock_goes_on_by_itself(clock: SteppedClock) -> None:
    before = shown(clock)

    wait_until(lambda: shown(clock) > before)

    assert abs(shown(clock) - datetime.now(UTC)) < NEARLY


@pytest.mark.parametrize("days", [3, -3])
def test_clock_that_was_put_ahead_or_back_goes_on_from_there(
    clock: SteppedClock, days: int
) -> None:
    clock.put(timedelta(days=days))

    wait_until(lambda: abs(shown(clock) - datetime.now(UTC) - timedelta(days=days)) < NEARLY)

    before = shown(clock)
    wait_until(lambda: shown(clock) > before)
