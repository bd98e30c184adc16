# SPDX-License-Identifier: EUPL-1.2
"""Figures of many runs: medians, ratios of rounds, and which floors and goals hold.

A ratio is taken within each round, where both were measured minutes apart on the same machine;
its median over the rounds is what counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from services.cli.measure import percentile
from tests.bench.placing import Placed
from tests.bench.running import Run

Rounds = Sequence[Mapping[str, Run]]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that must hold (its floor) or ought to (its goal); a ratio of the product."""

    what: str
    value: float
    goal: float
    floor: float | None = None
    lower_is_better: bool = False

    @property
    def stands(self) -> bool:
        """Tell whether the floor holds."""
        return self.floor is None or self._reaches(self.floor)

    @property
    def reached(self) -> bool:
        """Tell whether the goal is reached."""
        return self._reaches(self.goal)

    def _reaches(self, bound: float) -> bool:
        return self.value <= bound if self.lower_is_better else self.value >= bound

    def to_json(self) -> dict[str, object]:
        """Write it as bench.json has it."""
        return {
            "what": self.what,
            "value": round(self.value, 3),
            "floor": self.floor,
            "goal": self.goal,
            "stands": self.stands,
            "reached": self.reached,
        }


def middle(values: Iterable[float]) -> float:
    """Give the median."""
    return float(median(values))


def p50_p99(values: Sequence[float]) -> dict[str, float]:
    """Give what half, and nearly all, of the values do not exceed."""
    listed = list(values)
    return {name: round(percentile(listed, part), 2) for name, part in (("p50", 50), ("p99", 99))}


def ratio(rounds: Rounds, one: str, other: str) -> float | None:
    """Give how many times faster one is than another; None where they were not in one round."""
    found = [
        round_[one].per_second / round_[other].per_second
        for round_ in rounds
        if one in round_ and other in round_
    ]
    return middle(found) if found else None


def per_second(rounds: Rounds) -> dict[str, float]:
    """Give the median deliveries in a second of each system."""
    return {name: round(middle(r.per_second for r in runs)) for name, runs in _by_name(rounds)}


def cpu(rounds: Rounds) -> dict[str, dict[str, float]]:
    """Give the median CPU of a delivery, in microseconds, by system and group of processes."""
    return {
        name: {group: round(middle(r.cpu_us[group] for r in runs), 1) for group in runs[0].cpu_us}
        for name, runs in _by_name(rounds)
    }


def cpu_of(run: Run) -> float:
    """Give all CPU of a delivery, in microseconds."""
    return sum(run.cpu_us.values())


def cpu_ratio(pairs: Iterable[tuple[Run, Run]]) -> float:
    """Give how many times the CPU of the second the first needs, by the median."""
    return middle(cpu_of(one) / cpu_of(other) for one, other in pairs)


def throughput_marks(rounds: Rounds) -> list[Mark]:
    """Hold the product against its peers, each against its like."""
    wanted = (
        ("plain_nameko", 15.0, 10.0),
        ("faststream", 20.0, 10.0),
        ("celery", 20.0, 10.0),
        ("ceiling", 0.8, 0.5),
    )
    marks = []
    for peer, goal, floor in wanted:
        found = ratio(rounds, "schakel", peer)
        if found is not None:
            marks.append(Mark(f"deliveries/s: schakel ÷ {peer}", found, goal, floor))
    found = ratio(rounds, "schakel_unpacked", "ceiling_unpacked")
    if found is not None:
        what = "deliveries/s: schakel_unpacked ÷ ceiling_unpacked"
        marks.append(Mark(what, found, 0.6))
    return marks


def idle_marks(idle: Mapping[str, Mapping[str, float]]) -> list[Mark]:
    """Hold the product's latency against its bound, and against plain nameko's."""
    if "schakel" not in idle:
        return []
    own = idle["schakel"]["p50"]
    marks = [Mark("idle p50, ms: schakel", own, 25.0, lower_is_better=True)]
    if "plain_nameko" in idle:
        other = own / idle["plain_nameko"]["p50"]
        marks.append(Mark("idle p50: schakel ÷ plain_nameko", other, 0.333, lower_is_better=True))
    return marks


def placements(placed: Placed, rounds: Rounds) -> dict[str, Any]:
    """Give what places took, alone and many at once, and what a message of one region costs."""
    told: dict[str, Any] = {}
    if placed.followed:
        told["counted_ms"] = p50_p99([one.counted_ms for one in placed.followed])
        told["seen_ms"] = {
            step: p50_p99([one.seen_ms[step] for one in placed.followed])
            for step in placed.followed[0].seen_ms
        }
    if placed.crowds:
        told["per_second"] = round(middle(one.per_second for one in placed.crowds), 1)
        told["cpu_ms"] = {
            group: round(middle(one.cpu_ms[group] for one in placed.crowds), 2)
            for group in placed.crowds[0].cpu_ms
        }
    if rounds:
        told["message_cpu_us"] = {
            name: round(middle(map(cpu_of, runs)), 1) for name, runs in _by_name(rounds)
        }
        pairs = [(one["placement_to_one"], one["agreement_to_one"]) for one in rounds]
        told["message_ratio"] = round(cpu_ratio(pairs), 3)
    return told


def placement_marks(told: Mapping[str, Any]) -> list[Mark]:
    """Hold places against what was asked of them."""
    marks = []
    if "message_ratio" in told:
        what = "CPU of a message for one region: a place ÷ an agreement"
        marks.append(Mark(what, told["message_ratio"], 1.0, lower_is_better=True))
    if "seen_ms" in told:
        latest = max(times["p99"] for times in told["seen_ms"].values())
        what = "a step of a place seen by the coordinator, p99, ms: the latest step"
        marks.append(Mark(what, latest, 1000.0, lower_is_better=True))
    return marks


def _by_name(rounds: Rounds) -> list[tuple[str, list[Run]]]:
    names = dict.fromkeys(name for round_ in rounds for name in round_)
    return [(name, [round_[name] for round_ in rounds if name in round_]) for name in names]
