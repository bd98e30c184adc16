# SPDX-License-Identifier: EUPL-1.2
"""The real servers that tests use, each started once, at the first test that asks for it.

Beside them the words in which stories are told of `stack`, whichever it is. The servers are
processes of their own, kept by the product's own supervisor. Nothing here imports the services'
runtime, so that the test process stays a plain one.
"""

import os

# A unit test may import the runtime all the same; it insists on this before psycopg is loaded.
os.environ["PSYCOPG_WAIT_FUNC"] = "wait_select"
# A page that nobody looks at has no width; several test processes are told one of 80.
os.environ.pop("COLUMNS", None)

from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from services.cli.stack import ports
from services.cli.stack.home import Home, open_home
from tests.e2e.commands import Schakel
from tests.e2e.door import Door
from tests.e2e.intruder import Intruder
from tests.e2e.story import Given, Then, When
from tests.servers import (
    PrivateBroker,
    PrivatePostgres,
    Records,
    RunningStack,
    ServiceDatabase,
    ServiceDatabases,
)

# How long an example takes says more of the machine, and of who else works there, than of the code.
settings.register_profile(
    "unhurried", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")

REPOSITORY = Path(__file__).parent.parent
RECORDS = pytest.StashKey[list[Records]]()


def pytest_configure(config: pytest.Config) -> None:
    """Give each of several test processes ports of its own: a stopped server's may be free."""
    told: dict[str, Any] = getattr(config, "workerinput", {})
    if not told:
        return
    number, of = int(told["workerid"].removeprefix("gw")), int(told["workercount"])
    anywhere = ports.anywhere
    chosen = pytest.MonkeyPatch()
    chosen.setattr(ports, "anywhere", lambda: anywhere() // of * of + number)
    config.add_cleanup(chosen.undo)


@pytest.fixture(scope="session")
def records(pytestconfig: pytest.Config) -> Callable[[], Records]:
    """Give what takes down the lines of a server, shown beside a test that fails."""
    kept = pytestconfig.stash.setdefault(RECORDS, [])

    def take() -> Records:
        kept.append(Records())
        return kept[-1]

    return take


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """Give a home that ends with the test, what root's servers keep of it elsewhere included."""
    made = open_home(tmp_path / "home")
    yield made
    if made.root.exists():
        made.forget()


@pytest.fixture(scope="session")
def home_folder() -> Iterator[Callable[[str], Path]]:
    """Give folders for throw-away homes, all removed at the end."""
    made: list[Path] = []

    def make(name: str) -> Path:
        made.append(REPOSITORY / ".local" / f"test-{name}-{os.getpid()}")
        return made[-1]

    yield make
    for folder in filter(Path.exists, made):
        open_home(folder).forget()


@pytest.fixture(scope="session")
def private_postgres(
    home_folder: Callable[[str], Path], records: Callable[[], Records]
) -> Iterator[PrivatePostgres]:
    """Give a PostgreSQL server that a test may stop and start again."""
    server = PrivatePostgres(home_folder("postgres"), records())
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres(private_postgres: PrivatePostgres) -> str:
    """Give the administrator's address of a throw-away PostgreSQL server."""
    return private_postgres.admin_url


@pytest.fixture(scope="session")
def databases(private_postgres: PrivatePostgres) -> ServiceDatabases:
    """Give what makes databases of services."""
    return ServiceDatabases(private_postgres.admin_url, private_postgres.home)


@pytest.fixture
def database(databases: ServiceDatabases) -> Callable[[str], ServiceDatabase]:
    """Give a service, by name, a fresh and migrated database: `.service_url`, `.owner_url`."""
    return databases.fresh


@pytest.fixture(scope="session")
def broker(
    home_folder: Callable[[str], Path], records: Callable[[], Records]
) -> Iterator[PrivateBroker]:
    """Give a private RabbitMQ node: `url(user)`, `ctl(…)`, `stop`, `start`, `restart`, `kill`."""
    node = PrivateBroker(home_folder("broker"), records())
    node.start()
    yield node
    node.stop()


@pytest.fixture(scope="session")
def stack(
    home_folder: Callable[[str], Path], records: Callable[[], Records]
) -> Iterator[RunningStack]:
    """Give the whole stack on free ports, everything ready."""
    folder = home_folder("stack")
    running = RunningStack(folder, records(), SCHAKEL_TRACES=str(folder / "traces.jsonl"))
    running.stack.start()
    yield running
    running.stack.stop()


@pytest.fixture
def door(stack: RunningStack) -> Iterator[Door]:
    """Give the gateway of the running stack."""
    with Door(stack.base_url, stack.tokens) as opened:
        yield opened


@pytest.fixture
def given(door: Door) -> Given:
    """Tell what was there before."""
    return Given(door)


@pytest.fixture
def when(door: Door) -> When:
    """Tell what somebody does."""
    return When(door)


@pytest.fixture
def then(door: Door) -> Then:
    """Ask what is so."""
    return Then(door)


@pytest.fixture
def schakel(stack: RunningStack) -> Schakel:
    """Give the command line."""
    return Schakel(stack)


@pytest.fixture
def intruder(stack: RunningStack) -> Intruder:
    """Give somebody who may publish anything."""
    return Intruder(stack)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Forget what the servers said to the tests before this one."""
    for kept in item.config.stash.get(RECORDS, []):
        kept.lines.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the servers said meanwhile beside a test that failed."""
    report = yield
    if report.failed and call.when in {"setup", "call"}:
        for kept in item.config.stash.get(RECORDS, []):
            if kept.lines:
                report.sections.append(("what the servers said", "\n".join(kept.lines)))
    return report
