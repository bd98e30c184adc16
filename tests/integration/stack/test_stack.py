# SPDX-License-Identifier: EUPL-1.2
"""The local stack as its user sees it: up, a death survived, Ctrl-C, and the data still there."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from services.cli.stack import condition, ports
from services.cli.stack.home import Home, open_home
from services.cli.stack.postgres import ADMIN, Postgres
from shared.contracts.topology import SERVICES
from tests.servers import RunningStack, environment
from tests.waiting import wait_until

PROGRAMS = {*SERVICES, "gateway", "issuer"}
START_SECONDS = 120.0


def test_stack_listens_on_loopback_only(stack: RunningStack) -> None:
    listening = {
        address
        for pid in stack.pids.values()
        for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        for address in listens_on(process)
    }

    assert listening <= {"127.0.0.1", "::1"}
    assert stack.pids.keys() >= PROGRAMS


def listens_on(process: psutil.Process) -> set[str]:
    """Give the addresses on which a process listens; one that has just ended has none."""
    try:
        known = process.net_connections("inet")
    except psutil.NoSuchProcess:
        return set()
    return {one.laddr.ip for one in known if one.status == psutil.CONN_LISTEN}


@pytest.mark.parametrize("name", ["regions", "gateway"])
def test_service_killed_runs_again_and_is_ready(stack: RunningStack, name: str) -> None:
    before, restarts = stack.pids[name], stack.restarts(name)

    stack.kill(name)
    stack.wait_ready(name)

    assert stack.pids[name] not in {None, before}
    assert stack.restarts(name) == restarts + 1


def test_program_frozen_is_told_and_is_not_started_again(stack: RunningStack) -> None:
    def conditions() -> dict[str, str]:
        home = stack.home
        told = condition.examine(home.read("status"), home.read("ports"), home.servers)
        return {name: program["condition"] for name, program in told["programs"].items()}

    wait_until(lambda: set(conditions().values()) == {"ready"})
    frozen, restarts = psutil.Process(stack.pids["employers"]), stack.restarts("employers")

    frozen.suspend()
    try:
        assert "stuck" in conditions()["employers"]
    finally:
        frozen.resume()

    assert stack.restarts("employers") == restarts
    wait_until(lambda: set(conditions().values()) == {"ready"})


def test_service_stopped_stays_stopped_until_it_is_started(stack: RunningStack) -> None:
    stack.stop("employers")
    assert "employers" not in stack.pids

    stack.start("employers")

    assert stack.pids["employers"] is not None


def test_role_of_a_service_enters_its_own_database_only(stack: RunningStack) -> None:
    own = stack.database_url("regions")

    with psycopg.connect(own) as connection:
        row = connection.execute("SELECT current_user, current_database()").fetchone()
    assert row == ("schakel_regions", "schakel_regions")

    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(own, dbname="schakel_agreements")


@pytest.fixture
def home(home_folder: Callable[[str], Path]) -> Home:
    return open_home(home_folder("ctrl-c"))


@pytest.fixture
def started(home: Home) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Start `python -m services.cli.stack` as often as asked; nothing of it outlives the test."""
    http_port = ports.choose(["http"], {})["http"]
    settings = {"SCHAKEL_HOME": str(home.root), "SCHAKEL_HTTP_PORT": str(http_port)}
    made: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "services.cli.stack"],
            env=environment() | settings,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        made.append(process)
        wait_until(lambda: is_ready(home, process), START_SECONDS)
        return process

    yield start
    for process in made:
        process.terminate()
        process.wait(START_SECONDS)


def is_ready(home: Home, process: subprocess.Popen[str]) -> bool:
    assert process.poll() is None, (home.logs / "broker.log").read_text()[-2000:]
    told = home.read("status")
    return bool(told.get("supervisor") == process.pid and told.get("state") == "ready")


def run_by(home: Home) -> set[psutil.Process]:
    """Give every process that has this home in its environment or on its command line."""
    found = set()
    for process in psutil.process_iter():
        try:
            told = [*process.cmdline(), *process.environ().values()]
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        if process.pid != os.getpid() and any(str(home.root) in word for word in told):
            found.add(process)
    return found


def admin_url(home: Home) -> str:
    port, password = home.read("ports")["postgres"], home.read("secrets")[ADMIN]
    return Postgres(home, port, password).admin_url


def test_ctrl_c_leaves_nothing_behind_and_a_second_start_finds_its_data(
    home: Home, started: Callable[[], subprocess.Popen[str]]
) -> None:
    first = started()
    with psycopg.connect(admin_url(home), autocommit=True) as admin:
        admin.execute("CREATE TABLE kept (words text)")
        admin.execute("INSERT INTO kept VALUES ('still here')")

    first.send_signal(signal.SIGINT)

    assert first.wait(60) == 0
    assert run_by(home) == set()

    second = started()
    with psycopg.connect(admin_url(home)) as admin:
        assert admin.execute("SELECT words FROM kept").fetchone() == ("still here",)

    # Killed itself, the supervisor cannot stop anything; all of it ends with it all the same.
    second.kill()
    second.wait()
    wait_until(lambda: run_by(home) == set(), 60)
