# SPDX-License-Identifier: EUPL-1.2
"""Tokens that were logged out: refused by their name until they would have expired."""

import time
from collections import deque
from collections.abc import Callable, Sequence

from prometheus_client import Gauge

KNOWN = Gauge("schakel_http_tokens_logged_out", "Tokens refused before they expire.")
SWEEP_SECONDS = 60.0
# While the broker is away the newest of these wait; the oldest of them expire soonest.
UNTOLD_AT_MOST = 10_000


class Logouts:
    """The names of tokens that were logged out here, or at another gateway that told it.

    They are in the memory of this process; what was told before it began it does not know.
    """

    what = "logged-out"

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._until: dict[str, float] = {}
        self._untold: deque[tuple[str, float]] = deque(maxlen=UNTOLD_AT_MOST)
        self._swept_at = now()

    def add(self, jti: str, expires: float) -> None:
        """Refuse a token from now on, and have the other gateways told."""
        self._untold.append((jti, expires))
        self._refuse(jti, expires)

    def untold(self) -> list[str]:
        """Give what the other gateways are to be told, and wait for no answer."""
        told = [f"{expires:.0f}/{jti}" for jti, expires in self._untold]
        self._untold.clear()
        return told

    def hear(self, told: Sequence[str]) -> None:
        """Refuse what was logged out at another gateway."""
        for one in told:
            expires, _, jti = one.partition("/")
            self._refuse(jti, float(expires))

    def _refuse(self, jti: str, expires: float) -> None:
        self._sweep()
        self._until[jti] = max(expires, self._until.get(jti, 0))
        KNOWN.set(len(self._until))

    def has(self, jti: str) -> bool:
        """Say whether a token was logged out."""
        return jti in self._until

    def _sweep(self) -> None:
        """Forget what has expired long enough ago for any leeway."""
        now = self._now()
        if now - self._swept_at > SWEEP_SECONDS:
            self._swept_at = now
            self._until = {
                jti: until for jti, until in self._until.items() if until > now - SWEEP_SECONDS
            }
