# SPDX-License-Identifier: EUPL-1.2
"""Check the model of delivery, and that each mutant of it breaks the property it should.

Each row is one exhaustive search by spin. The model itself must hold in all of them; a mutant
must break the property that is named for it, and not in another way. Exit status 0 means that
every row is as expected, 1 that one is not, 2 that spin or gcc is missing.

Only the standard library is needed, and nothing is installed: `make model` does that.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

MODEL = Path(__file__).with_name("delivery.pml")
SAFETY = {
    "never-older": 1,
    "applied-at-most-once": 2,
    "acknowledged-is-committed": 4,
    "marked-is-confirmed": 8,
    "received-is-applied": 16,
}
ALL_SAFETY = "safety"
CONVERGENCE = "convergence"
PROCESSES = ("MEMLIM=2000", "COLLAPSE", "NFAIR=3")
DEPTH = 100_000
PATIENCE_SECONDS = 900
SAID = (
    r"\s*(owner|relay|broker|consumer|returner|collector|watchdog|misfortune|reconciler): "
    r"|\s*<<+START"
)
WAYS_OUT = """spin or gcc is not here, so the model was not checked. The ways out:
  as root on Debian or Ubuntu: make model, which installs them
  without root: ask for apt-get install spin gcc libc6-dev
  elsewhere: brew install spin, or the source at https://spinroot.com"""

Verdict = Literal["holds", "breaks"]


@dataclass(frozen=True, slots=True)
class Run:
    """One search: which code, which property, within which bounds, and how it must end."""

    name: str
    proves: str
    bounds: tuple[int, int, int]
    expected: Verdict
    defines: tuple[str, ...] = ()
    rhythm: Literal["always", "deep"] = "always"

    @property
    def flags(self) -> list[str]:
        """Give the defines that make the model this one."""
        recipients, sequences, faults = self.bounds
        asserted = SAFETY.get(self.proves, 31 if self.expected == "holds" else 0)
        sizes = {
            "RECIPIENTS": recipients,
            "SEQUENCES": sequences,
            "FAULTS": faults,
            "PROPERTIES": asserted,
        }
        words = (*self.defines, *(("TIME_GOES_ON",) if self.proves == CONVERGENCE else ()))
        return [f"-D{name}={value}" for name, value in sizes.items()] + [f"-D{w}" for w in words]


