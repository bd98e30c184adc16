# SPDX-License-Identifier: EUPL-1.2
"""`python -m tests.chaos`: run a campaign, show its table, and fail unless nothing was found."""

import argparse
import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_select")

from rich.console import Console
from rich.table import Table

from tests.chaos.campaign import Campaign, Plan
from tests.chaos.catalogue import faults
from tests.chaos.summary import summarised
from tests.chaos.verdict import Verdict

LOCAL = Path(__file__).parents[2] / ".local"
SHOWN = 10
WIDTH = 120
CALLERS = 8
PACE_SECONDS = 0.2


def main() -> int:
    """Run what the arguments ask for; 0 when nothing was lost, repeated or wrong."""
    asked = arguments()
    console = Console(highlight=False, width=WIDTH)
    began = time.monotonic()

    def say(what: str) -> None:
        console.print(f"{time.monotonic() - began:6.1f} s  {what}", markup=False, soft_wrap=True)

    folder = asked.folder.resolve()
    campaign = Campaign(plan_of(asked), folder, say)
    verdict = campaign.run()
    minutes = asked.minutes if not asked.single else round((time.monotonic() - began) / 60, 1)
    summary = summarised(verdict, asked.seed, minutes, campaign.deliveries)
    (folder / "chaos.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    show(console, verdict, campaign.deliveries)
    return 0 if verdict.clean else 1


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=7)
    known = ", ".join(faults())
    parser.add_argument("--faults", default="all", help=f"all, or some of: {known}")
    parser.add_argument("--without", default="", help="kinds of faults to leave out")
    parser.add_argument("--alone", action="store_true", help="one fault at a time")
    parser.add_argument("--single", type=int, default=0, help="each kind alone, so many times")
    parser.add_argument("--replicas", type=int, default=1, help="processes of each service")
    parser.add_argument(
        "--pace", type=float, default=PACE_SECONDS, help="seconds between two steps"
    )
    parser.add_argument("--workers", type=int, default=CALLERS, help="callers at once")
    parser.add_argument("--folder", type=Path, default=LOCAL, help="where the stack and files are")
    return parser.parse_args()


def plan_of(asked: argparse.Namespace) -> Plan:
    """Make a plan of the command line."""
    known = faults().keys()
    kinds = set(known) if asked.faults == "all" else set(asked.faults.split(","))
    left_out = set(filter(None, asked.without.split(",")))
    if unknown := (kinds | left_out) - known:
        raise SystemExit(f"unknown faults: {', '.join(sorted(unknown))}")
    return Plan(
        seed=asked.seed,
        seconds=asked.minutes * 60,
        kinds=kinds - left_out,
        faults="alone" if asked.alone else "together",
        pace_seconds=asked.pace,
        workers=asked.workers,
        replicas=asked.replicas,
        single=asked.single,
    )


def show(console: Console, verdict: Verdict, deliveries: int) -> None:
    """Print the table, and what was found."""
    table = Table("fault", "struck", "not seen", "p50 s", "p95 s", "max s", title="Faults")
    for kind in sorted({*verdict.faults, *verdict.unproven}):
        times = verdict.recovery_seconds.get(kind, {})
        seen = (verdict.faults.get(kind, 0), verdict.unproven.get(kind, 0))
        row = (*seen, *(times.get(name, "") for name in ("p50", "p95", "max")))
        table.add_row(kind, *map(str, row))
    console.print(table)
    console.print(
        f"commands {verdict.attempts}: acknowledged {verdict.acknowledged},"
        f" refused {verdict.refused}, unanswered {verdict.unanswered}; deliveries {deliveries}"
    )
    console.print(
        f"outside outages {verdict.calm} commands, of which {verdict.calm_at_once} succeeded at"
        f" the first asking ({verdict.calm_share})"
    )
    for word, found in verdict.findings.items():
        console.print(f"{word.replace('_', ' ')}: {len(found)}")
        for sentence in found[:SHOWN]:
            console.print(f"    {sentence}", markup=False, soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
