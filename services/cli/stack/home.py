# SPDX-License-Identifier: EUPL-1.2
"""Where the local stack keeps what it must remember: SCHAKEL_HOME, `.local/` by default.

ports.json, secrets.json (mode 600), status.json, `lock` (held while a supervisor lives), log/,
postgres/, broker/, and rabbitmq/ where Debian's package had to be unpacked.
"""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from services.cli.stack.accounts import Account, closed_folder, server_account
from services.cli.stack.trouble import StackRefused

# Kept across restarts of the machine; the folder made in it is ours alone, or refused.
ELSEWHERE = Path("/var/tmp")  # nosec B108 # noqa: S108 - checked for its owner


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one stack, and the folder and account of its two servers."""

    root: Path
    servers: Path
    account: Account | None

    @property
    def logs(self) -> Path:
        """Where the servers write their own logs."""
        return self.root / "log"

    @property
    def moved_because(self) -> Path | None:
        """The closed folder because of which the servers' data lies outside the home."""
        if self.servers == self.root:
            return None
        return closed_folder(self.root.parent, self.account)

    def read(self, name: str) -> dict[str, Any]:
        """Give what a file of ours holds; nothing yet is an empty mapping."""
        path = self.root / f"{name}.json"
        return dict(json.loads(path.read_text())) if path.exists() else {}

    def write(self, name: str, values: Mapping[str, Any]) -> None:
        """Replace a file of ours as a whole, readable by nobody else."""
        fresh = self.root / f"{name}.json.new"
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
            json.dump(values, file, indent=2, sort_keys=True)
        fresh.replace(self.root / f"{name}.json")

    def passwords(self, names: Collection[str]) -> dict[str, str]:
        """Give a password for each name, the same ones every time, made at first need."""
        known = self.read("secrets")
        missing = [name for name in names if name not in known]
        if missing:
            # In hexadecimal: a program that is given a word with a dash in front reads an option.
            known |= {name: secrets.token_hex(24) for name in missing}
            self.write("secrets", known)
        return {name: str(known[name]) for name in names}

    def server_folder(self, name: str) -> Path:
        """Give a folder that only the servers' account may read."""
        folder = self.servers / name
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.account is not None:
            os.chown(folder, self.account.uid, self.account.gid)
        return folder

    def hold(self) -> IO[str] | None:
        """Become the only supervisor of this home; None when another one lives."""
        lock = (self.root / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return None
        return lock

    def forget(self) -> None:
        """Remove everything that this home holds, data included."""
        held = self.hold()
        if held is None:
            raise StackRefused("The stack is running.", ["stop it first: schakel down"])
        with held:
            for folder in {self.servers, self.root}:
                shutil.rmtree(folder)


def find_home() -> Home | None:
    """Find the home of the local stack, and make none where there is none."""
    return open_home() if _chosen().is_dir() else None


def open_home(root: Path | None = None) -> Home:
    """Make or find the home of the local stack."""
    root = _chosen(root)
    account = server_account()
    # The servers' account passes through, and reads nothing: our files are mode 600.
    root.mkdir(mode=0o700 if account is None else 0o711, parents=True, exist_ok=True)
    (root / "log").mkdir(mode=0o700, exist_ok=True)
    return Home(root, _servers(root, account), account)


def _chosen(root: Path | None = None) -> Path:
    return Path(root or os.environ.get("SCHAKEL_HOME") or ".local").resolve()


def _servers(root: Path, account: Account | None) -> Path:
    """Keep the servers' data in the home, or where their account can reach it."""
    if closed_folder(root, account) is None:
        return root
    name = hashlib.sha256(str(root).encode()).hexdigest()[:12]
    folder = ELSEWHERE / f"schakel-{name}"
    folder.mkdir(mode=0o711, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise StackRefused(
            f"{closed_folder(root, account)} is closed to other accounts, and {folder}, "
            "where the servers' data would go instead, belongs to someone else.",
            ["set SCHAKEL_HOME to a folder that others may pass through"],
        )
    return folder
