# SPDX-License-Identifier: EUPL-1.2
"""A cluster of three RabbitMQ nodes on this machine, each of which may be struck by itself."""

import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil

from services.cli.stack import ports, rabbitmq
from services.cli.stack.broker import PORT_NAMES, Broker, contract_users
from services.cli.stack.home import open_home
from services.cli.stack.readiness import wait_for
from services.cli.stack.supervisor import Supervisor
from tests.servers import SECONDS, TESTER, TESTER_MAY, Records
from tests.waiting import wait_until

PORT_MAPPER = "broker-epmd"
# Nodes with unequal cookies refuse each other, whoever calls.
SET_COOKIE = "[erlang:set_cookie(Peer, {1}) || Peer <- {0}]."
DISCONNECT = "[erlang:disconnect_node(Peer) || Peer <- %s]."
CONNECT = "[net_kernel:connect_node(Peer) || Peer <- %s]."
# What docs/operations.md asks of a cluster; a dead link is noticed after a quarter of a minute.
SETTINGS = """
[{rabbit, [
    {cluster_nodes, {%s, disc}},
    {cluster_partition_handling, autoheal},
    {queue_leader_locator, <<"balanced">>}]},
 {kernel, [{net_ticktime, 15}]}].
"""


class Cluster:
    """Three nodes with one cookie and one port mapper."""

    def __init__(self, folder: Path, records: Records) -> None:
        self.home = open_home(folder)
        self.names = ("one", "two", "three")
        self.supervisor = Supervisor(records)
        self.users = {**contract_users(), **TESTER_MAY}
        self.passwords = self.home.passwords([*self.users, "cookie"])
        self._programs = rabbitmq.provide(self.home, lambda line: records("rabbitmq", line))
        numbers = [f"{name} {port}" for name in self.names for port in PORT_NAMES]
        self._ports = ports.choose([*numbers, PORT_MAPPER], {})
        self.nodes = {name: self._node(name) for name in self.names}

    def url(self) -> str:
        """Where every user logs in: every node, as an operator writes it down."""
        nodes = (node.url(TESTER) for node in self.nodes.values())
        login = f"{TESTER}:{self.passwords[TESTER]}"
        return ";".join(node.replace(login, "{user}:{password}") for node in nodes)

    def start(self) -> None:
        """Start all three, the first one before the others, and return when they are one."""
        mapper, _ = self.nodes["one"].programs()
        self.supervisor.start(mapper)
        for name in self.names:
            self.start_node(name)
        wait_until(lambda: len(self.running("one")) == len(self.names), SECONDS)

    def stop(self) -> None:
        """Stop everything."""
        self.supervisor.stop(self.names)
        self.supervisor.stop(["epmd"])

    def start_node(self, name: str) -> None:
        """Start a node and return when it takes connections."""
        _, program = self.nodes[name].programs()
        log = self.home.logs / f"{name}.log"
        self.supervisor.start(replace(program, name=name, log=log))
        self.wait_ready(name)

    def stop_node(self, name: str) -> None:
        """Stop a node in order; it stays away until it is started."""
        self.supervisor.stop([name])

    def kill_node(self, name: str) -> None:
        """Kill a node with -9; it stays away until it is started."""
        kept = self.supervisor.kept.pop(name)
        kept.leaving.set()
        assert kept.pid is not None
        assert kept.thread is not None
        os.kill(kept.pid, signal.SIGKILL)
        kept.thread.join()

    def wait_ready(self, name: str) -> None:
        """Return when a node takes connections."""
        wait_for(name, self.nodes[name].ready, seconds=SECONDS, halt=threading.Event())

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """Stop a node in its tracks for the block; its port takes connections, nobody answers."""
        node = psutil.Process(self.supervisor.pid(name))
        node.suspend()
        try:
            yield
        finally:
            node.resume()

    @contextmanager
    def cut_off(self, name: str) -> Iterator[None]:
        """Cut a node off from the other two for the block; every client still reaches all three."""
        others = [_full(other) for other in self.names if other != name]
        everyone = [
            *((place, [_full(name)]) for place in self.names if place != name),
            (name, others),
        ]
        for place, peers in everyone:
            self._tell(place, SET_COOKIE.format(_listed(peers), f"stranger_of_{place}"))
        self._tell(name, DISCONNECT % _listed(others))
        try:
            yield
        finally:
            for place, peers in everyone:
                self._tell(place, SET_COOKIE.format(_listed(peers), "erlang:get_cookie()"))
            self._tell(name, CONNECT % _listed(others))

    def running(self, asked: str) -> list[str]:
        """Give the nodes that run in the eyes of one of them; none where it is not there."""
        try:
            told = json.loads(self.nodes[asked].ctl("cluster_status", "--formatter", "json"))
        except subprocess.CalledProcessError:
            return []
        return [_place(full) for full in sorted(told["running_nodes"])]

    def queues(self, asked: str) -> dict[str, tuple[str, int]]:
        """Give the leader of each quorum queue by the name of its node, and how many members."""
        columns = ("name", "type", "leader", "members")
        words = ("list_queues", "--vhost", "schakel", *columns, "--formatter", "json")
        return {
            row["name"]: (_place(row["leader"]), len(row["members"]))
            for row in json.loads(self.nodes[asked].ctl(*words))
            if row["type"] == "quorum"
        }

    def leader(self, queue: str) -> str:
        """Name the node that leads a queue."""
        return self.queues(self.names[0])[queue][0]

    def _tell(self, name: str, words: str) -> None:
        self.nodes[name].ctl("eval", words)

    def _node(self, name: str) -> Broker:
        home = open_home(self.home.root / name)
        # One cookie and one list of users make them one cluster.
        folder = home.server_folder("broker")
        cookie, settings = folder / ".erlang.cookie", folder / "advanced.config"
        cookie.write_text(self.passwords["cookie"])
        cookie.chmod(0o400)
        settings.write_text(SETTINGS % _listed(map(_full, self.names)))
        chosen = {port: self._ports[f"{name} {port}"] for port in PORT_NAMES}
        return Broker(
            home=home,
            rabbitmq=self._programs,
            ports=chosen | {PORT_MAPPER: self._ports[PORT_MAPPER]},
            permissions=self.users,
            passwords=self.passwords,
            extra={
                "RABBITMQ_NODENAME": _full(name),
                "RABBITMQ_ADVANCED_CONFIG_FILE": str(settings),
            },
        )


def _full(name: str) -> str:
    return f"schakel-{name}@localhost"


def _listed(nodes: Iterable[str]) -> str:
    return "[" + ", ".join(f"'{node}'" for node in nodes) + "]"


def _place(full: str) -> str:
    return full.removeprefix("schakel-").partition("@")[0]
