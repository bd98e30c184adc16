# SPDX-License-Identifier: EUPL-1.2
"""The whole stack on one machine: servers, jobs and services, in order of readiness.

PostgreSQL, then provision and migrate; beside it the broker, then its topology; after both the
services. Nothing waits for a time, everything for a fact.
"""

import os
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import Literal

from services.cli.issuer.clients import CONSOLE, LOCAL
from services.cli.stack import jobs, ports, prometheus, rabbitmq
from services.cli.stack.broker import PORT_NAMES, Broker, Permissions, address, contract_users
from services.cli.stack.catalogue import Deployable, deployables
from services.cli.stack.condition import port_name
from services.cli.stack.home import Home
from services.cli.stack.postgres import ADMIN, Postgres
from services.cli.stack.readiness import answers, wait_for
from services.cli.stack.supervisor import Program, Supervisor, Voice
from services.cli.stack.trouble import StackRefused

State = Literal["starting", "ready", "stopping", "stopped"]

ISSUER, SESSIONS = "issuer", "sessions"
SERVERS = (prometheus.PROMETHEUS, ISSUER, "broker", "epmd", "postgres")
TOPOLOGY_USER = "schakel-topology"
SERVER_SECONDS = 90.0
SERVICE_SECONDS = 60.0
HTTP_PORT = "8080"
PSEUDONYMS = "pseudonyms"


