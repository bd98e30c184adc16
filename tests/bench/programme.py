# SPDX-License-Identifier: EUPL-1.2
"""The programme of a bench: which runs are made, in which order, and what comes of them.

Every comparison is interleaved: in each round each system has its turn, so that a machine that
becomes slower meanwhile slows them all.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from services.cli.client import Refused
from tests.bench import doors, figures, history, idle, placing
from tests.bench.figures import Mark
from tests.bench.ground import Ground
from tests.bench.load import Stuck
from tests.bench.placing import Placed
from tests.bench.running import Run, run
from tests.bench.systems import SYSTEMS, TO_ONE, System
from tests.bench.verify import NotDelivered

SECTIONS = ("short", "long", "idle", "sizes", "history", "http", "placements")
SIZES = (10, 35, 100, 350)
WIDEST, USUAL = 350, 35
IDLE_SYSTEMS = ("schakel", "plain_nameko", "ceiling")

Round = dict[str, Run]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure, and for how long."""

    rounds: int = 3
    seconds: float = 6.0
    long_seconds: float = 30.0
    long_rounds: int = 1
    warm_up: float = 2.0
    idle_count: int = 100
    history_rows: int = history.MILLION
    sizes: tuple[int, ...] = SIZES
    sections: tuple[str, ...] = SECTIONS
    systems: tuple[str, ...] = tuple(one.name for one in SYSTEMS)


