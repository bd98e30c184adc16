# SPDX-License-Identifier: EUPL-1.2
"""How a method of a service says what it applies."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from nameko.extensions import Entrypoint

from shared.messaging.consumer import BatchConsumer
from shared.messaging.gate import Arrival, StoredHashes
from shared.runtime import Cursor


class Consumes(Entrypoint):  # type: ignore[misc]
    """A method that applies a batch of arrivals of one event type."""

    consumer = BatchConsumer()

    def __init__(self, event_type: str, **kwargs: Any) -> None:  # noqa: ANN401
        self.event_type = event_type
        super().__init__(**kwargs)

    def setup(self) -> None:
        """Join the service's one consumer."""
        self.consumer.register_provider(self)

    def stop(self) -> None:
        """Leave it, once it has finished the batch in hand."""
        self.consumer.finish()
        self.consumer.unregister_provider(self)


Consuming = Callable[[Any, Cursor, Sequence[Arrival], datetime], StoredHashes]


def consumes(event_type: str) -> Callable[[Consuming], Consuming]:
    """Let a method apply the arrivals of one event type, in the transaction of their batch.

    It gets (cursor, arrivals, now), the arrivals being newer than what their recipients
    applied before, and gives the hash of what it stored for each (recipient, subject). It
    raises Awaiting where something must arrive first.
    """
    decorate: Callable[[Consuming], Consuming] = Consumes.decorator(event_type)
    return decorate
