# SPDX-License-Identifier: EUPL-1.2
"""The jobs that run once before the services start; each may run again at any time."""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from services.cli.stack.trouble import StackRefused, WrongSettings

LAST_LINES = 12
# The status of wrong usage.
WRONG = 2

Addresses = Mapping[str, Mapping[str, str]]


def prepare_databases(
    admin_url: str, passwords: Mapping[str, Mapping[str, str]], environ: Mapping[str, str]
) -> Addresses:
    """Provision and migrate every service's database, and give the addresses by service."""
    order = json.dumps({"adminUrl": admin_url, "passwords": passwords})
    addresses: Addresses = json.loads(_run("services.cli.stack.databases", (), environ, order))
    return addresses


def apply_topology(amqp_url: str, environ: Mapping[str, str]) -> None:
    """Declare every exchange, queue and binding that the contracts name."""
    _run("shared.messaging.topology", ("apply",), {**environ, "SCHAKEL_AMQP_URL": amqp_url})


def check_settings(environ: Mapping[str, str]) -> None:
    """Refuse settings with which no process would start; each is named."""
    done = _job("services.cli.stack.settings", (), environ)
    if done.returncode == WRONG:
        raise WrongSettings(done.stdout.strip())
    _output("services.cli.stack.settings", done)


def _run(
    module: str, words: Iterable[str], environ: Mapping[str, Any], order: str | None = None
) -> str:
    return _output(module, _job(module, words, environ, order))


def _job(
    module: str, words: Iterable[str], environ: Mapping[str, Any], order: str | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - the product's own modules
        [sys.executable, "-m", module, *words],
        env=dict(environ),
        input=order or "",
        capture_output=True,
        text=True,
        check=False,
    )


def _output(module: str, done: subprocess.CompletedProcess[str]) -> str:
    if done.returncode != 0:
        last = "\n".join((done.stderr or done.stdout).strip().splitlines()[-LAST_LINES:])
        raise StackRefused(f"The job {module} failed:\n{last}")
    return done.stdout
