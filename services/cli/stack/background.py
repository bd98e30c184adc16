# SPDX-License-Identifier: EUPL-1.2
"""The same supervisor behind the prompt: started by `schakel up`, ended by `schakel down`."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from services.cli.stack.foreground import supervisor_pid, tell_to_stop
from services.cli.stack.home import Home
from services.cli.stack.readiness import wait_for
from services.cli.stack.trouble import StackRefused

# Longer than each part may take by itself, so that the part at fault is the one that is named.
UP_SECONDS = 900.0
DOWN_SECONDS = 120.0
LAST_LINES = 20


def up(home: Home) -> bool:
    """Start the stack and return when it is ready; False when it already was."""
    if supervisor_pid(home) is not None:
        return False
    log = home.logs / "stack.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "services.cli.stack"],
            env={**os.environ, "SCHAKEL_HOME": str(home.root)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def settled() -> bool:
        return process.poll() is not None or _is_ready(home, process.pid)

    wait_for("The stack", settled, seconds=UP_SECONDS, halt=threading.Event())
    if process.poll() is not None:
        raise StackRefused(_last_lines(log))
    return True


def down(home: Home) -> bool:
    """Stop the stack and return when nothing of it runs; False when nothing did."""
    pid = supervisor_pid(home)
    if pid is None:
        return False
    if not tell_to_stop(pid, DOWN_SECONDS):
        raise StackRefused(f"The supervisor {pid} did not stop in {DOWN_SECONDS:g} s.")
    return True


def status(home: Home) -> dict[str, Any]:
    """Tell what runs, as the supervisor wrote it down; a dead supervisor's word counts no more."""
    if supervisor_pid(home) is None:
        return {"state": "stopped", "programs": {}}
    return home.read("status")


def _is_ready(home: Home, pid: int) -> bool:
    told = home.read("status")
    return bool(told.get("supervisor") == pid and told.get("state") == "ready")


def _last_lines(log: Path) -> str:
    return "\n".join(log.read_text().splitlines()[-LAST_LINES:])
