# SPDX-License-Identifier: EUPL-1.2
"""Every fault of a campaign. Each tells what was seen of it: what nobody saw did not strike."""

import json
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from random import Random

import httpx
import psutil
from amqp.exceptions import NotFound

from services.cli.stack.broker import VHOST
from shared.contracts.topology import QUEUES
from tests.chaos.evidence import POISON, POISONED
from tests.chaos.field import SERVICES, Field, Struck, struck
from tests.chaos.proxy import Mode
from tests.faults import strikes as plain
from tests.waiting import wait_until

SEEN_SECONDS = 30.0
SERVED_SECONDS = 60.0
Strike = Callable[[Field, Random], Struck]
POINTS = {
    "agreements": (
        "relay.after-publish",
        "relay.after-confirm",
        "call.before-commit",
        "call.after-commit",
    ),
    "regions": ("consumer.after-receive", "consumer.before-commit", "consumer.before-ack"),
}
POISONS: tuple[Callable[[bytes], bytes], ...] = (
    lambda mark: b"no JSON " + mark,
    lambda mark: b"\x00\xff\xfe" + mark,
    lambda mark: json.dumps({"no envelope": mark.decode()}).encode(),
    lambda mark: json.dumps([{"specversion": "1.0", "type": mark.decode()}]).encode(),
)
# One byte at a time is slow: what is sent in these seconds may take a minute to arrive.
BAD_SECONDS: Mapping[Mode, tuple[float, float]] = {
    "frozen": (3, 15),
    "cut": (1, 10),
    "half-open": (3, 15),
    "sliced": (1, 3),
}
CUT_OFF = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE usename IN ('schakel_agreements', 'schakel_regions', 'schakel_employers')
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault, what it takes hold of, and how it is done."""

    kind: str
    places: frozenset[str]
    strike: Strike


def killed(name: str, field: Field, _chance: Random) -> Struck:
    """Kill a process with -9."""
    before = field.stack.pids[name]
    field.stack.kill(name)
    gone = time.monotonic()
    field.stack.wait_ready(name)
    return struck(f"{name}: process {before} is {field.stack.pids[name]} now", gone)


def killed_at(name: str, point: str, field: Field, chance: Random) -> Struck:
    """Have a service die by SIGKILL at a point with a name."""
    passing = chance.randint(1, 5)
    field.stack.stop(name)
    field.stack.start_doomed(name, f"{point}:{passing}")
    try:
        wait_until(lambda: field.stack.restarts(name), SEEN_SECONDS)
        gone = time.monotonic()
        field.stack.wait_ready(name)
    except AssertionError:
        # Nothing passed there in time: it must not die later, when nobody looks.
        field.stack.restart(name)
        return struck(None)
    return struck(f"{name} died at {point}:{passing} and is {field.stack.pids[name]} now", gone)


def frozen(name: str, field: Field, chance: Random) -> Struck:
    """Stop a process in its tracks for a while, and let it go on as if nothing had been."""
    process, seconds = field.process(name), chance.uniform(5, 20)
    process.suspend()
    try:
        wait_until(lambda: process.status() == psutil.STATUS_STOPPED)
        _pass(seconds)
        unanswered = _silent(field.stack.admin_url(name))
    finally:
        process.resume()
    return struck(f"{name} answered nothing for {seconds:.0f} s" if unanswered else None)


def away(name: str, field: Field, chance: Random) -> Struck:
    """Stop a service in order, and start it after a while."""
    seconds = chance.uniform(3, 15)
    field.stack.stop(name)
    refused = field.refuses(name)
    _pass(seconds)
    gone = time.monotonic()
    field.stack.start(name)
    return struck(f"{name} was away for {seconds:.0f} s" if refused else None, gone)


def server(name: str, blow: Callable[[object], None], field: Field, _chance: Random) -> Struck:
    """Strike a server in a way that ends its process, and wait until it is back."""
    before = field.stack.pids[name]
    refusals = threading.Event()
    back = threading.Event()

    def watch() -> None:
        while not back.is_set() and not refusals.is_set():
            if field.refuses(name):
                refusals.set()
            _pass(0.02)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    blow(field.stack)
    gone = time.monotonic()
    back.set()
    watcher.join()
    after = field.stack.pids[name]
    seen = after != before and refusals.is_set()
    told = f"{name}: connection refused, process {before} is {after} now"
    return struck(told if seen else None, gone)


def broker_wiped(field: Field, _chance: Random) -> Struck:
    """Take everything from the broker, its queues too; declare them again when it is back."""
    field.stack.stop("broker")
    field.forget_broker()
    field.stack.start("broker")
    absent = [queue.name for queue in QUEUES if not _exists(field, queue.name)]
    field.apply_topology()
    return struck(f"{len(absent)} queues of {len(QUEUES)} were gone" if absent else None)


def queues_purged(field: Field, _chance: Random) -> Struck:
    """Throw away whatever the regions' queues hold, a few times, until something was there."""
    thrown = 0
    until = time.monotonic() + SEEN_SECONDS
    process = field.process("regions")
    process.suspend()
    try:
        while thrown == 0 and time.monotonic() < until:
            with field.connection() as link:
                channel = link.channel()
                thrown = sum(channel.queue_purge(queue.name) or 0 for queue in QUEUES)
            _pass(0.5)
    finally:
        process.resume()
    return struck(f"{thrown} messages were thrown away" if thrown else None)


