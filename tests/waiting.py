# SPDX-License-Identifier: EUPL-1.2
"""Tests wait for facts, never for time."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

Fact = TypeVar("Fact")

FIRST_SECONDS, EVERY_SECONDS, FACTOR = 0.02, 0.2, 1.3


def wait_until(
    fact: Callable[[], Fact], seconds: float = 30.0, *, every: float = EVERY_SECONDS
) -> Fact:
    """Ask until the answer is true and give it; fail with the last answer when it never is.

    An assertion that fails inside the question counts as "not yet". It is asked less and less
    often, in the end every `every` seconds: who asks all the time holds up what is waited for.
    """
    until = time.monotonic() + seconds
    pause, interval = threading.Event(), FIRST_SECONDS
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
        pause.wait(interval)
        interval = min(interval * FACTOR, every)
