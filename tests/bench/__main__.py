# SPDX-License-Identifier: EUPL-1.2
"""`python -m tests.bench`: measure the product beside its peers; fail below a floor."""

import argparse
import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_select")

from rich.console import Console

from tests.bench import chart
from tests.bench.ground import Ground
from tests.bench.programme import SECTIONS, Plan, Programme
from tests.bench.report import REPOSITORY, show, summary
from tests.bench.systems import SYSTEMS

FOLDER = REPOSITORY / ".local"
QUICK = Plan(rounds=1, seconds=2.0, long_seconds=4.0, warm_up=1.0, idle_count=10, sizes=(10, 35))


def main() -> int:
    """Run what the arguments ask for; 0 when every floor holds and every run counts."""
    asked = arguments()
    plan, console, began = plan_of(asked), Console(highlight=False), time.monotonic()

    def say(what: str) -> None:
        console.print(f"{time.monotonic() - began:7.1f} s  {what}", markup=False, soft_wrap=True)

    with Ground(FOLDER / f"bench-{os.getpid()}") as ground:
        outcome = Programme(plan, ground, say).run()
    told = summary(outcome, plan, (time.monotonic() - began) / 60)
    (FOLDER / "bench.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    show(console, told, outcome)
    if "deliveries_per_second" in told:
        chart_at = Path(asked.chart) if asked.chart else FOLDER / "bench.svg"
        chart_at.write_text(chart.drawn(told), encoding="utf-8")
    return 0 if all(mark.stands for mark in outcome.marks) and not outcome.faults else 1


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, help="interleaved rounds (3)")
    parser.add_argument("--seconds", type=float, help="length of a short run (6)")
    parser.add_argument("--long-rounds", type=int, help="rounds of runs of 30 seconds (1)")
    parser.add_argument("--only", default="all", help=f"sections of: {', '.join(SECTIONS)}")
    names = ", ".join(system.name for system in SYSTEMS)
    parser.add_argument("--systems", default="all", help=f"systems of: {names}")
    parser.add_argument("--quick", action="store_true", help="everything once, and briefly")
    parser.add_argument("--chart", help="where to draw the chart (.local/bench.svg)")
    return parser.parse_args()


def plan_of(asked: argparse.Namespace) -> Plan:
    """Make a plan of the command line."""
    plan = QUICK if asked.quick else Plan()
    told = {
        name: value
        for name in ("rounds", "seconds", "long_rounds")
        if (value := getattr(asked, name)) is not None
    }
    return replace(
        plan,
        **told,
        sections=_some(asked.only, SECTIONS),
        systems=_some(asked.systems, tuple(system.name for system in SYSTEMS)),
    )


def _some(said: str, known: tuple[str, ...]) -> tuple[str, ...]:
    wanted = known if said == "all" else tuple(said.split(","))
    if unknown := set(wanted) - set(known):
        raise SystemExit(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(known)}")
    return wanted


if __name__ == "__main__":
    sys.exit(main())
