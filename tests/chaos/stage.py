# SPDX-License-Identifier: EUPL-1.2
"""The stack as a campaign runs it: over lines, with more than one process of a service.

`regions` serves all regions but one; `regions-apart` serves that one. With `--replicas 2` every
service has a second process that stands by.
"""

import os
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event

from services.cli.stack import ports
from services.cli.stack.ports import LOOPBACK
from services.cli.stack.readiness import answers, wait_for
from services.cli.stack.supervisor import Program
from shared.contracts.reference import region_codes
from shared.contracts.topology import SERVICES
from tests.chaos.proxy import Line
from tests.servers import Records, RunningStack
from tests.waiting import wait_until

PROGRAMS = (*SERVICES, "gateway")
REGIONS = frozenset(region_codes())
APART = "AM36"
APART_NAME = "regions-apart"
OTHERS = ",".join(sorted(REGIONS - {APART}))
ADDRESSES = (
    ("SCHAKEL_AMQP_URL", "amqp", "broker"),
    ("SCHAKEL_DATABASE_URL", "postgres", "postgres"),
)
# Whatever else strikes meanwhile: a service is not ready while the broker is being wiped.
READY_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Sibling:
    """One more process of a service, with a name, ports and settings of its own."""

    name: str
    service: str
    ports: Mapping[str, int]
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What it is told beyond what every process of its service is."""
        chosen = {f"SCHAKEL_{name.upper()}_PORT": str(port) for name, port in self.ports.items()}
        return {**chosen, **self.settings}


class Stage(RunningStack):
    """A stack whose services reach the broker and the database by lines, once there are any."""

    def __init__(self, folder: Path, records: Records, **settings: str) -> None:
        super().__init__(folder, records, **settings)
        self.lines: Mapping[str, Line] = {}
        # What the first process of `regions` serves where it has siblings.
        self.regions = OTHERS
        self._siblings: dict[str, Sibling] = {}

    def lay_lines(self) -> None:
        """Lay a line to each server, for whatever starts from now on."""
        chosen = self.home.read("ports")
        self.lines = {"broker": Line(chosen["amqp"]), "postgres": Line(chosen["postgres"])}

    def admit(self, name: str, service: str, **settings: str) -> str:
        """Know one more process of a service; `begin` starts it."""
        chosen = ports.choose(["admin", *(["http"] if service == "gateway" else [])], {})
        self._siblings[name] = Sibling(name, service, chosen, settings)
        return name

    def dismiss(self, name: str) -> None:
        """Stop such a process, and know it no more."""
        self.stop(name)
        del self._siblings[name]

    def siblings_of(self, service: str) -> list[str]:
        """Name the other processes of a service."""
        return [one.name for one in list(self._siblings.values()) if one.service == service]

    def everybody(self) -> list[str]:
        """Name every process of every service."""
        return [*PROGRAMS, *list(self._siblings)]

    @property
    def doors(self) -> list[str]:
        """Where each gateway answers."""
        others = [self._siblings[name].ports["http"] for name in self.siblings_of("gateway")]
        return [self.base_url, *(f"http://{LOOPBACK}:{port}" for port in others)]

    def give_address(self, service: str, url: str) -> None:
        """Have whatever starts from now on log in at its database by another address."""
        known = self.stack.addresses
        self.stack.addresses = {**known, service: {**known[service], "service": url}}

    def doom(self, name: str, crash_at: str, **settings: str) -> subprocess.Popen[str]:
        """Start a stopped service that dies at a crash point once, and lives when it comes back."""
        self.begin(name, SCHAKEL_CRASH_AT=crash_at, **settings)
        kept = self.stack.supervisor.kept[name]
        wait_until(lambda: kept.process is not None)
        assert kept.process is not None
        doomed = kept.process
        kept.program = self._program(name, {})
        return doomed

    def lose(self, name: str) -> None:
        """Kill a program with -9, and leave it dead until `begin`."""
        kept = self.stack.supervisor.kept[name]
        pid = kept.pid
        kept.leaving.set()
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
        self.stop(name)

    def is_ready(self, name: str) -> bool:
        """Tell whether a service says now that it is ready."""
        return answers(int(self.admin_url(name).rpartition(":")[2]), "/readyz")

    def admin_url(self, service: str) -> str:
        """Where a process answers /healthz, /readyz and /metrics."""
        if service in self._siblings:
            return f"http://{LOOPBACK}:{self._siblings[service].ports['admin']}"
        return super().admin_url(service)

    def wait_ready(self, name: str, seconds: float = READY_SECONDS) -> None:
        """Return when a program is ready: a service says so, a server takes connections."""
        if name in self._siblings:
            wait_for(name, lambda: self.is_ready(name), seconds=seconds, halt=Event())
        else:
            super().wait_ready(name, seconds)

    def _program(self, name: str, settings: dict[str, str]) -> Program:
        if name in self._siblings:
            one = self._siblings[name]
            program = super()._program(one.service, one.environment | settings)
            return replace(program, name=name, env=self._led(program.env))
        if name == "regions" and self.siblings_of("regions"):
            settings = {"SCHAKEL_REGIONS": self.regions} | settings
        program = super()._program(name, settings)
        return program if name not in PROGRAMS else replace(program, env=self._led(program.env))

    def _led(self, env: Mapping[str, str]) -> dict[str, str]:
        """Give an environment with the lines' ports in place of the servers'."""
        chosen, led = self.home.read("ports"), dict(env)
        for setting, port, name in ADDRESSES:
            if setting in led and name in self.lines:
                led[setting] = led[setting].replace(
                    f":{chosen[port]}/", f":{self.lines[name].port}/"
                )
        return led