@dataclass(slots=True)
class Outcome:
    """What was measured: figures by name, the marks that they make, and what did not count."""

    figures: dict[str, Any] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class Programme:
    """Makes the runs of a plan on one ground."""

    def __init__(self, plan: Plan, ground: Ground, say: Callable[[str], None]) -> None:
        self._plan = plan
        self._ground = ground
        self._say = say
        self.outcome = Outcome()
        self._systems = {one.name: one for one in SYSTEMS if one.name in plan.systems}
        self._to_one = {one.name: one for one in TO_ONE}
        for name, system in list(self._systems.items()):
            if not system.is_here:
                del self._systems[name]
                self.outcome.faults.append(f"{name}: {system.needs} is not installed")

    def run(self) -> Outcome:
        """Make every section that the plan asks for."""
        for section in self._plan.sections:
            self._say(f"== {section}")
            getattr(self, f"_{section}")()
        return self.outcome

    def _short(self) -> None:
        rounds = self._rounds(self._plan.rounds, self._plan.seconds)
        self._tell("deliveries_per_second", figures.per_second(rounds))
        self._tell("cpu_us_per_delivery", figures.cpu(rounds))
        self._tell("rounds_per_second", _each(rounds))
        self.outcome.marks += figures.throughput_marks(rounds)

    def _long(self) -> None:
        rounds = self._rounds(self._plan.long_rounds, self._plan.long_seconds)
        self._tell("long_deliveries_per_second", figures.per_second(rounds))
        self._tell("long_seconds", {n: round(r.seconds, 1) for o in rounds for n, r in o.items()})
        self.outcome.marks += [
            Mark(f"{one.what} (long)", one.value, one.goal, one.floor)
            for one in figures.throughput_marks(rounds)
        ]

    def _idle(self) -> None:
        found: dict[str, list[float]] = {}
        for _ in range(self._plan.rounds):
            for name in filter(self._systems.__contains__, IDLE_SYSTEMS):
                took = idle.latencies(
                    self._systems[name], self._ground, count=self._plan.idle_count
                )
                found.setdefault(name, []).extend(took)
                self._say(f"{name:<20} idle {figures.p50_p99(took)}")
        told = {name: figures.p50_p99(values) for name, values in found.items()}
        self._tell("idle_ms", {**self.outcome.figures.get("idle_ms", {}), **told})
        self.outcome.marks += figures.idle_marks(told)

    def _sizes(self) -> None:
        """Measure the cost of a delivery by the number of recipients."""
        rounds: list[dict[int, Run]] = []
        for _ in range(self._plan.rounds):
            made = {size: self._once("schakel", size) for size in self._plan.sizes}
            rounds.append({size: one for size, one in made.items() if one is not None})
        for size in self._plan.sizes:
            self._ground.forget_queues_for(size)
        sizes = [size for size in self._plan.sizes if all(size in one for one in rounds)]
        for name, figure in (("cost_per_delivery", figures.cpu_of), ("wall_per_delivery", _wall)):
            told = {str(s): figures.middle(figure(one[s]) for one in rounds) for s in sizes}
            self._tell(name, {size: round(value, 1) for size, value in told.items()})
        if {WIDEST, USUAL} <= set(sizes):
            value = figures.cpu_ratio((one[WIDEST], one[USUAL]) for one in rounds)
            what = f"CPU of a delivery: {WIDEST} ÷ {USUAL} recipients"
            self.outcome.marks.append(Mark(what, value, 1.25, lower_is_better=True))

    def _history(self) -> None:
        """Measure the cost of a delivery with a million of them in the ledger, and without."""
        without: list[Run] = []
        with_it: list[Run] = []
        remembered = 0
        for number in range(self._plan.rounds):
            self._take(without, self._once("schakel"))
            if number == 0:
                remembered = history.remember(
                    self._ground.place(), deliveries=self._plan.history_rows
                )
                self._ground.keep_aside()
            with self._ground.remembering():
                self._take(with_it, self._once("schakel"))
        self._ground.forget_kept()
        pairs = list(zip(with_it, without, strict=False))
        if pairs:
            value = figures.cpu_ratio(pairs)
            self._tell(
                "history",
                {
                    "rows": remembered,
                    "cpu_us_with": round(figures.middle(map(figures.cpu_of, with_it)), 1),
                    "cpu_us_without": round(figures.middle(map(figures.cpu_of, without)), 1),
                    "ratio": round(value, 3),
                },
            )
            what = f"CPU of a delivery: {remembered:,} rows of history ÷ none"
            self.outcome.marks.append(Mark(what, value, 1.15, lower_is_better=True))

    def _http(self) -> None:
        found = doors.measured(
            self._ground.folder,
            rounds=self._plan.rounds,
            seconds=self._plan.seconds / 2,
            publications=self._plan.idle_count,
        )
        told = {
            kind: {name: round(figures.middle(values), 1) for name, values in by_name.items()}
            for kind, by_name in found.per_second.items()
        }
        self._tell("http_per_second", told)
        over_http = {"p50": found.publication.p50_ms, "p99": found.publication.p99_ms}
        idle_ms = self.outcome.figures.get("idle_ms", {})
        self._tell("idle_ms", {**idle_ms, "schakel_over_http": over_http})

    def _placements(self) -> None:
        """Measure places from their offer to their count, and what a message of one costs."""
        plan = self._plan
        made = [{one.name: self._once(one.name) for one in TO_ONE} for _ in range(plan.rounds)]
        rounds = [{n: r for n, r in one.items() if r} for one in made if all(one.values())]
        placed = Placed()
        try:
            placed = placing.measured(
                self._ground.folder,
                rounds=plan.rounds,
                seconds=plan.seconds,
                places=plan.idle_count,
            )
        except (NotDelivered, Stuck, Refused, AssertionError) as fault:
            self.outcome.faults.append(f"placements: {fault}")
        told = figures.placements(placed, rounds)
        self._tell("placements", told)
        self._say(f"{'placements':<20} {told}")
        self.outcome.marks += figures.placement_marks(told)

    def _rounds(self, count: int, seconds: float) -> list[Round]:
        rounds: list[Round] = []
        for _ in range(count):
            made = {name: self._once(name, seconds=seconds) for name in self._systems}
            rounds.append({name: one for name, one in made.items() if one is not None})
        return rounds

    def _once(
        self, name: str, recipients: int = USUAL, *, seconds: float | None = None
    ) -> Run | None:
        """Make one run; one that does not count is told as a fault."""
        system: System = (self._systems | self._to_one)[name]
        try:
            made = run(
                system,
                self._ground,
                seconds=self._plan.seconds if seconds is None else seconds,
                warm_up=self._plan.warm_up,
                recipients=recipients,
            )
        except (NotDelivered, Stuck, AssertionError) as fault:
            self.outcome.faults.append(f"{name}: {fault}")
            self._say(f"{name:<20} does not count: {fault}")
            return None
        self._say(
            f"{name:<20} {recipients:>3} recipients {made.deliveries:>7,} deliveries in"
            f" {made.seconds:5.1f} s: {made.per_second:8,.0f}/s,"
            f" CPU {figures.cpu_of(made):6,.0f} µs"
        )
        return made

    def _tell(self, name: str, told: object) -> None:
        self.outcome.figures[name] = told

    @staticmethod
    def _take(runs: list[Run], made: Run | None) -> None:
        if made is not None:
            runs.append(made)


def _wall(made: Run) -> float:
    return made.wall_us


def _each(rounds: Iterable[Round]) -> list[dict[str, float]]:
    return [{name: round(one.per_second, 1) for name, one in made.items()} for made in rounds]