def queue_deleted(field: Field, chance: Random) -> Struck:
    """Delete a region's queue with what it holds, and declare it again after a while."""
    queue = chance.choice([one.name for one in QUEUES if one.service == "regions"])
    with field.connection() as link:
        link.channel().queue_delete(queue)
    absent = not _exists(field, queue)
    _pass(chance.uniform(1, 5))
    field.apply_topology()
    return struck(f"{queue} was not found" if absent else None)


def memory_alarm(field: Field, chance: Random) -> Struck:
    """Have the broker refuse to take anything more, for want of memory."""
    seconds = chance.uniform(3, 10)
    field.stack.ctl("set_vm_memory_high_watermark", "0.00001")
    try:
        alarm = field.stack.ctl("eval", "rabbit_alarm:get_alarms().").strip()
        _pass(seconds)
    finally:
        field.stack.ctl("set_vm_memory_high_watermark", "0.4")
    return struck(f"alarm {alarm} for {seconds:.0f} s" if "memory" in alarm else None)


def connections_closed(field: Field, _chance: Random) -> Struck:
    """Have the broker close every connection."""
    before = _connections(field)
    field.stack.ctl("close_all_connections", "--vhost", VHOST, "chaos")
    gone = time.monotonic()
    left = before & _connections(field)
    closed = len(before) - len(left)
    return struck(f"{closed} connections of {len(before)} were closed" if closed else None, gone)


def backends_terminated(field: Field, _chance: Random) -> Struck:
    """End every session that a service has at its database."""
    ended = field.ask_admin(CUT_OFF)
    return struck(f"{ended} sessions were ended" if ended else None)


def line_disturbed(name: str, mode: Mode, field: Field, chance: Random) -> Struck:
    """Make the line between the services and a server a bad one for a while."""
    line, seconds = field.stack.lines[name], chance.uniform(*BAD_SECONDS[mode])
    with line.disturbed(mode):
        _pass(seconds)
        met = line.held
    return struck(f"{met} connections or pieces met it in {seconds:.0f} s" if met else None)


def poisoned(field: Field, chance: Random) -> Struck:
    """Put messages that nobody can use into queues, between those that are good."""
    known = {name: len(_poisoned(field, name)) for name in ("regions", "agreements")}
    queues = [one.name for one in QUEUES if one.service in known]
    for make in POISONS:
        mark = POISON + b"-" + uuid.UUID(int=chance.getrandbits(128)).hex.encode()
        field.intruder.puts(chance.choice(queues), make(mark))

    def kept() -> int:
        return sum(len(_poisoned(field, name)) - count for name, count in known.items())

    wait_until(lambda: kept() >= len(POISONS), SERVED_SECONDS)
    return struck(f"{kept()} messages are dead letters")


def faults() -> Mapping[str, Fault]:
    """Give every kind of fault."""
    broker, database = frozenset({"broker"}), frozenset({"postgres"})
    found = [
        *(Fault(f"killed-{name}", frozenset({name}), partial(killed, name)) for name in SERVICES),
        *(
            Fault(f"killed-at-{point}", frozenset({name}), partial(killed_at, name, point))
            for name, points in POINTS.items()
            for point in points
        ),
        *(
            Fault(f"frozen-{name}", frozenset({name}), partial(frozen, name))
            for name in ("agreements", "regions")
        ),
        *(
            Fault(f"away-{name}", frozenset({name}), partial(away, name))
            for name in ("agreements", "regions")
        ),
        Fault("broker-killed", broker, partial(server, "broker", plain.broker_killed)),
        Fault("broker-restarted", broker, partial(server, "broker", plain.broker_restarted)),
        Fault("broker-wiped", broker, broker_wiped),
        Fault("queues-purged", broker | {"regions"}, queues_purged),
        Fault("queue-deleted", broker, queue_deleted),
        Fault("memory-alarm", broker, memory_alarm),
        Fault("connections-closed", broker, connections_closed),
        Fault("postgres-stopped", database, partial(server, "postgres", plain.postgres_restarted)),
        Fault("postgres-killed", database, partial(server, "postgres", plain.postgres_killed)),
        Fault("backends-terminated", database, backends_terminated),
        *(
            Fault(f"{name}-line-{mode}", frozenset({name}), partial(line_disturbed, name, mode))
            for name in ("broker", "postgres")
            for mode in BAD_SECONDS
        ),
        Fault("poison", broker, poisoned),
    ]
    return {fault.kind: fault for fault in found}


def _pass(seconds: float) -> None:
    threading.Event().wait(seconds)


def _silent(admin_url: str) -> bool:
    try:
        httpx.get(f"{admin_url}/healthz", timeout=1)
    except httpx.TransportError:
        return True
    return False


def _exists(field: Field, queue: str) -> bool:
    with field.connection() as link:
        try:
            link.channel().queue_declare(queue, passive=True)
        except NotFound:
            return False
    return True


def _connections(field: Field) -> set[str]:
    return set(field.stack.ctl("list_connections", "--vhost", VHOST, "pid").split())


def _poisoned(field: Field, service: str) -> list[dict[str, object]]:
    return field.proof.rows(service, POISONED, {"poison": POISON})
