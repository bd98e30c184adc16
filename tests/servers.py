# SPDX-License-Identifier: EUPL-1.2
"""What the fixtures hand to a test: real servers that it may stop, kill and start again."""

import os
import signal
import threading
from collections import deque
from contextlib import suppress
from functools import cached_property
from pathlib import Path

import psycopg
from psycopg import sql

from services.cli.stack import jobs, ports, rabbitmq
from services.cli.stack.broker import PORT_NAMES, Broker, contract_users
from services.cli.stack.home import Home, open_home
from services.cli.stack.postgres import Postgres
from services.cli.stack.readiness import wait_for
from services.cli.stack.stack import Stack
from services.cli.stack.supervisor import Program, Supervisor
from services.cli.tokens import Tokens, local_tokens
from tests.waiting import wait_until

# May do anything at the broker: tests put wrong messages in queues and take them out.
TESTER = "schakel-tests"
TESTER_MAY = {TESTER: (".*", ".*", ".*")}
LINES = 300
# One address is a whole country here. And most tests count every message: no canary but their own.
UNHINDERED = {
    "SCHAKEL_RATE_LIMIT": "1000000/10",
    "SCHAKEL_REFUSED_TOKENS": "1000000/10",
    "SCHAKEL_CANARY_SECONDS": "0",
}
SECONDS = 90.0


class Records:
    """Takes down the last lines that a server said."""

    def __init__(self) -> None:
        self.lines: deque[str] = deque(maxlen=LINES)

    def __call__(self, name: str, line: str) -> None:
        """Take down one line of a program."""
        self.lines.append(f"{name:<11} | {line}")