RUNS = (
    Run("delivery", ALL_SAFETY, (2, 2, 1), "holds"),
    Run("delivery", ALL_SAFETY, (2, 1, 3), "holds"),
    Run("delivery", ALL_SAFETY, (1, 3, 2), "holds"),
    Run("delivery", CONVERGENCE, (2, 1, 2), "holds"),
    Run("delivery", CONVERGENCE, (1, 2, 2), "holds"),
    Run("delivery", CONVERGENCE, (1, 3, 1), "holds"),
    Run("delivery", ALL_SAFETY, (1, 3, 3), "holds", rhythm="deep"),
    Run("delivery", CONVERGENCE, (2, 2, 1), "holds", rhythm="deep"),
    Run("with reconciliation", ALL_SAFETY, (1, 2, 2), "holds", ("RECONCILIATION",)),
    Run("with reconciliation", ALL_SAFETY, (2, 1, 2), "holds", ("RECONCILIATION",)),
    Run("with reconciliation", CONVERGENCE, (1, 2, 1), "holds", ("RECONCILIATION",)),
    Run("with reconciliation", ALL_SAFETY, (1, 3, 2), "holds", ("RECONCILIATION",), "deep"),
    Run("with reconciliation", CONVERGENCE, (2, 1, 2), "holds", ("RECONCILIATION",), "deep"),
    Run(
        "lower to what was seen",
        "never-older",
        (1, 2, 2),
        "breaks",
        ("RECONCILIATION", "LOWER_TO_WHAT_WAS_SEEN"),
    ),
    Run(
        "repair, not lower",
        CONVERGENCE,
        (1, 1, 1),
        "breaks",
        ("RECONCILIATION", "REPAIR_WITHOUT_LOWERING"),
    ),
    Run(
        "lower, not repair",
        CONVERGENCE,
        (1, 1, 1),
        "breaks",
        ("RECONCILIATION", "LOWER_WITHOUT_REPAIR"),
    ),
    Run("no gate", "never-older", (2, 2, 1), "breaks", ("NO_GATE",)),
    Run(
        "gate lets equal pass",
        "applied-at-most-once",
        (2, 2, 1),
        "breaks",
        ("GATE_LETS_EQUAL_PASS",),
    ),
    Run(
        "ack before commit",
        "acknowledged-is-committed",
        (2, 2, 1),
        "breaks",
        ("ACK_BEFORE_COMMIT",),
    ),
    Run(
        "mark before confirm", "marked-is-confirmed", (2, 2, 1), "breaks", ("MARK_BEFORE_CONFIRM",)
    ),
    Run(
        "receipt before commit",
        "received-is-applied",
        (2, 2, 1),
        "breaks",
        ("RECEIPT_BEFORE_COMMIT",),
    ),
    Run("no watchdog", CONVERGENCE, (2, 1, 1), "breaks", ("NO_WATCHDOG",)),
    Run("no answer to repeats", CONVERGENCE, (2, 1, 1), "breaks", ("NO_ANSWER_TO_REPEATS",)),
    Run("no watchdog, no loss", CONVERGENCE, (2, 1, 2), "holds", ("NO_WATCHDOG", "NO_LOSS")),
    Run(
        "… and ack before commit",
        CONVERGENCE,
        (2, 1, 1),
        "breaks",
        ("NO_WATCHDOG", "NO_LOSS", "ACK_BEFORE_COMMIT"),
    ),
    Run(
        "… and mark before confirm",
        CONVERGENCE,
        (2, 1, 1),
        "breaks",
        ("NO_WATCHDOG", "NO_LOSS", "MARK_BEFORE_CONFIRM"),
    ),
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: what broke, if anything, and how much it looked at."""

    broke: str | None
    states: int
    seconds: float
    steps: tuple[str, ...] = ()


def search(run: Run, folder: Path) -> Found:
    """Build the verifier of one run in a folder, search everything, and read what it says."""
    started = time.monotonic()
    _do(["spin", "-a", *run.flags, str(MODEL)], folder)
    if run.proves == CONVERGENCE:
        kind, options = [], ["-a", "-f"]
    elif run.expected == "breaks":
        # Breadth first: the first counterexample is a shortest one.
        kind, options = ["SAFETY", "NOCLAIM", "BFS"], []
    else:
        kind, options = ["SAFETY", "NOCLAIM"], []
    defines = [f"-D{name}" for name in (*PROCESSES, *kind)]
    # A mutant breaks early: its compilation is most of its time.
    effort = "-O2" if run.expected == "holds" else "-O1"
    _do(["gcc", effort, "-w", *defines, "-o", "pan", "pan.c"], folder)
    said = _do(["./pan", f"-m{DEPTH}", *options], folder)
    seconds = time.monotonic() - started
    states = re.search(r"^ *(\d+) states, stored", said, re.MULTILINE)
    broke = _what_broke(said)
    steps = _steps(run, folder) if broke else ()
    return Found(broke, int(states[1]) if states else 0, round(seconds, 1), steps)


def _what_broke(said: str) -> str | None:
    """Name the property that pan says is broken; anything strange is named as it stands."""
    error = re.search(r"^pan:\d+: (.*?)(?: \(at depth \d+\))?$", said, re.MULTILINE)
    if error is not None:
        what = error[1]
        if "acceptance cycle" in what:
            return CONVERGENCE
        asserted = re.fullmatch(r"assertion violated (\w+)", what)
        return asserted[1].replace("_", "-") if asserted else what
    whole = "errors: 0" in said and "Search not completed" not in said
    return None if whole and "max search depth too small" not in said else "search not completed"


def _steps(run: Run, folder: Path) -> tuple[str, ...]:
    """Replay the counterexample and give what each process says of its steps."""
    trail = folder / f"{MODEL.name}.trail"
    if not trail.exists():
        return ()
    said = _do(["spin", "-t", "-T", "-B", "-k", str(trail), *run.flags, str(MODEL)], folder)
    return tuple(line.strip() for line in said.splitlines() if re.match(SAID, line))


def _do(command: Sequence[str], folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
    )
    said = done.stdout + done.stderr
    if done.returncode != 0 and command[0] == "gcc":
        raise SystemExit(said)
    return said


def as_expected(run: Run, found: Found) -> bool:
    """Tell whether a run ended as it must: what must break breaks by the property named."""
    return found.broke == (run.proves if run.expected == "breaks" else None)


def row(run: Run, found: Found) -> dict[str, object]:
    """Put a run and what it found together, for the table and for JSON."""
    recipients, sequences, faults = run.bounds
    return {
        "model": run.name,
        "property": run.proves,
        "recipients": recipients,
        "sequences": sequences,
        "faults": faults,
        "expected": run.expected,
        **{key: value for key, value in asdict(found).items() if key != "steps"},
        "as_expected": as_expected(run, found),
        "steps": list(found.steps),
    }


def line(run: Run, found: Found) -> str:
    """Write one row of the table."""
    size = " ".join(str(number) for number in run.bounds)
    verdict = f"breaks: {found.broke}" if found.broke else "holds"
    good = "as expected" if as_expected(run, found) else f"NOT as expected: {run.expected}"
    return (
        f"{run.name:26} {run.proves:26} {size:6} {found.states:>9,} {found.seconds:>6.1f}  "
        f"{verdict}, {good}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all searches one after the other and say how they ended."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="print one JSON document, no table")
    parser.add_argument("--deep", action="store_true", help="add the searches that take minutes")
    parser.add_argument("--trace", action="store_true", help="print each counterexample's steps")
    parser.add_argument("--only", metavar="WORDS", default="", help="runs whose name has WORDS")
    parser.add_argument(
        "--missing",
        choices=("fail", "say"),
        default="fail",
        help="what to do without spin or gcc: fail with 2, or say so and end with 0",
    )
    wanted = parser.parse_args(arguments)
    if not (shutil.which("spin") and shutil.which("gcc")):
        sys.stderr.write(f"{WAYS_OUT}\n")
        return 2 if wanted.missing == "fail" else 0
    runs = [
        run for run in RUNS if wanted.only in run.name and (wanted.deep or run.rhythm == "always")
    ]
    return report(runs, mode="json" if wanted.json else "trace" if wanted.trace else "table")


def report(runs: Sequence[Run], *, mode: Literal["json", "trace", "table"]) -> int:
    """Search and print; give the exit status."""
    if mode != "json":
        head = (
            f"{'model or mutant':26} {'property':26} {'bounds':6} {'states':>9} {'s':>6}  verdict"
        )
        sys.stdout.write(f"{head}\n")
    rows = []
    for run in runs:
        with tempfile.TemporaryDirectory() as folder:
            found = search(run, Path(folder))
        rows.append(row(run, found))
        if mode != "json":
            sys.stdout.write(f"{line(run, found)}\n")
        if mode == "trace":
            sys.stdout.write("".join(f"    {step}\n" for step in found.steps))
        sys.stdout.flush()
    good = bool(rows) and all(one["as_expected"] for one in rows)
    if mode == "json":
        sys.stdout.write(f"{json.dumps({'as_expected': good, 'runs': rows}, indent=2)}\n")
    else:
        sys.stdout.write(
            "bounds: recipients, sequences, faults; "
            f"{len(rows)} searches, {'all' if good else 'NOT all'} as expected\n"
        )
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
