# SPDX-License-Identifier: EUPL-1.2
"""nameko's decorators, with their types: the one place where untyped code is let in."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import eventlet
from eventlet.greenthread import GreenThread

from shared.runtime.callqueues import Callee

P = ParamSpec("P")
R = TypeVar("R")


def rpc(method: Callable[P, R]) -> Callable[P, R]:
    """Let other processes call this method by its name."""
    exposed: Any = Callee.decorator(method)
    typed: Callable[P, R] = exposed
    return typed


def wait_for(thread: GreenThread, seconds: float) -> bool:
    """Wait for a green thread to end, but no longer; tell whether it did."""
    ended: list[bool] = []
    with eventlet.Timeout(seconds, False):  # noqa: FBT003 - False: the time-out is silent
        thread.wait()
        ended.append(True)
    return bool(ended)
