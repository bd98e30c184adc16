# SPDX-License-Identifier: EUPL-1.2
"""Places over HTTP: from the offer, by the desk of their region, until the coordinator's count.

Alone, one place after another: how long that takes, and when the coordinator sees each step. Then
many at once: how many places in a second, and what one costs.
"""

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from services.cli.client import Gateway
from tests.bench.cpu import cpu_seconds
from tests.bench.market import MILLI, PATIENCE_SECONDS, Followed, Market
from tests.bench.verify import NotDelivered, verify_newest
from tests.servers import Records, RunningStack
from tests.waiting import wait_until

CLIENTS = 8
IN_HAND = 10
SERVERS = {"postgres": "postgresql", "broker": "broker", "epmd": "broker"}


@dataclass(frozen=True, slots=True)
class Crowd:
    """What many at once came to: places in a second, and CPU milliseconds a place."""

    per_second: float
    cpu_ms: dict[str, float]


@dataclass(slots=True)
class Placed:
    """What was measured of places: alone, and in rounds of many."""

    followed: list[Followed] = field(default_factory=list)
    crowds: list[Crowd] = field(default_factory=list)


def measured(folder: Path, *, rounds: int, seconds: float, places: int) -> Placed:
    """Measure so many places one by one, and then rounds of many at once, on a whole stack."""
    running, placed = RunningStack(folder / "placing", Records()), Placed()
    try:
        running.stack.start()
        with Market(running) as market:
            placed.followed = [market.follow(market.region(number)) for number in range(places)]
            placed.crowds = [_crowd(market, seconds) for _ in range(rounds)]
    finally:
        running.stack.stop()
        running.home.forget()
    return placed


def _crowd(market: Market, seconds: float) -> Crowd:
    """Let many offer and confirm at once until all of it is counted, and hold it for true."""
    before, spent, began = len(market.confirmed), _cpu(market.running), time.perf_counter()
    found = _asked_for(market, began + seconds)
    if found:
        raise NotDelivered(f"a client ended: {found[0]}")
    wait_until(lambda: market.counted() == len(market.confirmed), PATIENCE_SECONDS)
    took, after = time.perf_counter() - began, _cpu(market.running)
    made = len(market.confirmed) - before
    addresses = [market.running.database_url(one, "owner") for one in ("placements", "regions")]
    wait_until(lambda: verify_newest(*addresses, market.offered), PATIENCE_SECONDS)
    cpu = {group: (after[group] - spent[group]) * MILLI / made for group in after}
    return Crowd(made / took, cpu)


def _asked_for(market: Market, until: float) -> list[Exception]:
    """Run every client to its end, and give what went wrong."""
    wrong: list[Exception] = []

    def client(number: int) -> None:
        try:
            with market.asking() as asking:
                # Once at least: on a busy machine the time may be over before anybody began.
                _some(market, asking, number)
                while time.perf_counter() < until:
                    _some(market, asking, number)
        except Exception as error:  # noqa: BLE001 - whatever it is, the run does not count
            wrong.append(error)

    clients = [threading.Thread(target=client, args=[number]) for number in range(CLIENTS)]
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    return wrong


def _some(market: Market, asking: Gateway, number: int) -> None:
    """Offer some places, then pick each up, then confirm each."""
    regions = [market.region(number * IN_HAND + one) for one in range(IN_HAND)]
    places = [(region, market.offer(asking, region)) for region in regions]
    for take in (market.pick_up, market.confirm):
        for region, place in places:
            take(asking, region, place)


def _cpu(running: RunningStack) -> dict[str, float]:
    spent = dict.fromkeys(("broker", "postgresql", "python"), 0.0)
    for name, pid in running.pids.items():
        if pid is not None:
            spent[SERVERS.get(name, "python")] += cpu_seconds(pid)
    return spent
