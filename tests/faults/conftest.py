# SPDX-License-Identifier: EUPL-1.2
"""A stack of its own for each file, with a watchdog that looks after two seconds."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from shared.contracts.topology import SERVICES
from tests.faults.proof import Proof
from tests.faults.storm import Client, Storm
from tests.faults.tampering import Hands
from tests.servers import Records, RunningStack
from tests.waiting import wait_until

PROGRAMS = (*SERVICES, "gateway")
SETTLED_SECONDS = 180.0


@pytest.fixture(scope="module")
def settings() -> Mapping[str, str]:
    """Give the settings of the stack, where a file has any of its own."""
    return {}


@pytest.fixture(scope="module")
def field(
    home_folder: Callable[[str], Path],
    records: Callable[[], Records],
    settings: Mapping[str, str],
    request: pytest.FixtureRequest,
) -> Iterator[RunningStack]:
    """Give a running stack that may be struck."""
    name = request.module.__name__.rpartition(".")[2]
    usual = {"SCHAKEL_WATCHDOG_SECONDS": "2", "SCHAKEL_RETRY_SECONDS": "0.2"}
    running = RunningStack(home_folder(f"faults-{name}"), records(), **{**usual, **settings})
    running.stack.start()
    yield running
    running.stack.stop()


@pytest.fixture(scope="module")
def client(field: RunningStack) -> Iterator[Client]:
    """Give a client that asks until it is answered."""
    asking = Client(field.base_url, field.tokens)
    yield asking
    asking.close()


@pytest.fixture(scope="module")
def proof(field: RunningStack) -> Proof:
    """Give the proof, its witnesses in place."""
    installed = Proof(field)
    installed.install()
    return installed


@pytest.fixture(scope="module")
def employer(client: Client) -> str:
    """Give an employer that agreements are made with."""
    body = {"name": "ISS Facility Services", "kvkNumber": None, "sbiCodes": []}
    return str(client.send("/employers", body)[0]["id"])


@pytest.fixture
def storm(client: Client, employer: str) -> Callable[[int], Storm]:
    """Give storms of so many agreements."""
    return lambda agreements: Storm(client, employer, agreements)


@pytest.fixture
def stack(field: RunningStack) -> Iterator[RunningStack]:
    """Give the stack with everything ready, and leave no service with a fault in it."""
    for name in PROGRAMS:
        field.wait_ready(name)
    yield field
    for name in PROGRAMS:
        if name not in field.pids:
            field.start(name)


@pytest.fixture
def hands(stack: RunningStack) -> Hands:
    """Give hands in the databases."""
    return Hands(stack)


@pytest.fixture
def assert_all_delivered(proof: Proof) -> Callable[[Storm], None]:
    """Give what waits until nothing is owed, and then holds the storm against the promise."""

    def check(storm: Storm) -> None:
        wait_until(proof.settled, SETTLED_SECONDS)
        proof.assert_delivered(storm)
        assert proof.agreements_named(storm.title) == storm.size

    return check
