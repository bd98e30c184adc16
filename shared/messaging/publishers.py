# SPDX-License-Identifier: EUPL-1.2
"""Whose word an event is: only its owner's, as the broker tells who published it.

RabbitMQ refuses a message whose `user_id` is not the user of its connection. Any service may write
to the exchange of all recipients, so each recipient looks who it was.
"""

from collections.abc import Mapping

from shared.contracts import EVENTS, Event
from shared.contracts.topology import QUEUES
from shared.messaging.gate import Arrival
from shared.messaging.notices import RECEIPTS
from shared.runtime.admission import PREFIX

USER = "user_id"
"""Under this name a dead letter keeps who published it, beside the headers of its message."""

LOOKED_AT = "*"
"""Stands for who published what an older release kept without a name: it looked when that came."""

_ANYBODY = "*"
_OWNERS: Mapping[str, str] = {
    **{kind.name.rpartition(".v")[0]: kind.owner for kind in EVENTS.values()},
    **{kind.name: kind.owner for kind in EVENTS.values()},
}
_SERVES: Mapping[str, str] = {queue.recipient: PREFIX + queue.service for queue in QUEUES}


class WrongPublisher(ValueError):
    """Somebody published what is not theirs to say."""

    def __init__(self, publisher: str | None, rightful: str) -> None:
        super().__init__(f"{rightful} may say this, not {publisher or 'who names no user'}")


def must_own(publisher: str | None, named: str) -> None:
    """Refuse an event of somebody else, by the name of its type or by that of all its versions.

    A notice is anybody's.
    """
    owner = _OWNERS[named]
    if publisher not in {LOOKED_AT, PREFIX + owner} and owner != _ANYBODY:
        raise WrongPublisher(publisher, PREFIX + owner)


def must_be_its_word(publisher: str | None, event: Event | Arrival) -> None:
    """Refuse an event of somebody else, and a receipt of somebody else's recipient."""
    must_own(publisher, event.type)
    if event.type != RECEIPTS:
        return
    for receipt in event.data["receipts"]:
        rightful = _SERVES.get(receipt["recipient"], "nobody")
        if publisher not in {LOOKED_AT, rightful}:
            raise WrongPublisher(publisher, rightful)
