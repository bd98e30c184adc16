# SPDX-License-Identifier: EUPL-1.2
"""nameko's decorators, with their types: the one place where untyped code is let in."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from nameko.rpc import rpc as nameko_rpc

P = ParamSpec("P")
R = TypeVar("R")


def rpc(method: Callable[P, R]) -> Callable[P, R]:
    """Let other processes call this method by its name."""
    exposed: Any = nameko_rpc(method)
    typed: Callable[P, R] = exposed
    return typed
