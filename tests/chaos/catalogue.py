# SPDX-License-Identifier: EUPL-1.2
"""Every kind of fault. Each tells what was seen of it: what nobody saw did not strike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from random import Random

from tests.chaos import of_processes as processes
from tests.chaos import of_servers as servers
from tests.chaos import of_travel as travel
from tests.chaos.field import PROGRAMS, Field, Struck
from tests.faults import strikes as plain

Strike = Callable[[Field, Random], Struck]
POINTS = {
    "agreements": (
        "relay.after-publish",
        "relay.after-confirm",
        "call.before-commit",
        "call.after-commit",
        "reconcile.after-check",
    ),
    "regions": ("consumer.after-receive", "consumer.before-commit", "consumer.before-ack"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault, what it takes hold of, and how it is done."""

    kind: str
    places: frozenset[str]
    strike: Strike


def faults() -> Mapping[str, Fault]:
    """Give every kind of fault."""
    broker, database = frozenset({"broker"}), frozenset({"postgres"})
    found = [
        *(
            Fault(f"killed-{name}", frozenset({name}), partial(processes.killed, name))
            for name in PROGRAMS
        ),
        *(
            Fault(
                f"killed-at-{point}", frozenset({name}), partial(processes.killed_at, name, point)
            )
            for name, points in POINTS.items()
            for point in points
        ),
        *(
            Fault(f"frozen-{name}", frozenset({name}), partial(processes.frozen, name))
            for name in ("agreements", "regions")
        ),
        *(
            Fault(f"away-{name}", frozenset({name}), partial(processes.away, name))
            for name in ("agreements", "regions")
        ),
        Fault("broker-killed", broker, partial(servers.server, "broker", plain.broker_killed)),
        Fault(
            "broker-restarted", broker, partial(servers.server, "broker", plain.broker_restarted)
        ),
        Fault("broker-wiped", broker, servers.broker_wiped),
        Fault("queues-purged", broker | {"regions"}, servers.queues_purged),
        Fault("queue-deleted", broker, servers.queue_deleted),
        *(
            Fault(f"{resource}-alarm", broker, partial(servers.alarmed, resource))
            for resource in servers.ALARMS
        ),
        Fault("credentials-refused", broker, servers.credentials_refused),
        Fault("handler-failing", database, travel.handler_failing),
        Fault("connections-closed", broker, servers.connections_closed),
        Fault(
            "postgres-stopped",
            database,
            partial(servers.server, "postgres", plain.postgres_restarted),
        ),
        Fault(
            "postgres-killed", database, partial(servers.server, "postgres", plain.postgres_killed)
        ),
        Fault("backends-terminated", database, servers.backends_terminated),
        *(
            Fault(
                f"{name}-line-{mode}", frozenset({name}), partial(travel.line_disturbed, name, mode)
            )
            for name in ("broker", "postgres")
            for mode in travel.BAD_SECONDS
        ),
        Fault("poison", broker, travel.poisoned),
    ]
    return {fault.kind: fault for fault in found}
