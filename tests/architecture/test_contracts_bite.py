# SPDX-License-Identifier: EUPL-1.2
"""Each import contract refuses what it is there to refuse, shown on a copy with one wrong line."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
TREES = ("services", "shared")

# Contract, file to add a line to (made where it is not there), the line, what is named.
WRONG_LINES = [
    (
        "independent-services",
        "regions/handlers.py",
        "import services.employers.domain",
        "employers",
    ),
    ("rooms-of-a-service", "regions/tools.py", "", "regions.tools"),
    ("rooms-of-a-service", "employers/store.py", "import services.employers.handlers", "handlers"),
    ("rooms-of-a-service", "employers/schemas.py", "import services.employers.store", "store"),
    ("pure-domain", "employers/domain.py", "import marshmallow", "marshmallow"),
    (
        "pure-domain",
        "employers/domain.py",
        "import shared.contracts.codes",
        "shared.contracts.codes",
    ),
    ("shared-knows-no-service", "../shared/runtime/clock.py", "import services.regions", "clock"),
    ("floors", "../shared/contracts/codes.py", "import shared.runtime.clock", "codes"),
    ("floors", "../shared/runtime/clock.py", "import shared.messaging.journal", "clock"),
    ("wire-and-database", "employers/handlers.py", "import kombu", "kombu"),
    ("wire-and-database", "employers/store.py", "import psycopg", "psycopg"),
    ("wire-and-database", "../shared/contracts/codes.py", "import eventlet", "eventlet"),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Give a copy of the product that a test may spoil."""
    for tree in TREES:
        shutil.copytree(
            REPOSITORY / tree, tmp_path / tree, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    return tmp_path


def run(program: str, *words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).with_name(program)), *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def plant(copy: Path, file: str, line: str) -> None:
    path = copy / "services" / file
    before = path.read_text() if path.exists() else ""
    path.write_text(f"{before}\n{line}\n")


@pytest.mark.parametrize(("contract", "file", "line", "named"), WRONG_LINES)
def test_contract_refuses_a_wrong_line(
    copy: Path, contract: str, file: str, line: str, named: str
) -> None:
    plant(copy, file, line)

    refused = run("lint-imports", "--no-cache", "--contract", contract, folder=copy)

    assert refused.returncode == 1, refused.stdout + refused.stderr
    assert named in refused.stdout.partition("Broken contracts")[2]


@pytest.mark.parametrize(
    "line", ["import nameko.events", "from nameko.events import EventDispatcher"]
)
def test_lint_refuses_events_that_go_round_the_outbox(copy: Path, line: str) -> None:
    plant(copy, "regions/handlers.py", line)

    refused = run("ruff", "check", "--no-cache", "--select", "TID251", ".", folder=copy)

    assert refused.returncode == 1, refused.stdout
    assert "shared.messaging.journal" in refused.stdout
