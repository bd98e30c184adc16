# SPDX-License-Identifier: EUPL-1.2
"""Named points at which a test may have a process killed, so that no fault is left to luck."""

import os
import signal
from collections import Counter

from shared.runtime.config import settings

_passed: Counter[str] = Counter()


def crash_point(name: str) -> None:
    """Die here by SIGKILL when SCHAKEL_CRASH_AT says `name` or `name:n` (the n-th passing)."""
    wanted = settings().crash_at
    if wanted is None:
        return
    _passed[name] += 1
    point, _, nth = wanted.partition(":")
    if point == name and _passed[name] == int(nth or 1):
        os.kill(os.getpid(), signal.SIGKILL)
