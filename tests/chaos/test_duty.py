# SPDX-License-Identifier: EUPL-1.2
"""Somebody is called for a process that is not ready, and follows the runbook."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.chaos.duty import readied
from tests.chaos.field import Field
from tests.chaos.recorder import Recorder
from tests.leaders import leaderless, take_leader

# The only queue of its service: no probe waits for what comes in it.
QUEUE = "employers.receipts"


@pytest.mark.nightly
def test_process_whose_only_queue_nothing_leads_is_made_ready(
    home_folder: Callable[[str], Path],
) -> None:
    folder = home_folder("duty")
    recorder = Recorder(folder / "chaos.jsonl")
    field = Field(folder / "chaos", recorder)
    try:
        field.start(replicas=1, disks=False)
        take_leader(field.stack.ctl, QUEUE)
        field.stack.stop("employers")

        readied(field)

        remedies = [one for one in recorder.records() if one["record"] == "remedy"]
        assert [one["queue"] for one in remedies] == [QUEUE]
        assert leaderless(field.stack.ctl) == []
    finally:
        recorder.close()
        field.end()
