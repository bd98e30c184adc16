# SPDX-License-Identifier: EUPL-1.2
"""Looks after a consumer's queues beside its work: a broker may take seconds to answer."""

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence

import eventlet
import structlog

from shared.contracts.topology import Queue
from shared.messaging import metrics, policy, wire
from shared.messaging.aside import Aside, QueueRefused
from shared.messaging.intake import Raw
from shared.messaging.link import Link

log = structlog.get_logger()
Take = Callable[[Sequence[Raw]], None]


class Lookout:
    """Which of its queues a process should consume now, and whether the broker knows that it does.

    What is set aside is tried again. And the broker is asked whom it has for each of the others:
    a queue that was made anew may have told no consumer that the old one is gone, or know one that
    gets nothing of it, because the channel takes what comes for what came before.
    """

    def __init__(self, name: str, url: str, queues: Mapping[str, Queue], take: Take) -> None:
        self._name = name
        self._url = url
        self._queues = queues
        self._take = take
        self._aside = Aside(metrics.CONSUMER_QUEUES_ASIDE.set)
        self._link: Link | None = None
        self._forgotten = False
        self._asked_at = 0.0
        self._looking = eventlet.spawn(lambda: None)

    @property
    def queues(self) -> dict[str, Queue]:
        """Those to consume now; where all are set aside, no queue is at fault: all."""
        return self._aside.rest_of(self._queues)

    @property
    def leaves_none(self) -> bool:
        """Tell whether every queue is set aside, so that it is the broker that cannot serve."""
        return self.queues.keys() == self._queues.keys()

    def refused(self, refused: QueueRefused) -> None:
        """Set a queue aside that the broker does not serve."""
        self._aside.put(refused.queue, str(refused))

    def begin(self, link: Link) -> None:
        """Note that the broker took a consumer for each queue of a link."""
        self._aside.taken(link.served)
        self._link = link
        self._forgotten = False
        self._asked_at = time.monotonic()

    def end(self) -> None:
        """Note that consumers are leaving: a look under way finds none, and none is forgotten."""
        self._link = None

    def approves(self) -> bool:
        """Tell whether what was begun still is right; a look that is due happens meanwhile."""
        if self._looking.dead:
            if due := self._aside.due:
                self._looking = eventlet.spawn(self._try_again, due)
            elif time.monotonic() - self._asked_at > policy.FORGOTTEN_SECONDS:
                self._looking = eventlet.spawn(self._ask_broker, self._link)
        served = self._link.served if self._link else ()
        return not self._forgotten and self.queues.keys() == set(served)

    def _try_again(self, names: Sequence[str]) -> None:
        for name in names:
            try:
                with wire.connected(self._url, self._name) as broker:
                    Link(broker, {name: self._queues[name]}, self._take, prefetch=1)
            except QueueRefused as refused:
                self.refused(refused)
            except wire.BrokerAway:
                return
            else:
                self._aside.taken([name])

    def _ask_broker(self, link: Link) -> None:
        self._asked_at = time.monotonic()
        with contextlib.suppress(*wire.BrokerAway), wire.connected(self._url, self._name) as broker:
            for name in link.served:
                if _is_unserved(broker, name, link) and link is self._link:
                    log.warning("consumer_forgotten", queue=name)
                    self._forgotten = True


def _is_unserved(broker: wire.Broker, queue: str, link: Link) -> bool:
    found = wire.look_at(broker, queue)
    if found is None or found.consumer_count == 0:
        return True
    # Where others consume, too, it may be their turn: every queue has one active consumer.
    alone = found.consumer_count == 1
    return link.goes_without(queue, waits=alone and found.message_count > 0)
