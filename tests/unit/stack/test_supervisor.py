# SPDX-License-Identifier: EUPL-1.2
"""The supervisor's promises, with programs as small as possible."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from services.cli.stack.supervisor import Program, Supervisor
from tests.servers import Records
from tests.waiting import wait_until

WAITS = "import signal; print('up', flush=True); signal.pause()"
DEAF = """
    import signal
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("up", flush=True)
    while True:
        signal.pause()
"""
PARENT = """
    import subprocess, sys, signal
    child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
    print("child", child.pid, flush=True)
    signal.pause()
"""


def python(name: str, source: str, stop_seconds: float = 10.0) -> Program:
    return Program(
        name=name,
        argv=[sys.executable, "-c", textwrap.dedent(source)],
        env=dict(os.environ),
        stop_seconds=stop_seconds,
    )


@pytest.fixture
def said() -> Records:
    return Records()


@pytest.fixture
def supervisor(said: Records) -> Iterator[Supervisor]:
    kept = Supervisor(said)
    yield kept
    kept.stop(list(kept.kept))


def heard(said: Records, words: str) -> Callable[[], bool]:
    return lambda: any(words in line for line in list(said.lines))


def test_program_killed_is_reported_and_runs_again(supervisor: Supervisor, said: Records) -> None:
    supervisor.start(python("worker", WAITS))
    first = wait_until(lambda: supervisor.pid("worker"))
    os.kill(first, signal.SIGKILL)

    again = wait_until(lambda: supervisor.pid("worker") not in {None, first})

    assert again
    assert supervisor.kept["worker"].restarts == 1
    assert heard(said, "died: killed by SIGKILL; again in 0.5 s")()


def test_program_that_keeps_dying_waits_longer_each_time(
    supervisor: Supervisor, said: Records
) -> None:
    supervisor.start(python("broken", "raise SystemExit(3)"))

    wait_until(heard(said, "died: exit status 3; again in 1 s"))

    assert heard(said, "died: exit status 3; again in 0.5 s")()


def test_lines_carry_the_name_of_their_program(supervisor: Supervisor, said: Records) -> None:
    supervisor.start(python("worker", WAITS))

    wait_until(heard(said, "worker      | up"))


def test_stop_ends_programs_side_by_side_and_names_the_deaf_one(
    supervisor: Supervisor, said: Records
) -> None:
    supervisor.start(python("deaf", DEAF, stop_seconds=0.3))
    supervisor.start(python("worker", WAITS))
    wait_until(lambda: len(said.lines) == 2)
    pids = [supervisor.pid("deaf"), supervisor.pid("worker")]

    assert supervisor.stop(["deaf", "worker"]) == ["deaf"]

    assert not any(psutil.pid_exists(pid) for pid in pids if pid is not None)
    assert supervisor.kept == {}


def test_death_of_a_program_takes_its_children_along(supervisor: Supervisor, said: Records) -> None:
    supervisor.start(python("parent", PARENT))
    wait_until(heard(said, "child"))
    child = int(said.lines[0].split()[-1])
    pid = supervisor.pid("parent")
    assert pid is not None

    os.kill(pid, signal.SIGKILL)

    wait_until(lambda: not _runs(child))


def test_death_of_the_supervisor_takes_its_programs_along(tmp_path: Path) -> None:
    source = f"""
        import os, sys
        from services.cli.stack.supervisor import Program, Supervisor
        out = open({str(tmp_path / "pid")!r}, "w")
        supervisor = Supervisor(lambda _name, line: print(line, file=out, flush=True))
        show = "import os, signal; print(os.getpid(), flush=True); signal.pause()"
        supervisor.start(Program("worker", [sys.executable, "-c", show], dict(os.environ)))
        supervisor.kept["worker"].thread.join()
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(source)]) as parent:
        pid = int(wait_until(lambda: _written(tmp_path / "pid")))
        parent.kill()

    wait_until(lambda: not _runs(pid))


def _written(path: Path) -> str:
    return path.read_text().strip() if path.exists() else ""


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
