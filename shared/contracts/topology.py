# SPDX-License-Identifier: EUPL-1.2
"""The broker's exchanges, queues, bindings and permissions, as data.

    recipients (headers) ──► regions.AM36, agreements.decisions, …   states, to an audience
    notices (topic)      ──► employers.receipts, …                   idempotent lists
    live (fanout)        ──► gateway.live.<process>                  hints; losing one loses nothing
    logouts (fanout)     ──► gateway.logouts, a stream               read from its beginning
    unrouted, dead       ──► queues of the same name                 the last nets

Names are stable and chosen by hand: a rename is a migration. RabbitMQ 3.10 and 4 take all of it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple

from shared.contracts.identity import LONGEST_SECONDS
from shared.contracts.reference import region_codes

RECIPIENTS = "recipients"
NOTICES = "notices"
LIVE = "live"
LOGOUTS = "logouts"
UNROUTED = "unrouted"
DEAD = "dead"

NAMEKO_RPC = "nameko-rpc"
"""The exchange of calls between services; nameko declares it, and the queues at it, by itself."""

SERVICES = ("agreements", "employers", "placements", "providers", "regions")
"""The services that have a database, and with it an outbox, a gate and a ledger."""

KEEPER_OF_THE_NETS = "agreements"
"""The service that moves what lands in the last nets into its dead letters."""

GROUPS: Mapping[str, frozenset[str]] = MappingProxyType({"all": frozenset(region_codes())})
"""Audiences that travel under one header instead of one for each recipient."""

Arguments = Mapping[str, str | int | bool]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A durable exchange; what it cannot route goes to `alternate`."""

    name: str
    type: Literal["headers", "topic", "fanout"]
    alternate: str | None = None

    @property
    def arguments(self) -> Arguments:
        """What it is declared with."""
        return {"alternate-exchange": self.alternate} if self.alternate else {}


@dataclass(frozen=True, slots=True)
class Queue:
    """A durable queue, the service that consumes it, and the recipient whose gate it feeds."""

    name: str
    service: str
    recipient: str
    arguments: Arguments


@dataclass(frozen=True, slots=True)
class Binding:
    """What a queue wants of an exchange."""

    exchange: str
    queue: str
    routing_key: str
    arguments: Arguments


class Permissions(NamedTuple):
    """What one user of the broker may do: regular expressions over names."""

    configure: str
    write: str
    read: str


_QUORUM: Arguments = MappingProxyType(
    {
        "x-queue-type": "quorum",
        # A standby takes over; load is spread by giving each process its own regions.
        "x-single-active-consumer": True,
    }
)
_WORKING: Arguments = MappingProxyType(
    {
        **_QUORUM,
        # 3.10 has no limit of its own; 4 has 20, and drops what passes it without a net.
        "x-delivery-limit": 20,
        "x-dead-letter-exchange": DEAD,
        "x-dead-letter-strategy": "at-least-once",
        # At-least-once dead-lettering asks for it: a full queue refuses, and the outbox waits.
        "x-overflow": "reject-publish",
    }
)
# Nothing is under the last nets, so nothing may fall through them. 4 reads -1 as no limit, but 3.10
# drops at the first return with it, so the limit is a number that is never reached.
_LAST_NET: Arguments = MappingProxyType({**_QUORUM, "x-delivery-limit": 2**31 - 1})
# A stream keeps what was read, for whoever reads later. The broker drops whole segments only, so
# they are small; and none before it is full, so that what is there may be older than this.
_KEPT: Arguments = MappingProxyType(
    {
        "x-queue-type": "stream",
        "x-max-age": f"{2 * LONGEST_SECONDS}s",
        "x-stream-max-segment-size-bytes": 500_000,
    }
)

_FAMILIES_OF_SERVICES = (
    ("agreements", "decision", "decisions"),
    ("agreements", "employer", "employers"),
    ("agreements", "contact", "contacts"),
    ("agreements", "instruments", "instruments"),
    ("agreements", "tally", "tallies"),
    ("placements", "decision", "decisions"),
    ("placements", "framework", "frameworks"),
    ("placements", "support", "supports"),
    ("providers", "framework", "frameworks"),
    ("providers", "standing", "standings"),
    ("regions", "employer", "employers"),
)

EXCHANGES = (
    Exchange(UNROUTED, "fanout"),
    Exchange(DEAD, "fanout"),
    Exchange(RECIPIENTS, "headers", alternate=UNROUTED),
    Exchange(NOTICES, "topic", alternate=UNROUTED),
    Exchange(LIVE, "fanout"),
    Exchange(LOGOUTS, "fanout"),
)


def _groups_of(recipient: str) -> Arguments:
    return {group: True for group, members in GROUPS.items() if recipient in members}


