# SPDX-License-Identifier: EUPL-1.2
"""Queues that the broker does not serve are set aside for a while: they hold up no other.

A consumer sets aside a queue that nobody may consume, a relay whomever it has messages for that no
queue takes.
"""

import time
from collections.abc import Callable, Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import structlog

from shared.contracts.topology import Queue
from shared.messaging import policy

log = structlog.get_logger()


class QueueRefused(Exception):
    """The broker let nobody consume this queue: it is missing, or nothing leads it."""

    def __init__(self, queue: str, why: Exception) -> None:
        super().__init__(f"{queue}: {why}")
        self.queue = queue


@dataclass(slots=True)
class Aside:
    """What is set aside, how often each was refused, and until when; `measure` is told how many."""

    _measure: Callable[[int], object] = lambda _: None
    _refusals: dict[str, int] = field(default_factory=dict)
    _until: dict[str, float] = field(default_factory=dict)

    def put(self, name: str, why: str) -> None:
        """Set one aside, longer each time."""
        times = self._refusals.get(name, 0) + 1
        self._refusals[name] = times
        pause = policy.RECONNECT.after(times).total_seconds()
        self._until[name] = time.monotonic() + pause
        log.warning("queue_set_aside", error=why, times=times)
        self._measure(len(self._until))

    @property
    def names(self) -> list[str]:
        """Those that are not to be tried now."""
        now = time.monotonic()
        return [name for name, until in self._until.items() if until > now]

    @property
    def suspects(self) -> AbstractSet[str]:
        """Those that were refused, and not taken since."""
        return self._refusals.keys()

    def rest_of(self, queues: Mapping[str, Queue]) -> dict[str, Queue]:
        """Give the queues that are not set aside. Where all are, no queue is at fault: all."""
        kept = {name: one for name, one in queues.items() if name not in self._until}
        return kept or dict(queues)

    @property
    def due(self) -> list[str]:
        """Those whose time aside is over, so that they should be tried again."""
        now = time.monotonic()
        return [name for name, until in self._until.items() if until <= now]

    def taken(self, names: Collection[str]) -> None:
        """Note that these are served now."""
        for name in names if self._refusals else ():
            self._until.pop(name, None)
            self._refusals.pop(name, None)
        self._measure(len(self._until))
