# SPDX-License-Identifier: EUPL-1.2
"""What a campaign leaves behind, and the tables of docs/reliability.md that are made of it.

`python -m tests.chaos.summary .local/seed-7/chaos.json …` prints them.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.chaos.verdict import Verdict

Json = dict[str, Any]
ROOT = Path(__file__).parents[2]
VERDICTS = ("lost", "applied_twice", "older_over_newer", "divergent", "unexpected")
CAMPAIGNS = (
    *("date", "commit", "seed", "minutes", "faults", "kinds", "commands", "acknowledged"),
    *("outside outages", "deliveries", *(word.replace("_", " ") for word in VERDICTS)),
)


def summarised(verdict: Verdict, seed: int, minutes: float, deliveries: int) -> Json:
    """Give a verdict as it is written to `.local/chaos.json`."""
    return {
        "seed": seed,
        "minutes": minutes,
        "attempts": verdict.attempts,
        "acknowledged": verdict.acknowledged,
        **{word: len(found) for word, found in verdict.findings.items()},
        "faults": dict(verdict.faults),
        "recovery_seconds": {kind: dict(row) for kind, row in verdict.recovery_seconds.items()},
        "outside_outages": {
            "commands": verdict.calm,
            "succeeded": verdict.calm_at_once,
            "share": verdict.calm_share,
        },
        "not_seen": dict(verdict.unproven),
        "refused": verdict.refused,
        "unanswered": verdict.unanswered,
        "deliveries": deliveries,
        "date": datetime.now(UTC).date().isoformat(),
        "commit": _commit(),
    }


def campaigns(summaries: Iterable[Json]) -> str:
    """Give the table of whole campaigns, a row each."""
    return _table(CAMPAIGNS, [_row(one) for one in summaries])


def recoveries(summaries: Iterable[Json]) -> str:
    """Give the table of recovery from single faults, by kind."""
    rows = {
        f"`{kind}`": (one["faults"][kind], *(f"{times[name]:.1f} s" for name in times))
        for one in summaries
        for kind, times in one["recovery_seconds"].items()
    }
    return _table(
        ("fault", "struck", "p50", "p95", "max"), [(kind, *rows[kind]) for kind in sorted(rows)]
    )


def _row(one: Json) -> list[object]:
    calm, faults = one["outside_outages"], one["faults"]
    share = "none" if calm["share"] is None else f"{calm['share']:.1%} of {calm['commands']:,}"
    counted = (sum(faults.values()), len(faults), f"{one['attempts']:,}")
    told = (f"{one['acknowledged']:,}", share, f"{one['deliveries']:,}")
    when = (one["date"], f"`{one['commit']}`", one["seed"], one["minutes"])
    return [*when, *counted, *told, *(one[word] for word in VERDICTS)]


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _commit() -> str | None:
    """Name the commit that was judged; None outside a repository."""
    words = ("git", "-C", str(ROOT), "rev-parse", "--short", "HEAD")
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def main() -> None:
    """Print both tables of the files that are named."""
    found = [json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:]]
    sys.stdout.write(f"{campaigns(found)}\n\n{recoveries(found)}\n")


if __name__ == "__main__":
    main()