class Stack:
    """The local stack of one home. `start` returns when every service says it is ready."""

    def __init__(
        self,
        home: Home,
        voice: Voice,
        environ: Mapping[str, str] | None = None,
        extra_users: Permissions | None = None,
    ) -> None:
        self.home = home
        self.environ = dict(os.environ if environ is None else environ)
        self.deployables = {found.name: found for found in deployables()}
        self.http_port = int(self.environ.get("SCHAKEL_HTTP_PORT") or HTTP_PORT)
        self.supervisor = Supervisor(voice, self.record)
        self.state: State = "stopped"
        self.addresses: jobs.Addresses = {}
        self.postgres: Postgres | None = None
        self.broker: Broker | None = None
        self.voice = voice
        self._users: Permissions = {**contract_users(), **(extra_users or {})}
        self._halt = threading.Event()
        self._recording = threading.Lock()
        self._ports: dict[str, int] = {}
        self._passwords: dict[str, str] = {}

    @property
    def url(self) -> str:
        """Where the gateway answers."""
        return f"http://{ports.LOOPBACK}:{self.http_port}"

    @property
    def issuer_url(self) -> str:
        """Where the development issuer answers."""
        return f"http://{ports.LOOPBACK}:{self._ports[ISSUER]}"

    def admin_url(self, service: str) -> str:
        """Where a service tells its health and metrics."""
        return f"http://{ports.LOOPBACK}:{self._ports[f'{service}-admin']}"

    def amqp_url(self, user: str) -> str:
        """Where a user logs in at the broker: ours, or the one that the environment names."""
        told = self.environ.get("SCHAKEL_AMQP_URL")
        if not told:
            return self._broker().url(user)
        return _as(user, self._passwords[user], told)

    def start(self) -> None:
        """Start everything, or refuse and leave nothing running."""
        self._enter("starting")
        try:
            ports.require_free(self.http_port, "SCHAKEL_HTTP_PORT")
            self._require_users()
            self._choose()
            self._start_issuer()
            self._start_servers()
            for name in self.deployables:
                self.supervisor.start(self.program(name))
            for name in (*self.deployables, *({ISSUER} & self._ports.keys())):
                self.wait_ready(name)
        except BaseException:
            self.stop()
            raise
        self._enter("ready")

    def watch(self) -> str | None:
        """Start Prometheus where its program is here; give where it answers, None without it."""
        found = prometheus.find()
        if found is None:
            return None
        port = self._ports[prometheus.PROMETHEUS] = prometheus.choose_port()
        self.home.write("ports", {**self._ports, "gateway": self.http_port})
        targets = {name: self._ports[port_name(name)] for name in self.deployables}
        self.supervisor.start(prometheus.program(self.home, found, port, targets))
        return f"http://{ports.LOOPBACK}:{port}"

    def stop(self) -> list[str]:
        """Stop services first, then what they need; name what had to be killed."""
        self._halt.set()
        self._enter("stopping")
        forced = self.supervisor.stop(self.deployables)
        for server in SERVERS:
            forced += self.supervisor.stop([server])
        self._enter("stopped")
        return forced

    def program(self, name: str, **settings: str) -> Program:
        """Give a service as a program, with settings of its own over those of the stack."""
        if name == ISSUER:
            return self._issuer()
        return Program(
            name=name,
            argv=[sys.executable, "-m", "shared.serve", name],
            env=self._environment(self.deployables[name]) | settings,
        )

    def wait_ready(self, name: str, seconds: float = SERVICE_SECONDS) -> None:
        """Return when a service says that it is ready."""
        port = self._ports[port_name(name)]
        wait_for(name, lambda: answers(port, "/readyz"), seconds=seconds, halt=self._halt)

    def record(self) -> None:
        """Write down what runs, for `schakel status` and for the next start."""
        # Every program's thread comes here: the last to write must be the last to have looked.
        with self._recording:
            programs = {
                name: {"pid": kept.pid, "born": kept.born, "restarts": kept.restarts}
                for name, kept in list(self.supervisor.kept.items())
            }
            status = {"state": self.state, "supervisor": os.getpid(), "url": self.url}
            self.home.write("status", status | {"programs": programs})

    def _enter(self, state: State) -> None:
        self.state = state
        self.record()

    def _choose(self) -> None:
        """Choose every port and password before anything starts."""
        names = ["postgres", *PORT_NAMES, *(f"{name}-admin" for name in self.deployables)]
        own = [] if self.environ.get("SCHAKEL_OIDC_ISSUER") else [ISSUER]
        self._ports = ports.choose([*names, *own], self.home.read("ports"))
        self.home.write("ports", {**self._ports, "gateway": self.http_port})
        owners = [f"{name}-owner" for name in self.deployables]
        programs = [*self._users, *self.deployables, LOCAL, CONSOLE, SESSIONS, PSEUDONYMS]
        self._passwords = self.home.passwords([ADMIN, *programs, *owners])

    def _start_issuer(self) -> None:
        if ISSUER not in self._ports:
            return
        if self.environ.get("SCHAKEL_ENV") == "production":
            raise StackRefused(
                "In production the development issuer is not started.",
                ["name the issuer of your organisation: SCHAKEL_OIDC_ISSUER"],
            )
        self.supervisor.start(self._issuer())

    def _issuer(self) -> Program:
        words = ["-m", "services.cli.issuer", str(self._ports[ISSUER]), self.url]
        told = {"SCHAKEL_HOME": str(self.home.root), "PYTHONUNBUFFERED": "1"}
        return Program(ISSUER, [sys.executable, *words], env=self._inherited() | told)

    def _require_users(self) -> None:
        """Refuse a broker at which all services are one user: who calls could not be told."""
        told = self.environ.get("SCHAKEL_AMQP_URL")
        if told and "{user}:{password}" not in told:
            raise StackRefused(
                "SCHAKEL_AMQP_URL names one user, and every service needs its own.",
                [
                    "write pyamqp://{user}:{password}@host:5672/vhost, as it stands here",
                    "make the users there: python -m services.cli.stack.definitions prints them",
                ],
            )

    def _start_servers(self) -> None:
        chains = (self._database_chain, self._broker_chain)
        with ThreadPoolExecutor(len(chains)) as threads:
            running = [threads.submit(chain) for chain in chains]
            try:
                done, _ = wait(running, return_when=FIRST_EXCEPTION)
                for chain in done:
                    chain.result()
            except BaseException:
                self._halt.set()
                raise

    def _database_chain(self) -> None:
        admin_url = self.environ.get("SCHAKEL_DATABASE_URL")
        if not admin_url:
            self.postgres = Postgres(self.home, self._ports["postgres"], self._passwords[ADMIN])
            self.supervisor.start(self.postgres.program())
            admin_url = self.postgres.admin_url
            wait_for("PostgreSQL", self.postgres.ready, seconds=SERVER_SECONDS, halt=self._halt)
        passwords = {
            name: {"owner": self._passwords[f"{name}-owner"], "service": self._passwords[name]}
            for name, found in self.deployables.items()
            if found.has_database
        }
        self.addresses = jobs.prepare_databases(admin_url, passwords, self.environ)

    def _broker_chain(self) -> None:
        if not self.environ.get("SCHAKEL_AMQP_URL"):
            programs = rabbitmq.provide(self.home, lambda line: self.voice("stack", line))
            self.broker = Broker(self.home, programs, self._ports, self._users, self._passwords)
            for program in self.broker.programs():
                self.supervisor.start(program)
            wait_for("The broker", self.broker.ready, seconds=SERVER_SECONDS, halt=self._halt)
        jobs.apply_topology(self.amqp_url(TOPOLOGY_USER), self.environ)

    def _broker(self) -> Broker:
        if self.broker is None:
            raise RuntimeError("The broker has not been started")
        return self.broker

    def _environment(self, service: Deployable) -> dict[str, str]:
        own = {
            "SCHAKEL_AMQP_URL": self.amqp_url(service.amqp_user),
            "SCHAKEL_ADMIN_PORT": str(self._ports[f"{service.name}-admin"]),
            "SCHAKEL_HTTP_PORT": str(self.http_port),
            "PYTHONUNBUFFERED": "1",
        }
        if ISSUER in self._ports:
            own["SCHAKEL_OIDC_ISSUER"] = self.issuer_url
        if service.name == "gateway":
            own |= self._of_browsers()
        if service.has_database:
            own["SCHAKEL_PROCESSING_LOG"] = str(self.home.logs / "processing.jsonl")
            own["SCHAKEL_PSEUDONYM_KEY"] = self._passwords[PSEUDONYMS]
            own["SCHAKEL_DATABASE_URL"] = self.addresses[service.name]["service"]
        return self._inherited() | own

    def _of_browsers(self) -> dict[str, str]:
        """Tell the gateway how browsers log in; what the user has set goes before it."""
        known = {
            "SCHAKEL_PUBLIC_URL": self.url,
            "SCHAKEL_SESSION_SECRET": self._passwords[SESSIONS],
            "SCHAKEL_OIDC_CLIENT_SECRET": self._passwords[CONSOLE],
        }
        return {name: self.environ.get(name) or value for name, value in known.items()}

    def _inherited(self) -> dict[str, str]:
        # What the user may have set is an administrator's address: no program gets that.
        names = self.environ.keys() - {"SCHAKEL_DATABASE_URL"}
        return {name: self.environ[name] for name in names}


def topology_url(running: Home | None) -> str:
    """Give the address at which the topology may be declared: as set, or of the stack that runs."""
    secrets = running.read("secrets") if running else {}
    told = os.environ.get("SCHAKEL_AMQP_URL")
    if told:
        return _as(TOPOLOGY_USER, secrets.get(TOPOLOGY_USER, ""), told)
    port = running.read("ports").get("amqp") if running else None
    if port is None or TOPOLOGY_USER not in secrets:
        raise StackRefused("The stack is stopped, and its broker with it: schakel up starts both.")
    return address(TOPOLOGY_USER, secrets[TOPOLOGY_USER], port)


def _as(user: str, password: str, told: str) -> str:
    """Give an address, of one node or of many, with a user and its password where they go."""
    return told.replace("{user}", user).replace("{password}", password)
