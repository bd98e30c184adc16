# SPDX-License-Identifier: EUPL-1.2
"""The release before this one, as code that runs beside this one's.

`[tool.schakel]` of pyproject.toml names its commit; the history of the repository must have it.
"""

import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

from services.cli.stack import jobs
from tests.servers import RunningStack

ROOT = Path(__file__).parents[2]
WHERE = "import shared, services; print(*shared.__path__, *services.__path__, sep='\\n')"
Environment = Mapping[str, str]


class ReleaseUnknown(Exception):
    """The release before this one is not in the history of this repository."""


def running(tree: Path) -> Environment:
    """Give what has a process run the code of a tree, wherever it is started."""
    return {"PYTHONPATH": str(tree), "PYTHONSAFEPATH": "1"}


NOW = running(ROOT)


def named() -> str:
    """Give the commit of the release before this one."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(told["tool"]["schakel"]["release-before"])


def put(commit: str, folder: Path) -> Environment:
    """Put a release in a folder, and give what has a process run it."""
    if _git("merge-base", "--is-ancestor", commit, "HEAD").returncode:
        raise ReleaseUnknown(
            f"The release before this one is {commit}, says [tool.schakel] in pyproject.toml, and"
            " that is not in the history here: fetch all of it (git fetch --unshallow), or name"
            " another one."
        )
    packed = _git("archive", commit, "services", "shared")
    subprocess.run(["tar", "-x", "-C", str(folder)], input=packed.stdout, check=True)  # noqa: S607
    environment = running(folder)
    words = [sys.executable, "-c", WHERE]
    found = subprocess.run(words, env=dict(environment), capture_output=True, check=True, text=True)
    assert {Path(one).parent for one in found.stdout.split()} == {folder}, found.stdout
    return environment


def expand(stack: RunningStack, release: Environment) -> int:
    """Run the jobs of a release, its migrations and its topology; give how many databases."""
    postgres, known = stack.stack.postgres, stack.stack.addresses
    assert postgres is not None
    secret = stack.home.read("secrets")
    passwords = {one: {"owner": secret[f"{one}-owner"], "service": secret[one]} for one in known}
    environment = {**stack.stack.environ, **release}
    jobs.prepare_databases(postgres.admin_url, passwords, environment)
    jobs.apply_topology(stack.amqp_url("schakel-topology"), environment)
    return len(passwords)


def _git(*words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, check=False)  # noqa: S607
