# SPDX-License-Identifier: EUPL-1.2
"""Whatever the description allows, and much that it does not, is answered as it says."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import RunningStack

REPOSITORY = Path(__file__).parents[2]
SEED = "7"
SECONDS = 45


def tried(
    stack: RunningStack, phases: str, seconds: int, *more: str
) -> subprocess.CompletedProcess[str]:
    """Let schemathesis try the running gateway, with all its checks, for so many seconds."""
    told = ["--seed", SEED, "--phases", phases, "--max-time", str(seconds), "--no-color", *more]
    return subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli"),
            *("--config-file", str(Path(__file__).with_name("schemathesis.toml"))),
            *("run", f"{stack.base_url}/v1/openapi.json", *told),
        ],
        cwd=REPOSITORY,
        env={**os.environ, "SCHAKEL_HOME": str(stack.home.root), "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds + 300,
    )


def test_generated_requests_are_answered_as_the_description_says(stack: RunningStack) -> None:
    found = tried(stack, "examples,fuzzing", SECONDS, "--max-examples", "3")

    assert found.returncode == 0, found.stdout[-20_000:] + found.stderr


@pytest.mark.nightly
def test_many_more_generated_requests_are_answered_as_the_description_says(
    stack: RunningStack,
) -> None:
    found = tried(stack, "examples,coverage,fuzzing,stateful", 900)

    assert found.returncode == 0, found.stdout[-50_000:] + found.stderr
