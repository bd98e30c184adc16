# SPDX-License-Identifier: EUPL-1.2
"""One cluster and one stack for all stories; each story leaves the three nodes running."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.cli.stack.home import open_home
from tests.cluster.nodes import Cluster
from tests.cluster.siege import Siege
from tests.faults.proof import Proof
from tests.faults.storm import Client
from tests.servers import Records, RunningStack
from tests.waiting import wait_until

WHOLE_SECONDS = 120.0
KEPT = Path(__file__).parents[2] / ".local" / "cluster"


@pytest.fixture(scope="module")
def nodes(home_folder: Callable[[str], Path], records: Callable[[], Records]) -> Iterator[Cluster]:
    """Give three nodes that are one cluster."""
    three = Cluster(home_folder("cluster"), records())
    three.start()
    yield three
    three.stop()


@pytest.fixture(scope="module")
def running(
    nodes: Cluster, home_folder: Callable[[str], Path], records: Callable[[], Records]
) -> Iterator[RunningStack]:
    """Give a stack that knows every node of the cluster, and has no broker of its own."""
    told = {"SCHAKEL_AMQP_URL": nodes.url(), "SCHAKEL_WATCHDOG_SECONDS": "5"}
    folder = home_folder("clustered")
    open_home(folder).write("secrets", nodes.passwords)
    stack = RunningStack(folder, records(), **told)
    stack.stack.start()
    yield stack
    stack.stack.stop()


@pytest.fixture(scope="module")
def proof(running: RunningStack) -> Proof:
    """Give the proof, its witnesses in place."""
    installed = Proof(running)
    installed.install()
    return installed


@pytest.fixture(scope="module")
def employer(running: RunningStack) -> str:
    """Give an employer that agreements are made with."""
    asking = Client(running.base_url, running.tokens)
    body = {"name": "ISS Facility Services", "kvkNumber": None, "sbiCodes": []}
    hired = str(asking.send("/employers", body)[0]["id"])
    asking.close()
    return hired


@pytest.fixture
def cluster(nodes: Cluster, running: RunningStack) -> Iterator[Cluster]:
    """Give the cluster, whole and with every service ready, and leave no node stopped."""
    _make_whole(nodes, running)
    yield nodes
    _make_whole(nodes, running)


@pytest.fixture
def siege(
    cluster: Cluster,
    running: RunningStack,
    proof: Proof,
    employer: str,
    request: pytest.FixtureRequest,
) -> Iterator[Siege]:
    """Give the load of this story, once the cluster is whole."""
    del cluster
    opened = Siege(running, proof, employer, KEPT, request.node.name.removeprefix("test_"))
    yield opened
    opened.close()


def _make_whole(nodes: Cluster, running: RunningStack) -> None:
    for name in nodes.names:
        if name not in nodes.supervisor.kept:
            nodes.start_node(name)
    wait_until(
        lambda: all(len(nodes.running(name)) == len(nodes.names) for name in nodes.names),
        WHOLE_SECONDS,
    )
    for name in running.stack.deployables:
        running.wait_ready(name)
