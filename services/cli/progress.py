# SPDX-License-Identifier: EUPL-1.2
"""Shows a fan-out while it happens: one tile for each region, fed by the ledger.

Live hints only say when to look again; without them the ledger is read now and then.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime

from rich.console import Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from services.cli.asking import table
from services.cli.client import Gateway, Json
from services.cli.output import console
from shared.contracts import reference

WATCH_SECONDS = 60.0
POLL_SECONDS = 0.5
SHORT = 10
MARKS: Mapping[str, tuple[str, str]] = {
    "received": ("●", "bold green"),
    "pending": ("○", "yellow"),
    "refused": ("✗", "bold red"),
}


@dataclass(frozen=True, slots=True)
class Ledger:
    """How far the newest state of an agreement is: one delivery for each region."""

    progress: Json
    deliveries: Mapping[str, Json]

    @property
    def complete(self) -> bool:
        """Say whether every recipient holds the newest state."""
        return bool(self.progress["recipients"]) and bool(self.progress["inForceEverywhere"])

    @property
    def hashes(self) -> set[str | None]:
        """The hashes that were published and that the regions computed: one, when all is well."""
        return {one[name] for one in self.deliveries.values() for name in ("hash", "receivedHash")}

    @property
    def agreed(self) -> bool:
        """Say whether every region computed exactly the hash that was published."""
        return self.complete and len(self.hashes) == 1 and None not in self.hashes

    @property
    def missing(self) -> list[str]:
        """Name the regions that did not compute the hash that was published for them."""
        return [code for code, one in self.deliveries.items() if one["receivedHash"] != one["hash"]]

    def to_json(self) -> Json:
        """Write it for scripts."""
        items = list(self.deliveries.values())
        return {"progress": self.progress, "agreed": self.agreed, "items": items}


def read_ledger(gateway: Gateway, agreement: str) -> Ledger:
    """Read the deliveries of the newest state, one to each region."""
    body = gateway.get(f"/agreements/{agreement}/deliveries", pageSize=200).body
    return Ledger(body["progress"], {one["region"]: one for one in body["items"]})


def follow(gateway: Gateway, agreement: str, *, seconds: float, drawn: bool) -> Ledger:
    """Read the ledger until every region holds the newest state, or the time is over.

    Ends at once when nothing has been sent to anyone.
    """
    until = time.monotonic() + seconds
    view = Live(console=console, auto_refresh=False) if drawn else nullcontext()
    with view as live, hinted(gateway) as wait:
        while True:
            ledger = read_ledger(gateway, agreement)
            if live is not None:
                live.update(draw(ledger), refresh=True)
            nobody = not ledger.progress["recipients"]
            if ledger.complete or nobody or time.monotonic() >= until:
                return ledger
            wait()


@contextmanager
def hinted(gateway: Gateway) -> Iterator[Callable[[], None]]:
    """Give a wait that ends at the next hint, or after the poll's pause."""
    wake = _Wake(gateway)
    wake.start()
    try:
        yield wake
    finally:
        wake.leave()


class _Wake(threading.Thread):
    """Listens for hints beside the one who reads."""

    def __init__(self, reached: Gateway) -> None:
        super().__init__(daemon=True)
        self._url, self._auth = reached.url, reached.auth
        self._heard: queue.Queue[None] = queue.Queue(maxsize=1)
        self._left = threading.Event()

    def run(self) -> None:
        """Pass on that there was a hint, whatever it says; without hints, stay silent."""
        with Gateway(self._url, self._auth) as gateway:
            for _ in gateway.hints():
                if self._left.is_set():
                    return
                self._notice()

    def __call__(self) -> None:
        """Wait for a hint, at most for the poll's pause."""
        try:
            self._heard.get(timeout=POLL_SECONDS)
        except queue.Empty:
            return

    def leave(self) -> None:
        """Stop passing hints on."""
        self._left.set()

    def _notice(self) -> None:
        try:
            self._heard.put_nowait(None)
        except queue.Full:
            return


def draw(ledger: Ledger) -> Group:
    """Draw the tile map of the regions and a line of counts."""
    progress = ledger.progress
    counts = Text(
        f"state {progress['sequence']}: {progress['received']} of {progress['recipients']} "
        f"received, {progress['pending']} pending, {progress['refused']} refused"
    )
    return Group(tile_map({code: one["state"] for code, one in ledger.deliveries.items()}), counts)


def ledger_table(items: Iterable[Json]) -> Callable[[], Table]:
    """Give what draws deliveries: both hashes of each, and whether they are the same."""
    columns = ("region", "state", "", "published", "computed there", "received", "sends")
    return table(columns, [_delivery_row(one) for one in items])


def _delivery_row(one: Json) -> tuple[object, ...]:
    same = "=" if one["hash"] == one["receivedHash"] else " "
    published, computed = ((one[name] or "-")[:SHORT] for name in ("hash", "receivedHash"))
    at = datetime.fromisoformat(one["receivedAt"]).astimezone() if one["receivedAt"] else None
    return (
        one["region"],
        one["sequence"],
        one["state"],
        published,
        f"{same} {computed}",
        at and f"{at:%H:%M:%S.%f}"[:-3],
        one["sends"],
    )


def tile_map(states: Mapping[str, str]) -> Text:
    """Draw the regions where they lie, each with its state; a region outside is a dim dot."""
    cells = {(one.row, one.column): one.code for one in reference.regions()}
    rows = range(max(row for row, _ in cells) + 1)
    columns = range(max(column for _, column in cells) + 1)
    map_of = Text()
    for row in rows:
        for column in columns:
            map_of.append_text(_tile(cells.get((row, column)), states))
        map_of.append("\n")
    return map_of


def _tile(code: str | None, states: Mapping[str, str]) -> Text:
    if code is None:
        return Text("       ")
    mark, style = MARKS.get(states.get(code, ""), ("·", "dim"))
    return Text(f"{mark} {code} ", style=style)
