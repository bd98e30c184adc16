# SPDX-License-Identifier: EUPL-1.2
"""A bench in words and as a file: the table, `.local/bench.json`, and where it was measured."""

import platform
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from tests.bench.programme import Outcome, Plan
from tests.bench.systems import SYSTEMS

REPOSITORY = Path(__file__).parents[2]
CPU_GROUPS = ("broker", "postgresql", "python")


def summary(outcome: Outcome, plan: Plan, minutes: float) -> dict[str, Any]:
    """Give everything as it is written to `.local/bench.json`."""
    return {
        **outcome.figures,
        "ratios": {mark.what: round(mark.value, 3) for mark in outcome.marks},
        "marks": [mark.to_json() for mark in outcome.marks],
        "faults": outcome.faults,
        "rounds": plan.rounds,
        "seconds": plan.seconds,
        "minutes": round(minutes, 1),
        "machine": machine(),
        "commit": _commit(),
        "date": datetime.now(UTC).date().isoformat(),
    }


def machine() -> str:
    """Say on what it was measured."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{psutil.cpu_count()} CPUs of {cpu}, {memory:.0f} GB, Linux {platform.release()},"
        f" Python {platform.python_version()}"
    )


def show(console: Console, told: Mapping[str, Any], outcome: Outcome) -> None:
    """Print what was measured."""
    if "deliveries_per_second" in told:
        console.print(_throughput(told))
    for name, unit in (("idle_ms", "ms"), ("http_per_second", "per second")):
        for row, values in told.get(name, {}).items():
            figures = ", ".join(f"{key} {value:,.1f}" for key, value in values.items())
            console.print(f"{name.partition('_')[0]} {row}: {figures} {unit}")
    for size, cost in told.get("cost_per_delivery", {}).items():
        wall = told["wall_per_delivery"][size]
        console.print(f"{size:>4} recipients: {cost:.1f} µs CPU, {wall:.1f} µs wall a delivery")
    for line in _placements(told.get("placements", {})):
        console.print(line)
    console.print(_marks(outcome))
    for fault in outcome.faults:
        console.print(f"does not count: {fault}", markup=False, soft_wrap=True)


def _placements(told: Mapping[str, Any]) -> Iterator[str]:
    if "counted_ms" in told:
        yield f"a place, offered, confirmed and counted: {_ms(told['counted_ms'])}"
        for step, times in told["seen_ms"].items():
            yield f"the coordinator sees that a place is {step}: {_ms(times)}"
    if "per_second" in told:
        cpu = ", ".join(f"{group} {value:.1f}" for group, value in told["cpu_ms"].items())
        yield f"places, many at once: {told['per_second']:.1f} per second; CPU ms each: {cpu}"
    for name, cost in told.get("message_cpu_us", {}).items():
        yield f"{name}: {cost:.1f} µs CPU a message"


def _ms(times: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:,.1f} ms" for name, value in times.items())


def _throughput(told: Mapping[str, Any]) -> Table:
    drawn = Table(title="Deliveries, from the owner's commit to the receipt in its ledger")
    for heading in ("", "per second", "long runs", *CPU_GROUPS, "what it is"):
        drawn.add_column(heading, justify="left" if heading in {"", "what it is"} else "right")
    says = {system.name: system.says for system in SYSTEMS}
    for name, figure in sorted(told["deliveries_per_second"].items(), key=lambda one: -one[1]):
        cpu = told["cpu_us_per_delivery"][name]
        long = told.get("long_deliveries_per_second", {}).get(name)
        drawn.add_row(
            name,
            f"{figure:,.0f}",
            "" if long is None else f"{long:,.0f}",
            *(f"{cpu[group]:,.0f} µs" for group in CPU_GROUPS),
            says[name],
        )
    return drawn


def _marks(outcome: Outcome) -> Table:
    drawn = Table("", "measured", "floor", "goal", "", title="Floors and goals")
    for mark in outcome.marks:
        sign = "≤" if mark.lower_is_better else "≥"
        verdict = "reached" if mark.reached else "floor holds" if mark.stands else "FAILS"
        drawn.add_row(
            mark.what,
            f"{mark.value:.2f}",
            "" if mark.floor is None else f"{sign} {mark.floor:g}",
            f"{sign} {mark.goal:g}",
            "not reached" if verdict == "floor holds" and mark.floor is None else verdict,
        )
    return drawn


def _commit() -> str:
    asked = ["git", "-C", str(REPOSITORY), "describe", "--always", "--dirty"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
