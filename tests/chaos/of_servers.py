# SPDX-License-Identifier: EUPL-1.2
"""Faults of the two servers: they end, forget, refuse, or cut everybody off."""

import threading
import time
from collections.abc import Callable, Mapping
from random import Random
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
from amqp.exceptions import AccessRefused, AMQPError, NotFound
from kombu.connection import Connection

from services.cli.stack.broker import VHOST
from shared.contracts.topology import LAST_NETS, QUEUES, REGION_QUEUES, SERVICE_QUEUES, SERVICES
from shared.messaging import topology
from tests.chaos.field import Field, Struck, becomes, linger, struck
from tests.leaders import leaderless, take_leader
from tests.servers import RunningStack

SEEN_SECONDS = 30.0
# What makes a resource scarce, and what it is in peace.
ALARMS: Mapping[str, tuple[tuple[str, str], str]] = {
    "memory": (("set_vm_memory_high_watermark", "0.00001"), "0.4"),
    "disk": (("set_disk_free_limit", "900000GB"), "200MB"),
}
DEAD_LETTER_WORKERS = (
    "All = supervisor:which_children(rabbit_fifo_dlx_sup), "
    "[sys:get_state(One) || {_, One, _, _} <- All, is_pid(One)], length(All)."
)
CUT_OFF = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE usename LIKE 'schakel%' AND usename NOT LIKE '%owner'
"""


def server(
    name: str, blow: Callable[[RunningStack], None], field: Field, _chance: Random
) -> Struck:
    """Strike a server in a way that ends its process, and wait until it is back."""
    before = field.stack.pids[name]
    refusals = threading.Event()
    back = threading.Event()

    def watch() -> None:
        while not back.is_set() and not refusals.is_set():
            if field.refuses(name):
                refusals.set()
            linger(0.02)

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
            linger(0.5)
    finally:
        process.resume()
    return struck(f"{thrown} messages were thrown away" if thrown else None)


def queue_deleted(field: Field, chance: Random) -> Struck:
    """Delete a recipient's queue with what it holds, and declare it again after a while."""
    queue = chance.choice([one.name for one in (*REGION_QUEUES, *SERVICE_QUEUES)])
    absent = False
    becomes(lambda: _workers(field) >= len(QUEUES) - len(LAST_NETS), SEEN_SECONDS)
    try:
        with field.connection() as link:
            link.channel().queue_delete(queue)
        absent = not _exists(field, queue)
        linger(field.length(chance, 1, 5))
    finally:
        # Also when a broker that was struck meanwhile said nothing of what it did.
        field.apply_topology()
    return struck(f"{queue} was not found" if absent else None)


def queue_unserved(field: Field, chance: Random) -> Struck:
    """Stop what leads a region's queue, as a full disk does, and start it after a while."""
    queue = chance.choice([one.name for one in QUEUES if one.service == "regions"])
    leader = f"quorum_queues, {{'{VHOST}_{queue}', node()}}"
    field.stack.ctl("eval", f"ra:stop_server({leader}).")
    try:
        refused = not _is_served(field, queue)
        linger(field.length(chance, 2, 15))
    finally:
        field.stack.ctl("eval", f"ra:restart_server({leader}).")
    return struck(f"{queue} was known and not served" if refused else None)


def queue_leaderless(field: Field, chance: Random) -> Struck:
    """Have a recipient's queue wait for a leader, and make it anew as the runbook says."""
    queue = chance.choice([one.name for one in (*REGION_QUEUES, *SERVICE_QUEUES)])
    take_leader(field.stack.ctl, queue)
    try:
        mute = queue in leaderless(field.stack.ctl)
        linger(field.length(chance, 5, 30))
    finally:
        topology.renew(field.stack.amqp_url("schakel-topology"), queue)
    return struck(f"{queue} answered nothing" if mute else None)


def alarmed(resource: str, field: Field, chance: Random) -> Struck:
    """Have the broker refuse to take anything more, for want of memory or disk."""
    (command, scarce), enough = ALARMS[resource]
    seconds = field.length(chance, 3, 10)
    field.stack.ctl(command, scarce)
    try:
        alarm = field.stack.ctl("eval", "rabbit_alarm:get_alarms().").strip()
        linger(seconds)
    finally:
        field.stack.ctl(command, enough)
    return struck(f"alarm {alarm} for {seconds:.0f} s" if resource in alarm else None)


def credentials_refused(field: Field, chance: Random) -> Struck:
    """Give a service's user at the broker another password for a while; all must log in again."""
    user = f"schakel-{chance.choice(SERVICES)}"
    right = field.stack.amqp_url(user)
    seconds = field.length(chance, 2, 8)
    field.stack.ctl("change_password", user, "changed")
    try:
        field.stack.ctl("close_all_connections", "--vhost", VHOST, "chaos")
        refused = not _logs_in(right)
        linger(seconds)
    finally:
        field.stack.ctl("change_password", user, str(urlsplit(right).password))
    return struck(f"{user} could not log in for {seconds:.0f} s" if refused else None)


def credentials_rotated(field: Field, chance: Random) -> Struck:
    """Give a service another password at its database; only a restart tells it the new one."""
    service = chance.choice(SERVICES)
    names = [service, *field.stack.siblings_of(service)]
    old = field.stack.database_url(service)
    fresh = UUID(int=chance.getrandbits(128)).hex
    field.ask_admin(f"ALTER ROLE schakel_{service} PASSWORD '{fresh}'")
    field.ask_admin(CUT_OFF)
    refused = not _is_let_in(old)
    linger(field.length(chance, 1, 5))
    field.stack.give_address(service, old.replace(str(urlsplit(old).password), fresh))
    field.stack.stop(*names)
    gone = time.monotonic()
    for name in names:
        field.stack.begin(name)
    for name in names:
        field.stack.wait_ready(name)
    return struck(
        f"{service} was kept out of its database until it had another" if refused else None, gone
    )


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


def _exists(field: Field, queue: str) -> bool:
    with field.connection() as link:
        try:
            link.channel().queue_declare(queue, passive=True)
        except NotFound:
            return False
    return True


def _workers(field: Field) -> int:
    """Count what moves dead letters, each asked whether it is up.

    RabbitMQ 3.10 loses every queue where one is deleted whose worker is only just starting.
    """
    return int(field.stack.ctl("eval", DEAD_LETTER_WORKERS).strip())


def _is_served(field: Field, queue: str) -> bool:
    with field.connection() as link:
        try:
            link.channel().basic_consume(queue, callback=lambda _: None)
        except AMQPError:
            return False
    return True


def _is_let_in(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def _connections(field: Field) -> set[str]:
    return set(field.stack.ctl("list_connections", "--vhost", VHOST, "pid").split())


def _logs_in(url: str) -> bool:
    with Connection(url) as link:
        try:
            link.connect()
        except (AccessRefused, OSError):
            return False
    return True
