# SPDX-License-Identifier: EUPL-1.2
"""Tokens that were logged out: refused by their name until they would have expired."""

import time
from collections.abc import Callable

from prometheus_client import Gauge

KNOWN = Gauge("schakel_http_tokens_logged_out", "Tokens refused before they expire.")
SWEEP_SECONDS = 60.0


class Logouts:
    """The names of tokens that were logged out, in the memory of this process."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._until: dict[str, float] = {}
        self._swept_at = now()

    def add(self, jti: str, expires: float) -> None:
        """Refuse a token from now on."""
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
