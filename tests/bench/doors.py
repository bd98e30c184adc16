# SPDX-License-Identifier: EUPL-1.2
"""HTTP: what the gateway reads and writes in a second, beside a nameko that says hello."""

import json
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from services.cli.client import Gateway
from services.cli.measure import Times, measure
from services.cli.stack import ports
from services.cli.stack.supervisor import Program, Supervisor
from services.cli.tokens import COORDINATOR, Bearer
from tests import iss
from tests.servers import Records, RunningStack, environment
from tests.waiting import wait_until
from tests.whose import usual

CLIENTS = 8
HAPPY = range(200, 300)

# A request: method, path and body.
Ask = Callable[[], tuple[str, str, str | None]]


@dataclass(frozen=True, slots=True)
class Doors:
    """Requests answered in a second, and the latency of a publication over HTTP."""

    per_second: Mapping[str, Mapping[str, list[float]]]
    publication: Times


def measured(folder: Path, *, rounds: int, seconds: float, publications: int) -> Doors:
    """Measure reads and writes of a whole stack and of a bare nameko, in turns."""
    running = RunningStack(folder / "stack", Records())
    per_second: dict[str, dict[str, list[float]]] = {"reads": {}, "writes": {}}
    try:
        running.stack.start()
        auth = Bearer(running.tokens, usual)
        with (
            hello(running.amqp_url(), folder) as greeter,
            Gateway(running.base_url, auth) as gateway,
        ):
            asks = _asks(gateway)
            for _ in range(rounds):
                for name, url in (("schakel", running.base_url), ("hello", greeter)):
                    for kind, ask in asks.items():
                        asking = f"Bearer {running.tokens.of(COORDINATOR)}"
                        figure = _answered(url, ask, seconds, asking) / seconds
                        per_second[kind].setdefault(name, []).append(figure)
            times = measure(gateway, _example(gateway), publications, drawn=False).by_the_ledger
    finally:
        running.stack.stop()
        running.home.forget()
    return Doors(per_second, times)


@contextmanager
def hello(amqp_url: str, folder: Path) -> Iterator[str]:
    """Run a bare nameko for the length of a block, and give its address."""
    port = ports.choose(["hello"], {})["hello"]
    told = {"BENCH_AMQP_URL": amqp_url, "BENCH_HTTP_PORT": str(port)}
    words = [sys.executable, "-W", "ignore", "-m", "tests.bench.peers.hello"]
    supervisor = Supervisor(lambda _name, _line: None)
    log = folder / "logs" / "hello.log"
    log.parent.mkdir(exist_ok=True)
    supervisor.start(Program(name="hello", argv=words, env=environment() | told, log=log))
    try:
        wait_until(lambda: ports.is_open(port), 30)
        yield f"http://127.0.0.1:{port}"
    finally:
        supervisor.stop(["hello"])


def _example(gateway: Gateway) -> dict[str, object]:
    name = f"ISS Facility Services {uuid.uuid4().hex[:8]}"
    employer = gateway.send("POST", "/employers", {"name": name}).body
    return {**iss.TERMS, "title": iss.TITLE, "employer": employer}


def _asks(gateway: Gateway) -> dict[str, Ask]:
    """Read one agreement, and register others."""
    example = _example(gateway)
    [employer] = [example.pop("employer")]
    draft = {**example, "employerId": employer["id"], "participants": "all"}  # type: ignore[index]
    # The employer travels to agreements by message: the first draft may have to wait for it.
    known = wait_until(lambda: _registered(gateway, draft))

    def write() -> tuple[str, str, str]:
        return "POST", "/v1/agreements", json.dumps({**draft, "title": f"Meting {uuid.uuid4()}"})

    return {"reads": lambda: ("GET", f"/v1/agreements/{known}", None), "writes": write}


def _registered(gateway: Gateway, draft: Mapping[str, object]) -> str:
    return str(gateway.send("POST", "/agreements", dict(draft)).body["id"])


def _answered(url: str, ask: Ask, seconds: float, asking: str) -> int:
    """Let clients ask, one request after another each, and count the good answers."""
    until, counts = time.monotonic() + seconds, list[int]()

    def client() -> None:
        counts.append(_asked_until(url, ask, until, asking))

    clients = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    return sum(counts)


def _asked_until(url: str, ask: Ask, until: float, asking: str) -> int:
    answered, headers = 0, {"Content-Type": "application/json", "Authorization": asking}
    connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
    while time.monotonic() < until:
        method, path, body = ask()
        with suppress(HTTPException, OSError):
            connection.request(method, path, body, headers)
            reply = connection.getresponse()
            reply.read()
            answered += reply.status in HAPPY
    connection.close()
    return answered
