# SPDX-License-Identifier: EUPL-1.2
"""The tables of docs/performance.md, made of what benches left behind.

`python -m tests.bench.page docs/measured/*.json` prints them; a test holds the page to them.
"""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_select")

from tests.bench.report import CPU_GROUPS
from tests.bench.systems import SYSTEMS

Json = dict[str, Any]
PLAIN = "deliveries/s: schakel ÷ plain_nameko"


def together(files: Iterable[Path]) -> Json:
    """Put what several benches measured into one; what two of them did, the first one tells."""
    told: Json = {"marks": [], "runs": []}
    for file in sorted(files):
        one = json.loads(file.read_text(encoding="utf-8"))
        marks, runs = [*told["marks"], *one["marks"]], [*told["runs"], one]
        told = {**one, **told, "marks": marks, "runs": runs}
    return told


def tables(told: Json) -> Iterator[str]:
    """Give every table of the page that something was measured for."""
    yield from summary(told)
    if "deliveries_per_second" in told:
        yield _systems(told)
        yield _contributions(told["deliveries_per_second"])
        yield _latencies(told)
        yield _sizes(told)
        yield _doors(told)
    if "placements" in told:
        yield _places(told["placements"])
        yield _crowd(told["placements"])
        yield _messages(told["placements"])


def summary(told: Json) -> Iterator[str]:
    """Give what was run where, and which goals were reached."""
    yield _runs(told)
    yield _goals(told)


def _runs(told: Json) -> str:
    rows = [
        (
            one["date"],
            f"`{one['commit']}`",
            one["rounds"],
            f"{one['seconds']:g} s",
            f"{one['minutes']:g} min",
            one["machine"],
        )
        for one in told["runs"]
    ]
    return table(("date", "commit", "rounds", "short run", "took", "machine"), rows)


def _goals(told: Json) -> str:
    rows = [
        (
            one["what"],
            f"{one['value']:,.2f}",
            one["goal"],
            "" if one["floor"] is None else one["floor"],
            "yes" if one["reached"] else "no",
        )
        for one in told["marks"]
    ]
    return table(("what", "measured", "goal", "floor", "reached"), rows)


def _systems(told: Json) -> str:
    says = {system.name: system.says for system in SYSTEMS}
    long, cpu = told["long_deliveries_per_second"], told["cpu_us_per_delivery"]
    rows = [
        (
            f"`{name}`",
            says[name],
            f"{rate:,.0f}",
            f"{long[name]:,.0f}",
            *(f"{cpu[name][group]:,.0f}" for group in CPU_GROUPS),
        )
        for name, rate in sorted(told["deliveries_per_second"].items(), key=lambda one: -one[1])
    ]
    heads = ("", "what it is", "deliveries/s", "in long runs", *(f"{g}, µs" for g in CPU_GROUPS))
    return table(heads, rows)


def _contributions(rates: Json) -> str:
    """Say what each step adds, and what it would add to a peer."""
    steps = (
        ("batches instead of a commit a message", "plain_nameko", "schakel_unpacked"),
        ("packing up to 100 states in one message", "schakel_unpacked", "schakel"),
        ("both, made by hand with a peer's framework", "faststream", "faststream_batched"),
        ("the product instead of that peer", "faststream_batched", "schakel"),
        ("a program by hand instead of the product", "schakel", "ceiling"),
    )
    rows = [
        (what, f"`{one}`", f"`{other}`", f"{rates[other] / rates[one]:.1f}")
        for what, one, other in steps
    ]
    return table(("step", "from", "to", "times as much in a second"), rows)


def _latencies(told: Json) -> str:
    rows = [
        (f"`{name}`", f"{times['p50']:.0f} ms", f"{times['p99']:.0f} ms")
        for name, times in told["idle_ms"].items()
    ]
    return table(("one agreement on an idle system", "p50", "p99"), rows)


def _sizes(told: Json) -> str:
    rows = [
        (size, f"{cpu:.0f} µs", f"{told['wall_per_delivery'][size]:.0f} µs")
        for size, cpu in told["cost_per_delivery"].items()
    ]
    return table(("recipients", "CPU of a delivery", "time of a delivery"), rows)


def _doors(told: Json) -> str:
    rows = [
        (kind, *(f"{rates[name]:,.0f}" for name in ("schakel", "hello")))
        for kind, rates in told["http_per_second"].items()
    ]
    return table(("answered in a second", "Schakel", "a nameko that says hello"), rows)


def _places(told: Json) -> str:
    alone = [("offered, confirmed and counted", told["counted_ms"])]
    alone += [(f"seen by the coordinator: {step}", one) for step, one in told["seen_ms"].items()]
    rows = [(what, f"{one['p50']:.0f} ms", f"{one['p99']:.0f} ms") for what, one in alone]
    return table(("one place on an idle system", "p50", "p99"), rows)


def _crowd(told: Json) -> str:
    cpu = (f"{told['cpu_ms'][group]:.1f} ms" for group in CPU_GROUPS)
    row = (f"{told['per_second']:.1f}", *cpu)
    return table(("places in a second", *(f"{group}, CPU of one" for group in CPU_GROUPS)), [row])


def _messages(told: Json) -> str:
    rows = [(f"`{name}`", f"{cost:.0f} µs") for name, cost in told["message_cpu_us"].items()]
    return table(("a message for one region", "CPU"), rows)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


if __name__ == "__main__":
    sys.stdout.write("\n\n".join(tables(together(map(Path, sys.argv[1:])))) + "\n")
