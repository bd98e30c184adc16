# SPDX-License-Identifier: EUPL-1.2
"""Tests wait for facts, never for time."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

Fact = TypeVar("Fact")

INTERVAL_SECONDS = 0.02


def wait_until(
    fact: Callable[[], Fact], seconds: float = 30.0, *, every: float = INTERVAL_SECONDS
) -> Fact:
    """Ask until the answer is true and give it; fail with the last answer when it never is.

    An assertion that fails inside the question counts as "not yet".
    """
    until = time.monotonic() + seconds
    pause = threading.Event()
    while True:
        answer: object
        try:
            answer = found = fact()
            if found:
                return found
        except AssertionError as not_yet:
            answer = not_yet
        if time.monotonic() > until:
            message = f"not so after {seconds:g} s: {answer!r}"
            raise AssertionError(message)
        pause.wait(every)
