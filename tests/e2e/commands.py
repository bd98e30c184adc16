# SPDX-License-Identifier: EUPL-1.2
"""The `schakel` command, run as its user runs it."""

import json
import subprocess
import sys
from typing import Any

from tests.servers import RunningStack, environment

SECONDS = 60

SOMEBODY = "dev-slw-coordinator"
"""Whom the local issuer makes of an operator who names no role."""


class Schakel:
    """Runs `schakel` against one stack."""

    def __init__(self, stack: RunningStack) -> None:
        told = {"SCHAKEL_URL": stack.base_url, "SCHAKEL_HOME": str(stack.home.root)}
        self._environment = {**environment(), **told, "COLUMNS": "200"}

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run it with these words and give how it ended."""
        return subprocess.run(
            [sys.executable, "-m", "services.cli.main", *words],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    def json(self, *words: str, status: int = 0) -> Any:  # noqa: ANN401 - whatever it prints
        """Run it with `--json` and give what it printed, which must be JSON."""
        ended = self.run(*words, "--json")
        assert ended.returncode == status, ended.stdout + ended.stderr
        return json.loads(ended.stdout)
