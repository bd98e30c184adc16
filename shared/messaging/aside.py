# SPDX-License-Identifier: EUPL-1.2
"""Queues that the broker does not serve are set aside for a while: they hold up no other."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import structlog

from shared.contracts.topology import Queue
from shared.messaging import metrics, policy

log = structlog.get_logger()


class QueueRefused(Exception):
    """The broker let nobody consume this queue: it is missing, or nothing leads it."""

    def __init__(self, queue: str, why: Exception) -> None:
        super().__init__(f"{queue}: {why}")
        self.queue = queue


@dataclass(slots=True)
class Aside:
    """Which queues are set aside, how often each was refused, and until when."""

    _refusals: dict[str, int] = field(default_factory=dict)
    _until: dict[str, float] = field(default_factory=dict)

    def put(self, refused: QueueRefused) -> None:
        """Set a queue aside, longer each time."""
        times = self._refusals.get(refused.queue, 0) + 1
        self._refusals[refused.queue] = times
        pause = policy.RECONNECT.after(times).total_seconds()
        self._until[refused.queue] = time.monotonic() + pause
        log.warning("queue_set_aside", error=str(refused), times=times)
        self._measure()

    def rest_of(self, queues: Mapping[str, Queue]) -> dict[str, Queue]:
        """Give the queues to try now. Where all are refused no queue is at fault: all are tried."""
        now = time.monotonic()
        kept = {name: one for name, one in queues.items() if self._until.get(name, 0) <= now}
        return kept or dict(queues)

    def over(self) -> bool:
        """Tell whether a queue that was set aside should be tried again."""
        return any(until <= time.monotonic() for until in self._until.values())

    def taken(self, queues: Collection[str]) -> None:
        """Note that these are consumed now."""
        for name in queues:
            self._until.pop(name, None)
            self._refusals.pop(name, None)
        self._measure()

    def _measure(self) -> None:
        metrics.CONSUMER_QUEUES_ASIDE.set(len(self._until))
