# SPDX-License-Identifier: EUPL-1.2
"""A service as it really runs, in a process of its own, and what comes to it over the wire."""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import psycopg
from psycopg.rows import dict_row

from services.cli.stack import ports
from services.cli.stack.readiness import answers
from shared.messaging import topology, wire
from tests.leaders import take_leader
from tests.servers import PrivateBroker, ServiceDatabase, environment
from tests.waiting import wait_until

READY_SECONDS = 60.0
# What the consumer may hold at once is nothing from now on.
WITHHOLD = """
{{ok, Queue}} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"schakel">>, queue, <<"{queue}">>)),
[One | _] = rabbit_amqqueue:consumers(Queue),
Nothing = rabbit_fifo:make_checkout({{element(2, One), element(1, One)}},
    {{auto, 0, simple_prefetch}}, #{{}}),
{{ok, _, _}} = ra:process_command(amqqueue:get_pid(Queue), Nothing).
"""
Row = dict[str, Any]


@contextmanager
def serving(
    service: str, database: ServiceDatabase, broker: PrivateBroker, **settings: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a service for the length of a block; it is ready when the block begins."""
    port = int(settings.get("SCHAKEL_ADMIN_PORT") or ports.choose(["admin"], {})["admin"])
    told = {
        "SCHAKEL_DATABASE_URL": database.service_url,
        "SCHAKEL_AMQP_URL": broker.url(f"schakel-{service}"),
        "SCHAKEL_ADMIN_PORT": str(port),
        "SCHAKEL_RETRY_SECONDS": "0.1",
        **settings,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "shared.serve", service],
        env=environment() | told,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: _ready(process, port), READY_SECONDS)
        yield process
    finally:
        process.terminate()
        process.wait(READY_SECONDS)


def _ready(process: subprocess.Popen[bytes], port: int) -> bool:
    assert process.poll() is None
    return answers(port, "/readyz")


def declare(broker: PrivateBroker) -> None:
    """Declare everything that the contracts name, as the job does, without a process for it."""
    topology.apply(broker.url("schakel-topology"))


def metric(port: int, name: str) -> float:
    """Read what a service measures, at its admin port."""
    said = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=5).text
    [line] = [one for one in said.splitlines() if one.startswith(f"{name} ")]
    return float(line.split()[-1])


@contextmanager
def unserved(broker: PrivateBroker, queue: str) -> Iterator[None]:
    """Have the broker know a queue and not be able to serve it, as after a disk that was full."""
    server = f"quorum_queues, {{'schakel_{queue}', node()}}"
    broker.ctl("eval", f"ra:stop_server({server}).")
    try:
        yield
    finally:
        broker.ctl("eval", f"ra:restart_server({server}).")


@contextmanager
def silent(broker: PrivateBroker, queue: str) -> Iterator[None]:
    """Have a queue answer nothing at all, as one that has no leader after a crash."""
    server = f"whereis('schakel_{queue}')"
    broker.ctl("eval", f"sys:suspend({server}).")
    try:
        yield
    finally:
        broker.ctl("eval", f"sys:resume({server}).")


@contextmanager
def leaderless(broker: PrivateBroker, queue: str) -> Iterator[None]:
    """Have a queue answer nothing for want of a leader; the operator's remedy ends it."""
    take_leader(broker.ctl, queue)
    try:
        yield
    finally:
        topology.renew(broker.url("schakel-topology"), queue)


def withhold(broker: PrivateBroker, queue: str) -> None:
    """Have a queue know its consumer and give it nothing, as one that was made anew may."""
    broker.ctl("eval", WITHHOLD.format(queue=queue))


def post(
    broker: PrivateBroker,
    bodies: Iterable[bytes],
    recipients: Iterable[str],
    *,
    publisher: str = "schakel-agreements",
) -> None:
    """Publish each body as a message of its own, all at once, to the same recipients."""
    headers = dict.fromkeys(recipients, True)
    messages = [
        wire.Message("recipients", "", headers, body, "application/json") for body in bodies
    ]
    with wire.connected(broker.url(publisher), "tests") as link:
        fates = wire.Publisher(link).send(messages, patience_seconds=30)
    assert set(fates) == {"confirmed"}


def ask(database: ServiceDatabase, question: str, *values: object) -> list[Row]:
    """Ask, or tell, the database itself, as its owner."""
    with psycopg.connect(database.owner_url, row_factory=dict_row, autocommit=True) as connection:
        done = connection.execute(question.encode(), values or None)
        return done.fetchall() if done.description else []
