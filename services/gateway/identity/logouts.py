# SPDX-License-Identifier: EUPL-1.2
"""Tokens that were logged out: refused by their name until they would have expired."""

import threading
import time
from collections.abc import Callable, Sequence

from prometheus_client import Gauge

KNOWN = Gauge("schakel_http_tokens_logged_out", "Tokens refused before they expire.")
SWEEP_SECONDS = 60.0


class Logouts:
    """The names of tokens that were logged out at any gateway, whenever this process began.

    They are in memory, and in a stream that all gateways read from its beginning
    (`shared.messaging.Stream`). Until that is `read`, nobody can tell whether a token is good.
    """

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._until: dict[str, float] = {}
        self._untold: dict[str, threading.Event] = {}
        self._swept_at = now()
        self.read = False

    def add(self, jti: str, expires: float) -> threading.Event:
        """Refuse a token from now on; what is given is set when every gateway will do so."""
        self._refuse(jti, expires)
        return self._untold.setdefault(jti, threading.Event())

    def has(self, jti: str) -> bool:
        """Say whether a token was logged out."""
        return jti in self._until

    def begin(self) -> None:
        """Hold all that is known here for untold, until it is heard: a broker may be empty."""
        self._sweep()
        for jti in self._until:
            self._untold.setdefault(jti, threading.Event())

    def hear(self, told: Sequence[str]) -> None:
        """Refuse what was logged out anywhere; of what is heard the others know."""
        for one in told:
            expires, _, jti = one.partition("/")
            self._refuse(jti, float(expires))
            if (waits := self._untold.pop(jti, None)) is not None:
                waits.set()

    def complete(self) -> None:
        """Know all that was logged out before."""
        self.read = True

    def untold(self) -> list[str]:
        """Give what the other gateways are to be told."""
        return [f"{self._until[jti]:.0f}/{jti}" for jti in self._untold if jti in self._until]

    def _refuse(self, jti: str, expires: float) -> None:
        if self._now() - self._swept_at > SWEEP_SECONDS:
            self._sweep()
        if expires > self._late():
            self._until[jti] = max(expires, self._until.get(jti, 0))
        KNOWN.set(len(self._until))

    def _sweep(self) -> None:
        """Forget what has expired long enough ago for any leeway."""
        self._swept_at, late = self._now(), self._late()
        for jti in [jti for jti, until in self._until.items() if until <= late]:
            del self._until[jti]
            self._untold.pop(jti, None)

    def _late(self) -> float:
        return self._now() - SWEEP_SECONDS
