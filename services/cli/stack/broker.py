# SPDX-License-Identifier: EUPL-1.2
"""RabbitMQ as the local stack runs it: a private node with its own ports, cookie and folder.

Debian's wrapper in /usr/sbin changes folder and account, so the scripts behind it are called.
"""

import base64
import hashlib
import json
import os
import secrets
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from services.cli.stack.home import Home
from services.cli.stack.ports import LOOPBACK, is_open
from services.cli.stack.rabbitmq import RabbitMQ
from services.cli.stack.supervisor import Program

VHOST = "schakel"
NODE = "schakel@localhost"
# With less of its disk free it takes no messages: a developer's disk is rarely empty.
FREE_MB = 200
LOOPBACK_ONLY = "-kernel inet_dist_use_interface {127,0,0,1}"
PORT_NAMES = ("amqp", "broker-distribution", "broker-epmd", "broker-control")

Permissions = Mapping[str, tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Broker:
    """One private node. Who may do what is in `permissions`: configure, write, read per user."""

    home: Home
    rabbitmq: RabbitMQ
    ports: Mapping[str, int]
    permissions: Permissions
    passwords: Mapping[str, str]
    extra: Mapping[str, str] = field(default_factory=dict)

    def url(self, user: str) -> str:
        """Where a user of the broker logs in."""
        return address(user, self.passwords[user], self.ports["amqp"])

    def programs(self) -> tuple[Program, Program]:
        """Give the node's port mapper and the node itself, in order of start."""
        self._write_files()
        return self._port_mapper(), self._node()

    def ready(self) -> bool:
        """Tell whether the node takes connections; it opens its port when all else is loaded."""
        return is_open(self.ports["amqp"])

    def ctl(self, *words: str) -> str:
        """Run `rabbitmqctl` against this node and give what it printed."""
        script = str(self.rabbitmq.scripts / "rabbitmqctl")
        done = subprocess.run(  # noqa: S603
            [script, "--quiet", *words],
            env=self._environment(),
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    @property
    def _folder(self) -> Path:
        return self.home.servers / "broker"

    def _port_mapper(self) -> Program:
        port = str(self.ports["broker-epmd"])
        return Program(
            name="epmd",
            argv=[str(self.rabbitmq.epmd), "-address", LOOPBACK, "-port", port],
            env=self._environment(),
            account=self.home.account,
            folder=self._folder,
            log=self.home.logs / "epmd.log",
        )

    def _node(self) -> Program:
        return Program(
            name="broker",
            argv=[str(self.rabbitmq.scripts / "rabbitmq-server")],
            env=self._environment(),
            account=self.home.account,
            folder=self._folder,
            log=self.home.logs / "broker.log",
            stop_seconds=30.0,
        )

    def _environment(self) -> dict[str, str]:
        folder, control = self._folder, self.ports["broker-control"]
        return self.rabbitmq.environment() | {
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "ERL_EPMD_ADDRESS": LOOPBACK,
            "ERL_EPMD_PORT": str(self.ports["broker-epmd"]),
            # The supervisor keeps the port mapper; Erlang's own would outlive the node.
            "ERL_FLAGS": "-start_epmd false",
            "RABBITMQ_NODENAME": NODE,
            "RABBITMQ_NODE_PORT": str(self.ports["amqp"]),
            "RABBITMQ_NODE_IP_ADDRESS": LOOPBACK,
            "RABBITMQ_DIST_PORT": str(self.ports["broker-distribution"]),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "none.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            # Without a shell around it: signals reach the node, and its death is seen at once.
            "RABBITMQ_ALLOW_INPUT": "1",
            "RABBITMQ_SERVER_START_ARGS": "-noinput +B i",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": LOOPBACK_ONLY,
            "RABBITMQ_CTL_ERL_ARGS": LOOPBACK_ONLY,
            "RABBITMQ_CTL_DIST_PORT_MIN": str(control),
            "RABBITMQ_CTL_DIST_PORT_MAX": str(control + 9),
            **self.extra,
        }

    def _write_files(self) -> None:
        folder = self.home.server_folder("broker")
        cookie = folder / ".erlang.cookie"
        if not cookie.exists():
            _write(cookie, secrets.token_hex(20))
            cookie.chmod(0o400)
        loaded = folder / "definitions.json"
        _write(loaded, json.dumps(definitions(self.permissions, self.passwords), indent=2))
        _write(folder / "enabled_plugins", "[].\n")
        _write(folder / "rabbitmq.conf", _configuration(self.ports["amqp"], loaded))
        if self.home.account is not None:
            self.home.account.owns(folder)


def definitions(permissions: Permissions, passwords: Mapping[str, str]) -> dict[str, object]:
    """Give the users of a broker and what each may do, as RabbitMQ reads it at its start."""
    users = [
        {
            "name": name,
            "password_hash": _hash(passwords[name]),
            "hashing_algorithm": "rabbit_password_hashing_sha256",
            "tags": "",
        }
        for name in permissions
    ]
    grants = [
        {"user": name, "vhost": VHOST, "configure": configure, "write": write, "read": read}
        for name, (configure, write, read) in permissions.items()
    ]
    return {"vhosts": [{"name": VHOST}], "users": users, "permissions": grants}


def contract_users() -> Permissions:
    """Give the users that the contracts name, and what each may do."""
    # Here, because most commands need neither a broker nor its contracts.
    from shared.contracts.topology import permissions  # noqa: PLC0415

    return permissions()


def address(user: str, password: str, port: int) -> str:
    """Give the address of a private node; `pyamqp` because `amqp` may become librabbitmq."""
    return f"pyamqp://{user}:{password}@{LOOPBACK}:{port}/{VHOST}"


def _configuration(port: int, loaded: Path) -> str:
    return "\n".join(
        [
            f"listeners.tcp.local = {LOOPBACK}:{port}",
            f"load_definitions = {loaded}",
            # Ours are the only users; without a definition the node would add `guest`.
            "loopback_users = none",
            "log.console = true",
            "log.console.level = warning",
            "log.file = false",
            f"disk_free_limit.absolute = {FREE_MB}MB",
            "",
        ]
    )


def _write(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


def _hash(password: str) -> str:
    """Hash a password as RabbitMQ stores it: a salt of 4 bytes, then SHA-256 of both."""
    salt = secrets.token_bytes(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
