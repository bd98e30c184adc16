# SPDX-License-Identifier: EUPL-1.2
"""A clock that every service reads, and that can be put forward or back while it runs."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

TICK_SECONDS = 0.05


class SteppedClock:
    """Writes the moment into the file of SCHAKEL_CLOCK_FILE, as many seconds off as it is told."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._off = timedelta()
        self._ended = threading.Event()
        self._write()
        self._ticking = threading.Thread(target=self._tick, daemon=True)
        self._ticking.start()

    def put(self, off: timedelta) -> None:
        """Be so much ahead of the true time, or behind it, from now on."""
        self._off = off

    def close(self) -> None:
        """Tick no more."""
        self._ended.set()
        self._ticking.join()

    def _tick(self) -> None:
        while not self._ended.wait(TICK_SECONDS):
            self._write()

    def _write(self) -> None:
        # Replaced as a whole: no reader finds half a moment.
        fresh = self.file.with_suffix(".new")
        fresh.write_text((datetime.now(UTC) + self._off).isoformat(), encoding="utf-8")
        fresh.replace(self.file)