def environment() -> dict[str, str]:
    """Give this process's environment without any setting of Schakel."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SCHAKEL_")}


def seeing_everything(url: str) -> str:
    """Give an address whose sessions see every row: the owner is held to its policies too."""
    return f"{url}?options=-c%20schakel.everything%3Don"


class PrivatePostgres:
    """A PostgreSQL server with a home of its own."""

    def __init__(self, folder: Path, records: Records) -> None:
        self.home = open_home(folder)
        port = ports.choose(["postgres"], {})["postgres"]
        password = self.home.passwords(["postgres"])["postgres"]
        self.server = Postgres(self.home, port, password)
        self.supervisor = Supervisor(records)
        self.admin_url = self.server.admin_url

    def start(self) -> None:
        """Start the server and return when it takes connections."""
        self.supervisor.start(self.server.program())
        wait_for("PostgreSQL", self.server.ready, seconds=SECONDS, halt=threading.Event())

    def stop(self) -> None:
        """Stop the server; its data stays."""
        self.supervisor.stop(["postgres"])


class PrivateBroker:
    """A RabbitMQ node with the users and permissions of the contracts, and one for the tests."""

    def __init__(self, folder: Path, records: Records) -> None:
        self.home = open_home(folder)
        users = {**contract_users(), **TESTER_MAY}
        self.node = Broker(
            home=self.home,
            rabbitmq=rabbitmq.provide(self.home, lambda line: records("rabbitmq", line)),
            ports=ports.choose(PORT_NAMES, {}),
            permissions=users,
            passwords=self.home.passwords(users),
        )
        self.supervisor = Supervisor(records)

    def url(self, user: str = TESTER) -> str:
        """Where a user logs in; without a name the one that may do anything."""
        return self.node.url(user)

    def ctl(self, *words: str) -> str:
        """Run `rabbitmqctl` with these words and give what it printed."""
        return self.node.ctl(*words)

    def apply_topology(self) -> None:
        """Declare everything that the contracts name."""
        jobs.apply_topology(self.url("schakel-topology"), environment())

    def start(self) -> None:
        """Start the node and return when it takes connections."""
        for program in self.node.programs():
            self.supervisor.start(program)
        self.wait_ready()

    def stop(self) -> None:
        """Stop the node cleanly; what it stores stays."""
        self.supervisor.stop(["broker"])
        self.supervisor.stop(["epmd"])

    def restart(self) -> None:
        """Stop the node cleanly and start it again."""
        self.stop()
        self.start()

    def kill(self) -> None:
        """Kill the node with -9; the supervisor starts it again (`wait_ready`)."""
        _kill(self.supervisor, "broker")

    def wait_ready(self) -> None:
        """Return when the node takes connections."""
        wait_for("The broker", self.node.ready, seconds=SECONDS, halt=threading.Event())


class ServiceDatabase:
    """A fresh, migrated database of one service, and the two addresses of it."""

    def __init__(self, addresses: dict[str, str]) -> None:
        self.service_url = addresses["service"]
        self.owner_url = seeing_everything(addresses["owner"])


class ServiceDatabases:
    """Makes a fresh database of a service as often as asked, from a copy that is migrated once."""

    def __init__(self, admin_url: str, home: Home) -> None:
        self.admin_url = admin_url
        self.home = home
        self.made: dict[str, dict[str, str]] = {}

    def fresh(self, service: str) -> ServiceDatabase:
        """Give the service an empty, migrated database; whoever used the old one is cut off."""
        if service not in self.made:
            self._make_copy(service)
        name, copy = _names(service)
        with psycopg.connect(self.admin_url, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
            admin.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                    name, copy, sql.Identifier(f"schakel_{service}_owner")
                )
            )
            admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
            admin.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                    name, sql.Identifier(f"schakel_{service}")
                )
            )
        return ServiceDatabase(self.made[service])

    def _make_copy(self, service: str) -> None:
        known = self.home.passwords([f"{service}-owner", service])
        passwords = {"owner": known[f"{service}-owner"], "service": known[service]}
        made = jobs.prepare_databases(self.admin_url, {service: passwords}, environment())
        self.made[service] = dict(made[service])
        name, copy = _names(service)
        with psycopg.connect(self.admin_url, autocommit=True) as admin:
            admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(name, copy))


class RunningStack:
    """The whole stack on free ports: every service, the gateway and both servers."""

    def __init__(self, folder: Path, records: Records, **settings: str) -> None:
        http_port = ports.choose(["http"], {})["http"]
        environ = environment() | UNHINDERED | settings | {"SCHAKEL_HTTP_PORT": str(http_port)}
        self.stack = Stack(open_home(folder), records, environ, TESTER_MAY)
        self.base_url = self.stack.url
        self.home = self.stack.home

    @property
    def traces(self) -> Path:
        """Where its spans are written, one a line, when its settings say so."""
        return self.home.root / "traces.jsonl"

    @cached_property
    def tokens(self) -> Tokens:
        """The tokens of its issuer, which runs as soon as the stack does."""
        return local_tokens(self.home.root)

    @property
    def pids(self) -> dict[str, int | None]:
        """The process of every program that runs now."""
        return {name: kept.pid for name, kept in list(self.stack.supervisor.kept.items())}

    def restarts(self, name: str) -> int:
        """How often the supervisor has started a program again."""
        return self.stack.supervisor.kept[name].restarts

    def admin_url(self, service: str) -> str:
        """Where a service answers /healthz, /readyz and /metrics."""
        return self.stack.admin_url(service)

    def database_url(self, service: str, role: str = "service") -> str:
        """The address of a service's database for its own role, or for role "owner"."""
        url = self.stack.addresses[service][role]
        return seeing_everything(url) if role == "owner" else url

    def amqp_url(self, user: str = TESTER) -> str:
        """Where a user logs in at the broker; without a name the one that may do anything."""
        return self.stack.amqp_url(user)

    def ctl(self, *words: str) -> str:
        """Run `rabbitmqctl` against the stack's broker and give what it printed."""
        broker = self.stack.broker
        assert broker is not None
        return broker.ctl(*words)

    def kill(self, name: str) -> None:
        """Kill a program with -9; the supervisor starts it again (`wait_ready`)."""
        _kill(self.stack.supervisor, name)

    def stop(self, *names: str) -> None:
        """Stop programs cleanly, and leave them stopped until `start`."""
        self.stack.supervisor.stop(names)

    def start(self, name: str, **settings: str) -> None:
        """Start a stopped program, a service with settings of its own, and wait for it."""
        self.begin(name, **settings)
        self.wait_ready(name)

    def begin(self, name: str, **settings: str) -> None:
        """Start a stopped program and do not wait: one that is to die at a crash point."""
        self.stack.supervisor.start(self._program(name, settings))

    def start_doomed(self, name: str, crash_at: str) -> None:
        """Start a stopped service that dies at a crash point once, and lives when it comes back."""
        self.start(name, SCHAKEL_CRASH_AT=crash_at)
        self.stack.supervisor.kept[name].program = self._program(name, {})

    def restart(self, name: str, **settings: str) -> None:
        """Stop a program cleanly and start it again: a service, "broker" or "postgres"."""
        self.stop(name)
        self.start(name, **settings)

    def wait_ready(self, name: str, seconds: float = SECONDS) -> None:
        """Return when a program is ready: a service says so, a server takes connections."""
        servers = {"broker": self.stack.broker, "postgres": self.stack.postgres}
        server = servers.get(name)
        if server is None:
            self.stack.wait_ready(name, seconds)
        else:
            wait_for(name, server.ready, seconds=seconds, halt=threading.Event())

    def _program(self, name: str, settings: dict[str, str]) -> Program:
        if name == "postgres" and self.stack.postgres is not None:
            return self.stack.postgres.program()
        if name == "broker" and self.stack.broker is not None:
            return self.stack.broker.programs()[1]
        return self.stack.program(name, **settings)


def _names(service: str) -> tuple[sql.Identifier, sql.Identifier]:
    return sql.Identifier(f"schakel_{service}"), sql.Identifier(f"schakel_{service}_migrated")


def _kill(supervisor: Supervisor, name: str) -> None:
    pid = supervisor.pid(name)
    assert pid is not None, f"{name} does not run"
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: supervisor.pid(name) != pid)
