# SPDX-License-Identifier: EUPL-1.2
"""What every command does alike: words for people or JSON, and the exit status.

0 done, 1 refused or failed, 2 wrong usage.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console, ConsoleDimensions, RenderableType

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]

REFUSED = 1
ENDLESS = 1000


class Paper(Console):
    """A console that cuts nothing off: without a terminal, lines are as long as they are.

    COLUMNS sets a width all the same.
    """

    @property
    def size(self) -> ConsoleDimensions:
        """Give how much fits on a line, and how many lines."""
        known = super().size
        endless = self._width is None and not self.is_terminal
        return ConsoleDimensions(ENDLESS, known.height) if endless else known

    @size.setter
    def size(self, new_size: tuple[int, int]) -> None:
        self._width, self._height = new_size


console = Paper(highlight=False)
errors = Paper(stderr=True, highlight=False)


def tell_silent(services: Iterable[str]) -> None:
    """Name the services that did not answer: without them an empty list is no all-clear."""
    if names := ", ".join(services):
        errors.print(f"did not answer: {names}", style="yellow")


def emit(value: Any, *, as_json: bool, human: Callable[[], RenderableType]) -> None:  # noqa: ANN401 - any JSON
    """Print a result once: as JSON, or as `human` draws it."""
    if as_json:
        sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
    else:
        console.print(human())


@contextmanager
def refusing(*kinds: type[Exception], as_json: bool) -> Iterator[None]:
    """Turn refusals of these kinds into a message and exit status 1, or the one that they name."""
    try:
        yield
    except kinds as refused:
        if as_json:
            sys.stdout.write(json.dumps({"error": str(refused)}, ensure_ascii=False) + "\n")
        else:
            errors.print(str(refused), style="red", markup=False)
        raise typer.Exit(getattr(refused, "exit_status", REFUSED)) from refused
