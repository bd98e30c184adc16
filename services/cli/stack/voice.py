# SPDX-License-Identifier: EUPL-1.2
"""What the stack says: each line behind the name of the program that says it."""

import threading
import zlib

from rich.console import Console
from rich.text import Text

COLOURS = ("cyan", "green", "yellow", "magenta", "blue", "bright_cyan", "bright_green")
WIDTH = 11


class Narrator:
    """Prints one line at a time, a colour for each program where the output is a terminal."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(soft_wrap=True, highlight=False)
        self._lock = threading.Lock()

    def __call__(self, name: str, line: str) -> None:
        """Say a line on behalf of a program."""
        colour = COLOURS[zlib.crc32(name.encode()) % len(COLOURS)]
        text = Text.assemble((f"{name:<{WIDTH}}", f"bold {colour}"), " │ ", Text.from_ansi(line))
        with self._lock:
            self._console.print(text)
