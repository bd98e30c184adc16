# SPDX-License-Identifier: EUPL-1.2
"""The field of a campaign: a running stack that may be struck, and ways to look at it."""

import shutil
import threading
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from socket import create_connection
from types import MappingProxyType
from urllib.parse import urlsplit

import psutil
import psycopg
from kombu.connection import Connection

from services.cli.stack.home import open_home
from services.cli.stack.supervisor import Program
from shared.contracts.topology import SERVICES
from shared.messaging import topology
from tests.chaos.proxy import Line
from tests.e2e.intruder import Intruder
from tests.faults.proof import Proof
from tests.servers import Records, RunningStack

PROGRAMS = (*SERVICES, "gateway")
# A watchdog that looks after seconds, so that a campaign of minutes sees it at work.
SETTINGS = {"SCHAKEL_WATCHDOG_SECONDS": "5", "SCHAKEL_RETRY_SECONDS": "0.5"}


ADDRESSES = (
    ("SCHAKEL_AMQP_URL", "amqp", "broker"),
    ("SCHAKEL_DATABASE_URL", "postgres", "postgres"),
)


@dataclass(frozen=True, slots=True)
class Struck:
    """What was seen of a fault, and the moment at which its cause was gone."""

    effect: str | None
    gone: float


def struck(effect: str | None, gone: float | None = None) -> Struck:
    """Say what was seen; without another moment, the cause is gone now."""
    return Struck(effect, time.monotonic() if gone is None else gone)


def linger(seconds: float) -> None:
    """Let a fault last; a campaign may, where a test may not."""
    threading.Event().wait(seconds)


class OverLines(RunningStack):
    """A stack whose services reach the broker and the database by lines, once there are any."""

    lines: Mapping[str, Line] = MappingProxyType({})

    def lay_lines(self) -> None:
        """Lay a line to each server, and have every service use it."""
        ports = self.home.read("ports")
        self.lines = {"broker": Line(ports["amqp"]), "postgres": Line(ports["postgres"])}
        self.stop(*PROGRAMS)
        for name in PROGRAMS:
            self.begin(name)
        for name in PROGRAMS:
            self.wait_ready(name)

    def _program(self, name: str, settings: dict[str, str]) -> Program:
        program = super()._program(name, settings)
        return program if name not in PROGRAMS else replace(program, env=self._led(program.env))

    def _led(self, env: Mapping[str, str]) -> dict[str, str]:
        """Give an environment with the lines' ports in place of the servers'."""
        ports, led = self.home.read("ports"), dict(env)
        for setting, port, name in ADDRESSES:
            if setting in led and name in self.lines:
                led[setting] = led[setting].replace(
                    f":{ports[port]}/", f":{self.lines[name].port}/"
                )
        return led


class Field:
    """The stack under attack."""

    def __init__(self, folder: Path) -> None:
        self.records = Records()
        self.stack = OverLines(folder, self.records, **SETTINGS)
        self._proof: Proof | None = None

    def start(self) -> None:
        """Start everything, with witnesses in the databases."""
        self.stack.stack.start()
        self.stack.lay_lines()
        self._proof = Proof(self.stack)
        self._proof.install()

    def end(self) -> None:
        """Stop everything and forget what it stored."""
        self.stack.stack.stop()
        for line in self.stack.lines.values():
            line.close()
        open_home(self.stack.home.root).forget()

    @property
    def proof(self) -> Proof:
        """What the databases say."""
        assert self._proof is not None, "not started"
        return self._proof

    @property
    def intruder(self) -> Intruder:
        """Somebody who may publish anything."""
        return Intruder(self.stack)

    @property
    def admin_url(self) -> str:
        """Where the database's administrator logs in."""
        postgres = self.stack.stack.postgres
        assert postgres is not None
        return postgres.admin_url

    def process(self, name: str) -> psutil.Process:
        """Give the process of a program that runs."""
        pid = self.stack.pids.get(name)
        assert pid is not None, f"{name} does not run"
        return psutil.Process(pid)

    def refuses(self, name: str) -> bool:
        """Tell whether a program takes no connections now."""
        where = {"broker": self.stack.amqp_url, "postgres": lambda: self.admin_url}
        url = urlsplit(where[name]() if name in where else self.stack.admin_url(name))
        with suppress(OSError), create_connection((url.hostname, url.port), timeout=1):
            return False
        return True

    def connection(self) -> Connection:
        """Give a connection to the broker, to be used as a context."""
        return Connection(self.stack.amqp_url())

    def apply_topology(self) -> None:
        """Declare everything again, as the job of a deployment does."""
        topology.apply(self.stack.amqp_url("schakel-topology"))

    def forget_broker(self) -> None:
        """Remove everything that a stopped broker had stored."""
        shutil.rmtree(self.stack.home.servers / "broker" / "data")

    def ask_admin(self, question: str) -> int:
        """Run a statement as the database's administrator; give how many rows it touched."""
        with closing(psycopg.connect(self.admin_url, autocommit=True)) as admin:
            return admin.execute(question.encode()).rowcount

    def ask_owner(self, service: str, statement: str) -> None:
        """Run a statement as the owner of a service's tables."""
        url = self.stack.database_url(service, "owner")
        with closing(psycopg.connect(url, autocommit=True)) as owner:
            owner.execute(statement.encode())

    def wait_ready(self) -> None:
        """Return when every process is there and ready; start what a strike left stopped."""
        for name in ("postgres", "broker", *PROGRAMS):
            if name not in self.stack.pids:
                self.stack.begin(name)
        for name in ("postgres", "broker", *PROGRAMS):
            self.stack.wait_ready(name)
