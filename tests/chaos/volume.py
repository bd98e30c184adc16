# SPDX-License-Identifier: EUPL-1.2
"""A disk of a server's own, so small that it can be filled to its last block.

A file system in a file, mounted over the server's folder: only root may do that.
"""

import os
import shutil
import subprocess
from pathlib import Path

from services.cli.stack.accounts import Account

LEAST_BYTES = 4096
FILLER = "filler"


class Volume:
    """A small disk under one folder."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder = folder
        self._image = folder.with_suffix(".disk")
        self._bytes = megabytes * 2**20

    def lay(self, account: Account | None) -> None:
        """Move what is in the folder to a disk of its own; nobody may use it meanwhile."""
        before = self.folder.with_suffix(".before")
        with self._image.open("wb") as image:
            image.truncate(self._bytes)
        _run("mkfs.ext4", "-q", "-F", "-m", "0", str(self._image))
        self.folder.rename(before)
        self.folder.mkdir()
        _run("mount", "-o", "loop", str(self._image), str(self.folder))
        (self.folder / "lost+found").rmdir()
        self.folder.chmod(0o700)
        shutil.copytree(before, self.folder, symlinks=True, dirs_exist_ok=True)
        if account is not None:
            account.owns(self.folder)
        shutil.rmtree(before)

    def fill(self) -> int:
        """Leave no block of the disk free; give how many bytes that took."""
        status = os.statvfs(self.folder)
        piece, taken = status.f_bavail * status.f_frsize, 0
        with (self.folder / FILLER).open("wb") as filler:
            while piece >= LEAST_BYTES:
                try:
                    os.posix_fallocate(filler.fileno(), taken, piece)
                except OSError:
                    piece //= 2
                else:
                    taken += piece
        return taken

    def free(self) -> None:
        """Give back what `fill` took."""
        (self.folder / FILLER).unlink(missing_ok=True)

    def drop(self) -> None:
        """Take the disk away with all that is on it."""
        if self.folder.is_mount():
            _run("umount", str(self.folder))
        self._image.unlink(missing_ok=True)


def possible() -> bool:
    """Tell whether this machine lets us lay such a disk."""
    return os.geteuid() == 0 and all(map(shutil.which, ("mkfs.ext4", "mount", "umount")))


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)
