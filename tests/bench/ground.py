# SPDX-License-Identifier: EUPL-1.2
"""The ground that every system stands on: one PostgreSQL, one RabbitMQ, and fresh databases."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql

from services.cli.stack.supervisor import Supervisor
from tests.bench.cpu import cpu_seconds
from tests.bench.widened import REGIONS, codes
from tests.servers import (
    TESTER,
    PrivateBroker,
    PrivatePostgres,
    Records,
    ServiceDatabases,
    environment,
    seeing_everything,
)

OWNER, HOLDER = "agreements", "regions"
VHOST = "schakel"


@dataclass(frozen=True, slots=True)
class Place:
    """What one system is given: databases of an owner and of the holder, a broker, recipients.

    `databases` are for the system, `watched` for whoever must see everything. A service of the
    product logs in at the broker as itself (`logins`), as only its own word is taken for it.
    """

    databases: Mapping[str, str]
    watched: Mapping[str, str]
    amqp_url: str
    logins: Mapping[str, str]
    recipients: tuple[str, ...]
    owner: str = OWNER

    def environment(self) -> dict[str, str]:
        """Say it to the processes of a peer, which says of no transaction whose rows it sees."""
        return environment() | {
            "BENCH_OWNER_URL": seeing_everything(self.databases[self.owner]),
            "BENCH_HOLDER_URL": seeing_everything(self.databases[HOLDER]),
            "BENCH_AMQP_URL": self.amqp_url,
            "BENCH_RECIPIENTS": str(len(self.recipients)),
            "PYTHONUNBUFFERED": "1",
        }


class Ground:
    """Both servers, started for the length of a block and removed after it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        records = Records()
        self.postgres = PrivatePostgres(folder / "postgres", records)
        self.broker = PrivateBroker(folder / "broker", records)
        self._databases = ServiceDatabases(self.postgres.admin_url, self.postgres.home)
        self._declared = set[int]()
        self._leaving = ExitStack()

    def __enter__(self) -> Self:
        """Start both."""
        with ExitStack() as leaving:
            for server in (self.postgres, self.broker):
                leaving.callback(server.home.forget)
                leaving.callback(server.stop)
                server.start()
            self._leaving = leaving.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Stop both and remove what they stored."""
        self._leaving.close()

    def place(self, recipients: int = REGIONS, owner: str = OWNER) -> Place:
        """Give databases as they were kept last, or empty ones, and queues for so many."""
        made = {name: self._databases.fresh(name) for name in (owner, HOLDER)}
        with psycopg.connect(self.postgres.admin_url, autocommit=True) as admin:
            # What was written before is on the disk before the next one begins.
            admin.execute("CHECKPOINT")
        vhost = self._queues_for(recipients)
        return Place(
            databases={name: one.service_url for name, one in made.items()},
            watched={name: one.owner_url for name, one in made.items()},
            amqp_url=self._url(TESTER, vhost),
            logins={name: self._url(f"schakel-{name}", vhost) for name in made},
            recipients=codes(recipients),
            owner=owner,
        )

    def keep_aside(self) -> None:
        """Keep what the databases hold now, for `remembering`."""
        for service in (OWNER, HOLDER):
            self._rename(service, f"{service}_kept")

    @contextmanager
    def remembering(self) -> Iterator[None]:
        """Let `place` start from what was kept, for the length of a block."""
        for service in (OWNER, HOLDER):
            self._rename(f"{service}_migrated", f"{service}_empty")
            self._rename(f"{service}_kept", f"{service}_migrated")
        try:
            yield
        finally:
            for service in (OWNER, HOLDER):
                self._rename(f"{service}_migrated", f"{service}_kept")
                self._rename(f"{service}_empty", f"{service}_migrated")

    def forget_kept(self) -> None:
        """Remove what was kept."""
        for service in (OWNER, HOLDER):
            self._admin("DROP DATABASE IF EXISTS {} WITH (FORCE)", f"{service}_kept")

    def cpu(self) -> dict[str, float]:
        """Give the CPU seconds that each server has used since it started."""
        return {
            "broker": cpu_seconds(_pid(self.broker.supervisor, "broker")),
            "postgresql": cpu_seconds(_pid(self.postgres.supervisor, "postgres")),
        }

    def forget_queues_for(self, recipients: int) -> None:
        """Delete the queues of a size that is not measured any more."""
        if recipients in self._declared and recipients != REGIONS:
            self._declared.remove(recipients)
            self.broker.ctl("delete_vhost", f"{VHOST}{recipients}")

    def _queues_for(self, recipients: int) -> str:
        vhost = VHOST if recipients == REGIONS else f"{VHOST}{recipients}"
        if recipients not in self._declared:
            if vhost != VHOST:
                self.broker.ctl("add_vhost", vhost)
                for user in (TESTER, f"schakel-{OWNER}", f"schakel-{HOLDER}"):
                    self.broker.ctl("set_permissions", "-p", vhost, user, ".*", ".*", ".*")
            _declare(self._url(TESTER, vhost), recipients)
            self._declared.add(recipients)
        return vhost

    def _url(self, user: str, vhost: str) -> str:
        return self.broker.url(user).rpartition("/")[0] + f"/{vhost}"

    def _rename(self, before: str, after: str) -> None:
        self._admin("ALTER DATABASE {} RENAME TO {}", before, after)

    def _admin(self, statement: str, *databases: str) -> None:
        with psycopg.connect(self.postgres.admin_url, autocommit=True) as admin:
            names = [sql.Identifier(f"schakel_{name}") for name in databases]
            admin.execute(sql.SQL(statement).format(*names))


def _declare(url: str, recipients: int) -> None:
    """Have the product declare its own topology, for so many recipients."""
    told = {"SCHAKEL_AMQP_URL": url, "BENCH_RECIPIENTS": str(recipients)}
    subprocess.run(
        [sys.executable, "-m", "tests.bench.widened", "shared.messaging.topology", "apply"],
        env=environment() | told,
        stdout=subprocess.DEVNULL,
        check=True,
    )


def _pid(supervisor: Supervisor, name: str) -> int:
    pid = supervisor.pid(name)
    assert pid is not None, f"{name} does not run"
    return pid
