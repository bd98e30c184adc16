# SPDX-License-Identifier: EUPL-1.2
"""More or fewer recipients than there are regions: synthetic ones, below the domain.

    python -m tests.bench.widened shared.serve regions

runs a program of the product in a world of BENCH_RECIPIENTS regions. The schemas, the queues and
the bindings are the product's own; only the list of codes is another one. BENCH_PACK bounds the
states in one message, for the row that packs nothing.
"""

import importlib.util
import os
import runpy
import sys
from dataclasses import replace
from pathlib import Path

REGIONS = 35
_REFERENCE = "shared.contracts.reference"


def codes(recipients: int) -> tuple[str, ...]:
    """Name so many recipients: the regions that are there, then some that nobody knows."""
    real = _reference().region_codes()
    return (*real, *(f"XX{number}" for number in range(REGIONS, recipients)))[:recipients]


def widen(recipients: int) -> None:
    """Let the contracts of this process know these recipients; before they are imported."""
    reference, known = _reference(), codes(recipients)
    reference.region_codes = lambda: known
    sys.modules[_REFERENCE] = reference


def pack(states: int) -> None:
    """Let the relay of this process put so many states into one message at most."""
    from shared.messaging import policy  # noqa: PLC0415 - after the world is widened

    policy.PACK = replace(policy.PACK, messages=states)


def _reference():  # noqa: ANN202 - a module
    """Load the list by itself: importing its package would compute everything from it."""
    if _REFERENCE in sys.modules:
        return sys.modules[_REFERENCE]
    path = Path(__file__).parents[2].joinpath(*_REFERENCE.split(".")).with_suffix(".py")
    spec = importlib.util.spec_from_file_location(_REFERENCE, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[_REFERENCE] = module
    spec.loader.exec_module(module)
    del sys.modules[_REFERENCE]
    return module


if __name__ == "__main__":
    widen(int(os.environ["BENCH_RECIPIENTS"]))
    if "BENCH_PACK" in os.environ:
        pack(int(os.environ["BENCH_PACK"]))
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
