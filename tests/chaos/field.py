# SPDX-License-Identifier: EUPL-1.2
"""The field of a campaign: a running stack that may be struck, and ways to look at it."""

import shutil
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random
from socket import create_connection
from typing import Any
from urllib.parse import urlsplit

import httpx
import psutil
import psycopg
from kombu.connection import Connection

from services.cli.stack.home import open_home
from shared.messaging import topology
from shared.messaging.policy import Backoff
from tests.chaos.clock import SteppedClock
from tests.chaos.load import Worker
from tests.chaos.recorder import Recorder
from tests.chaos.stage import APART, APART_NAME, PROGRAMS, READY_SECONDS, Stage
from tests.chaos.volume import Volume, possible
from tests.e2e.intruder import Intruder
from tests.faults.proof import Proof
from tests.servers import Records

SERVERS = ("postgres", "broker")
# A watchdog that looks after seconds, so that a campaign of minutes sees it at work.
SETTINGS = {"SCHAKEL_WATCHDOG_SECONDS": "5", "SCHAKEL_RETRY_SECONDS": "0.5"}
DISKS = {"broker": ("broker/data", 2048), "postgres": ("postgres", 4096)}
# Seldom, the longer it takes: each asking is a new session at the database under test.
ASKING = Backoff(first_seconds=0.1, factor=1.2, cap_seconds=0.5)


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


def becomes(fact: Callable[[], bool], seconds: float) -> bool:
    """Ask until it is so, or the time is up; a server that is away says no."""
    until = time.monotonic() + seconds
    for asked in count(1):
        with suppress(OSError, psycopg.OperationalError, httpx.TransportError):
            if fact():
                return True
        if time.monotonic() > until:
            break
        linger(ASKING.after(asked).total_seconds())
    return False


class Field:
    """The stack under attack, and somebody who may ask it for something while it is struck."""

    worker: Worker

    def __init__(self, folder: Path, recorder: Recorder, **environment: str) -> None:
        self.records = Records()
        self.recorder = recorder
        folder.mkdir(parents=True, exist_ok=True)
        self.clock = SteppedClock(folder / "clock")
        settings = {**SETTINGS, "SCHAKEL_CLOCK_FILE": str(self.clock.file), **environment}
        self.stack = Stage(folder, self.records, **settings)
        self.disks: dict[str, Volume] = {}
        self.brief = False
        self._proof: Proof | None = None

    def start(self, *, replicas: int, disks: bool) -> None:
        """Start everything, with witnesses in the databases."""
        self.stack.stack.start()
        self.stack.stop(*PROGRAMS)
        if disks and possible():
            self._lay_disks()
        self.stack.lay_lines()
        self.admit(replicas)
        self._proof = Proof(self.stack)
        self._proof.install()
        self.wait_ready()

    def admit(self, replicas: int) -> None:
        """Name the processes that run beside the first one of their service."""
        self.stack.admit(APART_NAME, "regions", SCHAKEL_REGIONS=APART)
        for number in range(2, replicas + 1):
            for name in PROGRAMS:
                self.stack.admit(f"{name}-{number}", name)

    def end(self) -> None:
        """Stop everything and forget what it stored."""
        self.stack.stop(*self.stack.everybody())
        self.stack.stack.stop()
        for line in self.stack.lines.values():
            line.close()
        for disk in self.disks.values():
            disk.drop()
        self.clock.close()
        open_home(self.stack.home.root).forget()

    def length(self, chance: Random, least: float, most: float) -> float:
        """Draw how long a fault lasts; where only recovery is measured, the least will do."""
        return least if self.brief else chance.uniform(least, most)

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
        """Remove everything that a broker had stored which does not run."""
        for one in (self.stack.home.servers / "broker" / "data").iterdir():
            shutil.rmtree(one) if one.is_dir() else one.unlink()

    def ask_admin(self, question: str, values: Mapping[str, Any] | None = None) -> int:
        """Run a statement as the database's administrator; give how many rows it touched."""
        with closing(psycopg.connect(self.admin_url, autocommit=True)) as admin:
            return admin.execute(question.encode(), values).rowcount

    def ask_owner(
        self, service: str, statement: str, values: Mapping[str, Any] | None = None
    ) -> int:
        """Run a statement as the owner of a service's tables; give how many rows it touched."""
        url = self.stack.database_url(service, "owner")
        with closing(psycopg.connect(url, autocommit=True)) as owner:
            return owner.execute(statement.encode(), values).rowcount

    def wait_ready(self, seconds: float = READY_SECONDS) -> None:
        """Return when every process is there and ready; start what a strike left stopped."""
        everybody = (*SERVERS, *self.stack.everybody())
        for name in everybody:
            if name not in self.stack.pids:
                self.stack.begin(name)
        until = time.monotonic() + seconds
        for name in everybody:
            self.stack.wait_ready(name, max(0.0, until - time.monotonic()))

    def _lay_disks(self) -> None:
        for name, (folder, megabytes) in DISKS.items():
            self.stack.stop(name)
            self.disks[name] = Volume(self.stack.home.servers / folder, megabytes)
            self.disks[name].lay(self.stack.home.account)
            self.stack.start(name)
