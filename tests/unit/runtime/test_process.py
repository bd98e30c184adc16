# SPDX-License-Identifier: EUPL-1.2
"""A process tells how long something held up all the rest of it."""

import time

import eventlet

from shared.runtime import process


def busy(seconds: float) -> None:
    """Hold on to the processor, as a long computation does: nothing else of the process runs."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


def test_what_holds_up_the_process_shows_in_its_figures() -> None:
    process._tick()
    before = process.HUB_BLOCK_SECONDS._sum.get()

    eventlet.spawn(busy, 0.4)
    process._tick()

    assert 0.2 < process.HUB_BLOCK_SECONDS._sum.get() - before < 30
