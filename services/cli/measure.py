# SPDX-License-Identifier: EUPL-1.2
"""Measures a fan-out to every region: publications one after another on an idle stack.

Two times for each: by the ledger, from the publication to the last receipt, both by the clock of
the owner; and as a user sees it, from sending the request to reading that all regions have it.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from rich.progress import track
from rich.table import Table

from services.cli.asking import act, today
from services.cli.client import Gateway, Json
from services.cli.output import console
from services.cli.progress import WATCH_SECONDS, Ledger, hinted, read_ledger

PATIENCE_SECONDS = WATCH_SECONDS
COPIED = (
    "targetGroups",
    "guidance",
    "kinds",
    "instruments",
    "startsOn",
    "endsOn",
)


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds below which half, and nearly all, of the publications stayed."""

    p50_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Measurement:
    """What was measured over `count` publications to `regions` regions each.

    `missed` names, by agreement, the regions that had not received it when patience ended: no
    time is known of them.
    """

    count: int
    regions: int
    missed: Mapping[str, Sequence[str]]
    by_the_ledger: Times
    as_seen: Times

    def lines(self) -> Iterator[str]:
        """Say what was not received everywhere, and where to look."""
        for agreement, regions in self.missed.items():
            late = f"{agreement} was not received everywhere within {PATIENCE_SECONDS:g} s"
            yield f"{late}, not by {', '.join(regions)}: see `schakel deliveries`"

    def table(self) -> Table:
        """Draw it."""
        title = f"{self.count} publications, one after another, to {self.regions} regions each"
        drawn = Table("from the publication until …", "p50", "p99", title=title)
        for says, times in (
            ("the last receipt is recorded (ledger)", self.by_the_ledger),
            ("a user reads that all regions have it", self.as_seen),
        ):
            drawn.add_row(says, f"{times.p50_ms:.1f} ms", f"{times.p99_ms:.1f} ms")
        return drawn


def measure(reached: Gateway, example: Json, count: int, *, drawn: bool) -> Measurement:
    """Publish `count` agreements with the terms of the example to all regions, and end them."""
    drafts = [_draft(reached, example, number) for number in _counted(count, "drafts", drawn=drawn)]
    ledgers, recorded, seen = [], [], []
    with hinted(reached) as wait:
        for number in _counted(count, "publications", drawn=drawn):
            started = time.perf_counter()
            published = act(reached, drafts[number - 1], "publications", {})
            ledger = _until_complete(reached, drafts[number - 1], wait)
            seen.append((time.perf_counter() - started) * 1000)
            recorded.append(_recorded_ms(published, ledger))
            ledgers.append(ledger)
    for draft in drafts:
        act(reached, draft, "endings", {"reason": "Meting afgerond"})
    return Measurement(
        count=count,
        regions=int(ledgers[0].progress["recipients"]),
        missed={
            draft: ledger.missing
            for draft, ledger in zip(drafts, ledgers, strict=True)
            if not ledger.agreed
        },
        by_the_ledger=Times(percentile(recorded, 50), percentile(recorded, 99)),
        as_seen=Times(percentile(seen, 50), percentile(seen, 99)),
    )


def percentile(values: list[float], percent: int) -> float:
    """Give the smallest value that at least `percent` of all values do not exceed."""
    return sorted(values)[max(0, ceil(len(values) * percent / 100) - 1)]


def _draft(reached: Gateway, example: Json, number: int) -> str:
    body = {name: example[name] for name in COPIED} | {
        "employerId": example["employer"]["id"],
        "title": f"{example['title']} (meting {number})",
        "participants": "all",
        "employerConsentOn": today(),
        "employerConsentRole": "landelijk contactpersoon",
        "reason": "Meting van de verspreiding",
    }
    return str(reached.send("POST", "/agreements", body).body["id"])


def _until_complete(reached: Gateway, agreement: str, wait: Callable[[], None]) -> Ledger:
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        # Reading all the time would measure the reading: the next look is at the next hint.
        wait()
        ledger = read_ledger(reached, agreement)
        if ledger.complete or time.monotonic() > until:
            return ledger


def _recorded_ms(published: Json, ledger: Ledger) -> float:
    start = datetime.fromisoformat(published["publishedAt"])
    receipts = [one["receivedAt"] for one in ledger.deliveries.values() if one["receivedAt"]]
    last = max(map(datetime.fromisoformat, receipts), default=start)
    return (last - start).total_seconds() * 1000


def _counted(count: int, what: str, *, drawn: bool) -> Iterator[int]:
    numbers = range(1, count + 1)
    yield from track(numbers, what, console=console, transient=True) if drawn else numbers
