# SPDX-License-Identifier: EUPL-1.2
"""Who runs the two servers: ourselves, or an unprivileged account when we are root.

PostgreSQL refuses to run as root. No account is made for it: one that the system already has
and that owns nothing is used.
"""

import os
import pwd
import shutil
import signal
import stat
from dataclasses import dataclass
from pathlib import Path

from services.cli.stack.trouble import StackRefused

CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """An unprivileged account of this machine."""

    name: str
    uid: int
    gid: int

    def owns(self, folder: Path) -> None:
        """Give a folder and all that is in it to the account."""
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def server_account() -> Account | None:
    """Choose the account that runs the servers; None means ourselves."""
    if os.geteuid() != 0:
        return None
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise StackRefused(
        f"PostgreSQL refuses to run as root, and none of {', '.join(CANDIDATES)} exists here.",
        ["run as a normal user", "set SCHAKEL_DATABASE_URL to a server of your own"],
    )


def closed_folder(path: Path, account: Account | None) -> Path | None:
    """Name the first folder on the way to a path that the account may not pass through."""
    if account is None:
        return None
    for folder in (*reversed(path.parents), path):
        if folder.is_dir() and not _may_pass(folder.stat(), account):
            return folder
    return None


def _may_pass(status: os.stat_result, account: Account) -> bool:
    if status.st_uid == account.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == account.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


def launcher(account: Account | None, *, orphaned: signal.Signals) -> list[str]:
    """Give the words that start a program as an account, and end it when its parent is gone."""
    setpriv = shutil.which("setpriv", path=f"{os.environ.get('PATH', '')}:/usr/bin")
    if setpriv is None:
        return _without_setpriv(account)
    words = [setpriv, "--pdeathsig", orphaned.name.removeprefix("SIG")]
    if account is not None:
        words += [f"--reuid={account.uid}", f"--regid={account.gid}", "--clear-groups"]
    return [*words, "--"]


def _without_setpriv(account: Account | None) -> list[str]:
    if account is None:
        return []
    raise StackRefused(
        "As root the servers are started by `setpriv`, which is not here.",
        ["install util-linux", "run as a normal user"],
    )
