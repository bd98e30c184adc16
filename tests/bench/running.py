# SPDX-License-Identifier: EUPL-1.2
"""One run: a system started, warmed up, loaded, verified and stopped again."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg

from services.cli.stack.supervisor import Program, Supervisor
from tests.bench.cpu import cpu_seconds
from tests.bench.ground import Ground, Place
from tests.bench.load import Load
from tests.bench.systems import System
from tests.bench.verify import NotDelivered, verify
from tests.bench.widened import REGIONS
from tests.waiting import wait_until

MICRO = 1_000_000
LEAST_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Run:
    """What one run measured. CPU is in microseconds a delivery, by group of processes."""

    system: str
    recipients: int
    seconds: float
    deliveries: int
    cpu_us: Mapping[str, float]

    @property
    def per_second(self) -> float:
        """How many deliveries there were in a second."""
        return self.deliveries / self.seconds

    @property
    def wall_us(self) -> float:
        """How long one delivery took, while many were on their way."""
        return self.seconds * MICRO / self.deliveries


@contextmanager
def started(system: System, place: Place, ground: Ground) -> Iterator[list[int]]:
    """Run the processes of a system for the length of a block."""
    supervisor = Supervisor(lambda _name, _line: None)
    logs = ground.folder / "logs"
    logs.mkdir(exist_ok=True)
    commands = system.commands(place)
    for command in commands:
        supervisor.start(
            Program(
                name=command.name,
                argv=[sys.executable, "-W", "ignore", "-m", *command.words],
                env=place.environment() | command.settings,
                log=logs / f"{system.name}-{command.name}.log",
            )
        )
    names = [command.name for command in commands]
    try:
        yield [wait_until(lambda name=name: supervisor.pid(name)) for name in names]
        died = [name for name in names if supervisor.kept[name].restarts]
        if died:
            raise NotDelivered(f"{system.name}: {', '.join(died)} died")
    finally:
        supervisor.stop(names)


def run(
    system: System, ground: Ground, *, seconds: float, warm_up: float, recipients: int = REGIONS
) -> Run:
    """Measure one system once; raises NotDelivered or Stuck for a run that does not count."""
    place = ground.place(recipients, system.kind.owner)
    with started(system, place, ground) as pids, system.load(place) as publish:
        _load(system, place, publish).run(warm_up)
        _analyze(place)
        since, before = datetime.now(UTC), _cpu(ground, pids)
        load = _load(system, place, publish)
        took = load.run(seconds)
        after = _cpu(ground, pids)
        owed = load.published * system.recipients_of_a_state(place)
        deliveries = verify(place, since, owed)
    spent = {group: (after[group] - before[group]) * MICRO / deliveries for group in after}
    return Run(system.name, recipients, took, deliveries, spent)


def _analyze(place: Place) -> None:
    """Gather the statistics that autovacuum would have gathered within a minute."""
    for url in place.watched.values():
        with psycopg.connect(url, autocommit=True) as owner:
            owner.execute("ANALYZE")


def _load(system: System, place: Place, publish) -> Load:  # noqa: ANN001 - see Load
    # As many states are published at once, whoever gets them; as many deliveries are on their way.
    depth = max(LEAST_DEPTH, system.depth * REGIONS // len(place.recipients))
    return Load(place.watched[place.owner], publish, system.portion, depth, system.kind)


def _cpu(ground: Ground, pids: list[int]) -> dict[str, float]:
    return {**ground.cpu(), "python": cpu_seconds(*pids)}
