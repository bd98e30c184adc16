# SPDX-License-Identifier: EUPL-1.2
"""Every kind of fault. Each tells what was seen of it: what nobody saw did not strike."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from random import Random

from shared.contracts.topology import SERVICES
from tests.chaos import of_clocks as clocks
from tests.chaos import of_disks as disks
from tests.chaos import of_processes as processes
from tests.chaos import of_relays as relays
from tests.chaos import of_servers as servers
from tests.chaos import of_travel as travel
from tests.chaos.field import Field, Struck
from tests.chaos.stage import PROGRAMS
from tests.faults import strikes as plain

Strike = Callable[[Field, Random], Struck]
CONSUMER = ("consumer.after-receive", "consumer.before-commit", "consumer.before-ack")
RELAY = ("relay.after-publish", "relay.after-confirm")
CALL = ("call.before-commit", "call.after-commit")
POINTS = {
    "agreements": (
        *RELAY,
        *CONSUMER,
        *CALL,
        "join.after-resend",
        "reconcile.after-check",
        "reconcile.after-lower",
    ),
    "regions": (*CONSUMER, "replay.before-commit"),
    "employers": RELAY,
    "placements": (*RELAY, *CONSUMER, *CALL),
    "providers": (*RELAY, *CONSUMER, *CALL),
}
# These need a disk of the server's own, which only root can lay.
ON_DISKS = frozenset({"broker-disk-full", "postgres-disk-full"})
# A minute each: single-fault runs strike them a quarter as often.
LONG = frozenset({"zombie-relay"})


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault, what it takes hold of, and how it is done."""

    kind: str
    places: frozenset[str]
    strike: Strike


def faults() -> Mapping[str, Fault]:
    """Give every kind of fault."""
    found = (*_of_processes(), *_of_broker(), *_of_postgres(), *_of_all())
    return {kind: Fault(kind, frozenset(places), strike) for kind, places, strike in found}


def in_turn(strikes: Mapping[str, Strike]) -> Mapping[str, Fault]:
    """Make faults of strikes of which each has the field to itself."""
    return {kind: Fault(kind, frozenset({kind}), strike) for kind, strike in strikes.items()}


Known = Iterator[tuple[str, set[str], Strike]]


def _of_processes() -> Known:
    for name in PROGRAMS:
        yield f"killed-{name}", {name}, partial(processes.killed, name)
    for name, points in POINTS.items():
        for point in points:
            kind = f"killed-{name}-at-{point}"
            yield kind, {name}, partial(processes.killed_at, name, point)
    for name in ("agreements", "regions", "placements", "providers"):
        yield f"frozen-{name}", {name}, partial(processes.frozen, name)
        yield f"away-{name}", {name}, partial(processes.away, name)
    yield "away-region", {"regions"}, processes.region_away
    yield "zombie-relay", {"agreements"}, relays.zombie


def _of_broker() -> Known:
    place = {"broker"}
    yield "broker-killed", place, partial(servers.server, "broker", plain.broker_killed)
    yield "broker-restarted", place, partial(servers.server, "broker", plain.broker_restarted)
    yield "broker-wiped", place, servers.broker_wiped
    yield "broker-disk-full", place, disks.broker_disk_full
    yield "queues-purged", place | {"regions"}, servers.queues_purged
    yield "queue-deleted", place, servers.queue_deleted
    yield "queue-unserved", place, servers.queue_unserved
    yield "queue-leaderless", place, servers.queue_leaderless
    for resource in servers.ALARMS:
        yield f"{resource}-alarm", place, partial(servers.alarmed, resource)
    yield "credentials-refused", place, servers.credentials_refused
    yield "connections-closed", place, servers.connections_closed
    yield "poison", place, travel.poisoned


def _of_postgres() -> Known:
    place = {"postgres"}
    yield "postgres-stopped", place, partial(servers.server, "postgres", plain.postgres_restarted)
    yield "postgres-killed", place, partial(servers.server, "postgres", plain.postgres_killed)
    yield "postgres-disk-full", place, disks.postgres_disk_full
    yield "backends-terminated", place, servers.backends_terminated
    yield "handler-failing", place, travel.handler_failing
    own = {*SERVICES, *place}
    yield "credentials-rotated", own, servers.credentials_rotated


def _of_all() -> Known:
    for name in ("broker", "postgres"):
        for mode in travel.BAD_SECONDS:
            kind = f"{name}-line-{mode}"
            yield kind, {name}, partial(travel.line_disturbed, name, mode)
    yield "clock-ahead", {"clock"}, partial(clocks.stepped, 1)
    yield "clock-behind", {"clock"}, partial(clocks.stepped, -1)
