# SPDX-License-Identifier: EUPL-1.2
"""A process that lets timers happen, and writes down what they did: for tests of the clockwork.

    python -m tests.integration.runtime.timed_program DATABASE

Each timer that acts becomes a row of the table `acted`. It runs until it is killed.
"""

import sys
import threading
from collections.abc import Sequence
from datetime import datetime

from shared.runtime import Cursor, Database
from shared.runtime.db import open_pool
from shared.runtime.timers import Clockwork, Due

KIND = "respond-by"
PAUSE_SECONDS = 0.01


def act(kind: str, cur: Cursor, due: Sequence[Due], now: datetime) -> None:
    """Write down what happens."""
    del kind
    for one in due:
        cur.execute("INSERT INTO acted (subject, at) VALUES (%s, %s)", (one.subject, now))


def main() -> None:
    """Look again and again."""
    db = Database()
    db.pool = open_pool(sys.argv[1], size=2, name="tests")
    clockwork = Clockwork(db, [KIND], act)
    pause = threading.Event()
    while True:
        clockwork.look()
        pause.wait(PAUSE_SECONDS)


if __name__ == "__main__":
    main()