REGION_QUEUES = tuple(
    Queue(f"regions.{code}", "regions", code, _WORKING) for code in region_codes()
)
SERVICE_QUEUES = tuple(
    Queue(f"{service}.{plural}", service, service, _WORKING)
    for service, _, plural in _FAMILIES_OF_SERVICES
)
RECEIPT_QUEUES = tuple(
    Queue(f"{service}.receipts", service, service, _WORKING) for service in SERVICES
)
LAST_NETS = tuple(
    Queue(name, KEEPER_OF_THE_NETS, KEEPER_OF_THE_NETS, _LAST_NET) for name in (UNROUTED, DEAD)
)
QUEUES = (*LAST_NETS, *REGION_QUEUES, *SERVICE_QUEUES, *RECEIPT_QUEUES)
LOGOUT_STREAM = Queue("gateway.logouts", "gateway", "gateway", _KEPT)
"""Which tokens were logged out: every gateway tells it there, and reads all of it."""

BINDINGS = (
    Binding(LOGOUTS, LOGOUT_STREAM.name, "", {}),
    Binding(DEAD, DEAD, "", {}),
    *(
        Binding(
            RECIPIENTS,
            queue.name,
            "",
            {"x-match": "any", queue.recipient: True, **_groups_of(queue.recipient)},
        )
        for queue in REGION_QUEUES
    ),
    *(
        Binding(
            RECIPIENTS,
            f"{service}.{plural}",
            "",
            {"x-match": "all", service: True, "family": family},
        )
        for service, family, plural in _FAMILIES_OF_SERVICES
    ),
    *(Binding(NOTICES, queue.name, f"receipts.{queue.service}", {}) for queue in RECEIPT_QUEUES),
    # The last: what is published while the others are being made comes back, and waits for them.
    Binding(UNROUTED, UNROUTED, "", {}),
)

_QUEUE_OF_FAMILY: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        **{
            (service, family): f"{service}.{plural}"
            for service, family, plural in _FAMILIES_OF_SERVICES
        },
        **{(service, "receipts"): f"{service}.receipts" for service in SERVICES},
    }
)


def queue_of(recipient: str, family: str) -> str:
    """Name the queue in which a recipient gets what belongs to a family of events.

    Raises LookupError where that recipient gets nothing of that family.
    """
    if recipient in region_codes():
        return f"regions.{recipient}"
    return _QUEUE_OF_FAMILY[recipient, family]


def recipients_of(service: str, family: str) -> tuple[str, ...]:
    """Name the recipients of a service that get what belongs to a family of events."""
    if (service, family) in _QUEUE_OF_FAMILY:
        return (service,)
    return tuple(queue.recipient for queue in REGION_QUEUES if queue.service == service)


def queues_of(service: str, regions: Iterable[str] | None = None) -> tuple[Queue, ...]:
    """Give the queues that a service consumes; of its region queues those of `regions` or all.

    The last nets are not among them: what lies there is not applied but kept (`nets_of`).
    """
    wanted = frozenset(region_codes() if regions is None else regions)
    mine = (q for q in (*REGION_QUEUES, *SERVICE_QUEUES, *RECEIPT_QUEUES) if q.service == service)
    return tuple(q for q in mine if q.recipient == service or q.recipient in wanted)


def nets_of(service: str) -> tuple[Queue, ...]:
    """Give the last nets that a service empties into its dead letters."""
    return tuple(net for net in LAST_NETS if net.service == service)


def permissions() -> Mapping[str, Permissions]:
    """Give every user of the broker what its work needs, on names of its own only."""
    users = {f"schakel-{service}": _of_service(service) for service in SERVICES}
    return MappingProxyType(
        {**users, "schakel-gateway": _of_gateway(), "schakel-topology": _of_topology()}
    )


def _of_service(service: str) -> Permissions:
    rpc = _rpc_names(service)
    consumed = [queue.name for queue in (*queues_of(service), *nets_of(service))]
    return Permissions(
        configure=_only(rpc),
        write=_only([*rpc, *map(re.escape, (RECIPIENTS, NOTICES, LIVE))]),
        read=_only([*rpc, *map(re.escape, consumed)]),
    )


def _of_gateway() -> Permissions:
    own = [NAMEKO_RPC, _replies("gateway"), r"gateway\.live\..+"]
    return Permissions(
        configure=_only(own),
        # The release before this one tells who logged out by a live hint, until it is gone.
        write=_only([*own, LIVE, LOGOUTS]),
        read=_only([*own, LIVE, re.escape(LOGOUT_STREAM.name)]),
    )


def _of_topology() -> Permissions:
    """Binding writes to a queue and reads an exchange; a dead-letter exchange is the reverse."""
    own = {one.name for one in EXCHANGES} | {one.name for one in (*QUEUES, LOGOUT_STREAM)}
    names = _only(re.escape(name) for name in sorted(own))
    return Permissions(configure=names, write=names, read=names)


def _rpc_names(service: str) -> list[str]:
    return [NAMEKO_RPC, f"rpc-{service}", _replies(service)]


def _replies(service: str) -> str:
    return rf"rpc\.reply-{service}-.+"


def _only(names: Iterable[str]) -> str:
    return f"^({'|'.join(names)})$"
