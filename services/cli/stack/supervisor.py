# SPDX-License-Identifier: EUPL-1.2
"""Keeps programs running: what dies is reported and started again, later each time."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from services.cli.stack.accounts import Account, launcher

FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 30.0
# A program that lived this long has recovered; its next death starts at the first delay again.
RECOVERED_SECONDS = 10.0


# Says one line on behalf of a program: its name, then the line.
Voice = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Program:
    """One program to keep running, and how it likes to be stopped."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    account: Account | None = None
    folder: Path | None = None
    log: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 25.0

    def start(self) -> subprocess.Popen[str]:
        """Start it in a session of its own, so that a Ctrl-C reaches the supervisor only.

        Must be called by a thread that lives as long as the program may: the end of that
        thread ends the program too, so that a killed supervisor leaves nothing behind.
        """
        argv = [*launcher(self.account, orphaned=self.stop_signal), *self.argv]
        output = subprocess.PIPE if self.log is None else self.log.open("a")
        try:
            return subprocess.Popen(  # noqa: S603 - the stack's own programs
                argv,
                env=dict(self.env),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                start_new_session=True,
            )
        finally:
            if not isinstance(output, int):
                output.close()


@dataclass(slots=True)
class Kept:
    """A program that is being kept, and what became of it so far."""

    program: Program
    voice: Voice
    changed: Callable[[], None]
    restarts: int = 0
    leaving: threading.Event = field(default_factory=threading.Event)
    process: subprocess.Popen[str] | None = None
    thread: threading.Thread | None = None

    @property
    def pid(self) -> int | None:
        """The process that runs now, if one does."""
        process = self.process
        return process.pid if process is not None and process.poll() is None else None

    @property
    def born(self) -> float | None:
        """The moment at which the process that runs now was made, as the system tells it."""
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(self.pid).create_time() if self.pid is not None else None
        return None

    def keep(self) -> None:
        """Run the program again and again, until it is told to leave."""
        delay = FIRST_DELAY_SECONDS
        while not self.leaving.is_set():
            began = time.monotonic()
            status = self._run_once()
            if self.leaving.is_set():
                return
            if time.monotonic() - began > RECOVERED_SECONDS:
                delay = FIRST_DELAY_SECONDS
            self.restarts += 1
            self.voice(self.program.name, f"died: {_cause(status)}; again in {delay:g} s")
            self.leaving.wait(delay)
            delay = min(delay * 2, LONGEST_DELAY_SECONDS)

    def _run_once(self) -> int:
        with self.program.start() as process:
            self.process = process
            if self.leaving.is_set():
                self.tell_to_stop()
            self.changed()
            # Beside the wait: what the program started may hold its output open beyond its death.
            listener = threading.Thread(target=self._listen, args=[process], daemon=True)
            listener.start()
            process.wait()
            # And it must not outlive it: the next one needs the same ports.
            signal_group(process.pid, signal.SIGKILL)
            listener.join()
        return process.returncode

    def _listen(self, process: subprocess.Popen[str]) -> None:
        for line in process.stdout or ():
            self.voice(self.program.name, line.rstrip("\n"))

    def tell_to_stop(self) -> None:
        """Ask the program to stop; it is not started again."""
        self.leaving.set()
        if self.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, self.program.stop_signal)


class Supervisor:
    """Programs by name, each kept by a thread of its own."""

    def __init__(self, voice: Voice, changed: Callable[[], None] = lambda: None) -> None:
        self.kept: dict[str, Kept] = {}
        self._voice = voice
        self._changed = changed

    def start(self, program: Program) -> None:
        """Keep a program running from now on."""
        kept = Kept(program, self._voice, self._changed)
        kept.thread = threading.Thread(target=kept.keep, name=program.name, daemon=True)
        self.kept[program.name] = kept
        kept.thread.start()

    def stop(self, names: Iterable[str]) -> list[str]:
        """Stop programs side by side, and give the names of those that had to be killed."""
        leaving = [self.kept.pop(name) for name in names if name in self.kept]
        for kept in leaving:
            kept.tell_to_stop()
        began = time.monotonic()
        forced = []
        for kept in leaving:
            left = kept.program.stop_seconds - (time.monotonic() - began)
            if not _ended(kept, left):
                forced.append(kept.program.name)
                signal_group(kept.pid, signal.SIGKILL)
                _ended(kept, kept.program.stop_seconds)
        self._changed()
        return forced

    def pid(self, name: str) -> int | None:
        """The process that a program runs in now."""
        return self.kept[name].pid


def signal_group(pid: int | None, number: signal.Signals) -> None:
    """Send a signal to everything that a program started, if anything of it is left."""
    if pid is not None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, number)


def _ended(kept: Kept, seconds: float) -> bool:
    if kept.thread is not None:
        kept.thread.join(max(seconds, 0))
    return kept.thread is None or not kept.thread.is_alive()


def _cause(status: int) -> str:
    return f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
