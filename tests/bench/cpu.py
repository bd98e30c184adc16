# SPDX-License-Identifier: EUPL-1.2
"""CPU time of a process and of everything that it started, dead or alive."""

from contextlib import suppress

import psutil


def cpu_seconds(*pids: int) -> float:
    """Give the CPU seconds that these processes and all their children have used so far."""
    return sum(_of_tree(psutil.Process(pid)) for pid in pids)


def _of_tree(root: psutil.Process) -> float:
    spent = 0.0
    for process in (root, *root.children(recursive=True)):
        # Children that ended and were waited for are in the times of their parent.
        with suppress(psutil.NoSuchProcess):
            spent += sum(process.cpu_times()[:4])
    return spent
