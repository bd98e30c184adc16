# SPDX-License-Identifier: EUPL-1.2
"""The tables of docs/scaling.md: what was measured, counted for more tenants.

`python -m tests.bench.growing docs/measured/*.json` prints them; a test holds the page to them.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_select")

from tests.bench.page import Json, table, together
from tests.bench.report import CPU_GROUPS

TENANTS = (35, 350, 35_000)
WIDEST_MEASURED = 350
# The promise: 99 % of the deliveries are received within so many seconds.
PROMISED_SECONDS = 5
MICRO, MILLI = 1e6, 1e3
HALF = 0.5


def tables(told: Json) -> Iterator[str]:
    """Give every table of the page."""
    yield _one_state(told)
    yield _whole_machine(told)
    yield _cores(told)


def _per_delivery(told: Json, figure: str, tenants: int) -> float:
    """Give what a delivery took at this size, or at the widest that was measured."""
    return float(told[figure][str(min(tenants, WIDEST_MEASURED))])


def _one_state(told: Json) -> str:
    rows = []
    for tenants in TENANTS:
        wall = _per_delivery(told, "wall_per_delivery", tenants) * tenants / MICRO
        cpu = _per_delivery(told, "cost_per_delivery", tenants) * tenants / MICRO
        measured = "measured" if tenants <= WIDEST_MEASURED else "counted on from 350"
        at_once = int(PROMISED_SECONDS / wall)
        rows.append((f"{tenants:,}", _time(wall), _time(cpu), f"{at_once:,}", measured))
    heads = (
        *("tenants", "one state to all of them takes", "CPU of it"),
        *(f"states at once until the last takes {PROMISED_SECONDS} s", "how it is known"),
    )
    return table(heads, rows)


def _whole_machine(told: Json) -> str:
    rate, rows = told["long_deliveries_per_second"]["schakel"], told["history"]["rows"]
    return table(
        (
            *("tenants", "states to all in a second, at full load", "at half of it, in an hour"),
            f"states until the ledger has {rows:,} rows",
        ),
        [
            (
                f"{tenants:,}",
                f"{rate / tenants:,.1f}",
                f"{rate / tenants * HALF * 3600:,.0f}",
                f"{rows // tenants:,}",
            )
            for tenants in TENANTS
        ],
    )


def _cores(told: Json) -> str:
    cost = told["cpu_us_per_delivery"]["schakel"]
    whole = sum(cost.values())
    return table(
        ("which part", "CPU of a delivery", "share", "deliveries in a second of one core"),
        [
            (
                group,
                f"{cost[group]:.1f} µs",
                f"{cost[group] / whole:.0%}",
                f"{MICRO / cost[group]:,.0f}",
            )
            for group in CPU_GROUPS
        ],
    )


def _time(seconds: float) -> str:
    return f"{seconds * MILLI:.1f} ms" if seconds < 1 else f"{seconds:.1f} s"


if __name__ == "__main__":
    sys.stdout.write("\n\n".join(tables(together(map(Path, sys.argv[1:])))) + "\n")
