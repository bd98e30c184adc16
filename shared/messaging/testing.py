# SPDX-License-Identifier: EUPL-1.2
"""Chaos aids, shipped so that anyone can check the promise: SCHAKEL_CHAOS names them.

`deliver-twice` hands every batch over twice, `shuffle` turns its order about. Both are refused
in production. For death at a named point see `shared.runtime.crash`.
"""

import random
from collections.abc import Iterator, Sequence
from typing import TypeVar

from shared.runtime import settings

T = TypeVar("T")


def disturbed(messages: Sequence[T]) -> Iterator[list[T]]:
    """Give the batch as it came, or as the chaos that was asked for leaves it."""
    chaos = settings().chaos
    batch = list(messages)
    if "shuffle" in chaos:
        random.shuffle(batch)
    yield batch
    if "deliver-twice" in chaos:
        yield batch
