# SPDX-License-Identifier: EUPL-1.2
"""Both servers lose their disks under load, and all comes back from the backup: docs/backup.md."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.chaos.campaign import Campaign, Plan
from tests.chaos.catalogue import in_turn
from tests.chaos.field import Field, Struck, becomes, linger, struck
from tests.chaos.recorder import Recorder
from tests.faults.backup import Backup, commands

SEED = 33
SECONDS = 30.0
# Long enough that most of what is restored is from the log.
BETWEEN_SECONDS = 15.0
COPIES = "backup-log"
COPIED = "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'"
BEGIN, COPY, BASE = commands("Lose nothing")
[RESTORE] = commands("Everything is gone")


class Kept(Field):
    """A stack whose database has a backup that is kept while it runs."""

    backup: Backup

    def __init__(self, folder: Path, recorder: Recorder) -> None:
        super().__init__(folder, recorder)
        self._backups = 0

    def keep(self) -> float:
        """Begin a backup in a new folder; give the seconds until it can be restored from."""
        began, postgres = time.monotonic(), self.stack.stack.postgres
        assert postgres is not None
        self._backups += 1
        self.backup = Backup(self.stack.home, postgres, f"backup-{self._backups}")
        self.backup.run(BEGIN)
        self.stack.stack.supervisor.start(self.backup.program(COPIES, COPY))
        self.backup.run(BASE)
        assert becomes(lambda: self.ask_admin(COPIED) == 1, SECONDS)
        return round(time.monotonic() - began, 1)

    def end(self) -> None:
        """Stop the copy of the log after the services, which commit to their last moment."""
        self.stack.stop(*self.stack.everybody())
        self.stack.stop(COPIES)
        super().end()


def kept(field: Field, _chance: Random) -> Struck:
    """Begin the backup while the load runs, and let the load go on for a while."""
    assert isinstance(field, Kept)
    seconds = field.keep()
    linger(BETWEEN_SECONDS)
    return struck(f"a base of {field.backup.size() / 1e6:.0f} MB, log included, in {seconds} s")


def gone(field: Field, _chance: Random) -> Struck:
    """Kill both servers, empty both disks, and restore."""
    assert isinstance(field, Kept)
    data, old = field.stack.home.servers / "postgres", field.backup
    for name in ("postgres", "broker"):
        field.stack.lose(name)
    field.stack.stop(COPIES)
    field.forget_broker()
    shutil.rmtree(data)
    empty = not data.exists()
    began = time.monotonic()
    field.stack.home.server_folder("postgres")
    old.run(RESTORE)
    field.stack.begin("postgres")
    field.stack.wait_ready("postgres")
    restored = time.monotonic() - began
    kept_anew = field.keep()
    field.stack.begin("broker")
    field.stack.wait_ready("broker")
    field.apply_topology()
    took = f"{old.size() / 1e6:.0f} MB restored in {restored:.1f} s, kept anew in {kept_anew} s"
    return struck(f"{took}, all of it in {time.monotonic() - began:.1f} s" if empty else None)


@pytest.mark.nightly
def test_both_disks_are_lost_under_load_and_nothing_that_was_answered(
    home_folder: Callable[[str], Path],
) -> None:
    said: list[str] = []
    strikes = {"kept": kept, "gone": gone}
    plan, known = Plan(SEED, in_turn=list(strikes)), in_turn(strikes)
    campaign = Campaign(plan, home_folder("backup"), said.append, Kept, known)

    verdict = campaign.run()

    assert {word: list(found) for word, found in verdict.findings.items() if found} == {}, said
    assert verdict.faults == dict.fromkeys(sorted(known), 1), said
    assert verdict.acknowledged >= 100
