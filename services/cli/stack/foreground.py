# SPDX-License-Identifier: EUPL-1.2
"""One supervisor per home, in the foreground until a Ctrl-C or a SIGTERM ends it."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psutil

from services.cli.stack.home import Home
from services.cli.stack.readiness import Interrupted
from services.cli.stack.stack import Stack
from services.cli.stack.supervisor import Voice, signal_group
from services.cli.stack.trouble import StackRefused

LEFTOVER_SECONDS = 10.0


def supervise(home: Home, voice: Voice, ready: Callable[[Stack], None]) -> int:
    """Run the stack until it is told to stop; `ready` is called once everything is.

    Gives the exit status: 0 after a clean stop, 1 when a program had to be killed.
    """
    held = home.hold()
    if held is None:
        raise StackRefused(
            "The stack of this folder is running already.",
            ["stop it: schakel down", "see it: schakel status", "use another folder: SCHAKEL_HOME"],
        )
    with held:
        end_leftovers(home)
        if home.moved_because is not None:
            voice("stack", f"{home.moved_because} is closed to others: data in {home.servers}")
        stack = Stack(home, voice)
        began = time.monotonic()
        with _stop_signals() as stopped:
            with suppress(Interrupted, KeyboardInterrupt):
                stack.start()
                voice("stack", f"ready in {time.monotonic() - began:.1f} s: {stack.url}")
                if (watching := stack.watch()) is not None:
                    voice("stack", f"Prometheus with our rules: {watching}")
                ready(stack)
                stopped.wait()
            voice("stack", "stopping")
            forced = stack.stop()
        voice("stack", f"stopped; killed: {', '.join(forced)}" if forced else "stopped")
        return 1 if forced else 0


def end_leftovers(home: Home) -> None:
    """End what a supervisor that died without a word has left behind."""
    left = list(_leftovers(home.read("status")))
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, alive = psutil.wait_procs(left, timeout=LEFTOVER_SECONDS)
    for process in alive:
        signal_group(process.pid, signal.SIGKILL)


def _leftovers(status: dict[str, Any]) -> Iterator[psutil.Process]:
    for program in status.get("programs", {}).values():
        with suppress(psutil.NoSuchProcess):
            # A number may belong to another program by now; the moment of birth tells.
            process = psutil.Process(program["pid"])
            if process.create_time() == program["born"]:
                yield process


@contextmanager
def _stop_signals() -> Iterator[threading.Event]:
    """Turn the first Ctrl-C or SIGTERM into a stop, and the later ones into nothing."""
    stopped = threading.Event()

    def stop(_number: int, _frame: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        stopped.set()
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def supervisor_pid(home: Home) -> int | None:
    """Give the process that supervises a home; None when nobody does."""
    held = home.hold()
    if held is not None:
        held.close()
        return None
    pid = home.read("status").get("supervisor")
    return int(pid) if pid is not None else None


def tell_to_stop(pid: int, seconds: float) -> bool:
    """Ask a supervisor to stop everything, and tell whether it did in time."""
    try:
        process = psutil.Process(pid)
        os.kill(pid, signal.SIGTERM)
        process.wait(seconds)
    except (psutil.NoSuchProcess, ProcessLookupError):
        return True
    except psutil.TimeoutExpired:
        return False
    return True
