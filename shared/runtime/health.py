# SPDX-License-Identifier: EUPL-1.2
"""What a process says of itself: alive while its duties beat, ready while its needs are met."""

import time
from collections.abc import Callable

Check = Callable[[], str | None]


class Health:
    """Collects heartbeats of background duties and checks of what the process needs."""

    def __init__(self) -> None:
        self._beats: dict[str, float] = {}
        self._checks: dict[str, Check] = {}
        self.stopping = False

    def beat(self, duty: str) -> None:
        """Say that a duty has just come round once more."""
        self._beats[duty] = time.monotonic()

    def forget(self, duty: str) -> None:
        """Say that a duty has ended on purpose."""
        self._beats.pop(duty, None)

    def need(self, name: str, check: Check) -> None:
        """Have /readyz ask `check`, which gives None or says what is wrong."""
        self._checks[name] = check

    def silent(self, *, longer_than_seconds: float = 60) -> list[str]:
        """Name the duties that have not come round for so long that they must be stuck."""
        oldest = time.monotonic() - longer_than_seconds
        return sorted(duty for duty, beat in self._beats.items() if beat < oldest)

    def unmet(self) -> dict[str, str]:
        """Ask every check, and give what is wrong by its name."""
        if self.stopping:
            return {"process": "stopping"}
        answers = {name: check() for name, check in self._checks.items()}
        return {name: answer for name, answer in answers.items() if answer is not None}


health = Health()
