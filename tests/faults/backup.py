# SPDX-License-Identifier: EUPL-1.2
"""Backups as docs/backup.md has them: its commands, run word for word by the server's account."""

import re
import signal
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from services.cli.stack.accounts import launcher
from services.cli.stack.home import Home
from services.cli.stack.postgres import Postgres
from services.cli.stack.supervisor import Program

PAGE = Path(__file__).parents[2] / "docs" / "backup.md"
BLOCK = re.compile(r"(?:^    .+\n)+", re.MULTILINE)


def commands(heading: str) -> list[str]:
    """Give the commands that stand under a heading of the page, block by block."""
    _, _, rest = PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")
    assert rest, f"docs/backup.md has no heading {heading!r}"
    section = rest.partition("\n## ")[0]
    return [re.sub(r"^    ", "", block, flags=re.MULTILINE) for block in BLOCK.findall(section)]


class Backup:
    """One folder of backups of one server, which its account may read and write."""

    def __init__(self, home: Home, server: Postgres, name: str) -> None:
        self._account = home.account
        self.folder = home.server_folder(name)
        self._data = home.servers / "postgres"
        told = urlsplit(server.admin_url)
        programs = Path(server.program().argv[0]).parent
        self._known = {
            "PATH": f"{programs}:/usr/bin:/bin",
            "LC_ALL": "C",
            "PGHOST": str(told.hostname),
            "PGPORT": str(told.port),
            "PGUSER": str(told.username),
            "PGPASSWORD": str(told.password),
            "PGDATABASE": "postgres",
            "BACKUP": str(self.folder),
            "PGDATA": str(self._data),
        }

    def run(self, script: str, **more: str) -> None:
        """Run the commands of a block, and say what one said that failed."""
        done = subprocess.run(
            [*self._words, script],
            env=self._known | more,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"

    def program(self, name: str, script: str) -> Program:
        """Give a block that does not end as a program."""
        words = ["bash", "-c", script]
        return Program(name, words, env=self._known, account=self._account, folder=self.folder)

    def size(self) -> int:
        """Count the bytes that it holds."""
        return sum(file.stat().st_size for file in self.folder.rglob("*") if file.is_file())

    @property
    def _words(self) -> list[str]:
        return [*launcher(self._account, orphaned=signal.SIGTERM), "bash", "-eu", "-c"]
