# SPDX-License-Identifier: EUPL-1.2
"""Writes down what happens, outside the databases under test: JSON lines, only ever added to."""

import json
import threading
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


class Recorder:
    """A file of records; every line is on its way to the disk before the next step is taken."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = path.open("w", encoding="utf-8")
        self._lock = threading.Lock()
        self._began = time.monotonic()

    def tell(self, record: str, **members: object) -> None:
        """Write down one record, with the moment and the seconds since the beginning."""
        moment = {"at": datetime.now(UTC).isoformat(), "after": round(self.seconds, 3)}
        with self._lock:
            self._file.write(json.dumps({"record": record, **members, **moment}) + "\n")
            self._file.flush()

    def add(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Write down what was read elsewhere."""
        with self._lock:
            self._file.writelines(json.dumps(one) + "\n" for one in records)
            self._file.flush()

    @property
    def seconds(self) -> float:
        """Give the time since the beginning."""
        return time.monotonic() - self._began

    def close(self) -> None:
        """Write no more."""
        self._file.close()

    def records(self) -> list[dict[str, Any]]:
        """Read everything back, in the order of the file."""
        with self.path.open(encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]
