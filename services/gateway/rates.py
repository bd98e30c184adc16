# SPDX-License-Identifier: EUPL-1.2
"""How often one caller may ask, in a window that moves; counted by this process alone.

A caller is a subject once its token was verified, and an address until then.
"""

import math
import time
from collections.abc import Mapping
from functools import cache

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from prometheus_client import Counter

from services.gateway.problems import TOO_OFTEN, Refused
from shared.runtime import settings

REFUSED = Counter("schakel_http_rate_limited", "Requests refused for coming too often.", ["limit"])
# Callers that fell silent are forgotten when so many are known.
KNOWN_AT_MOST = 10_000


class Rate:
    """So many requests of one caller in so many seconds."""

    def __init__(self, name: str, amount: int, seconds: int) -> None:
        self.name = name
        self._limit = RateLimitItemPerSecond(amount, seconds, namespace=name)
        self._storage = MemoryStorage()
        self._window = MovingWindowRateLimiter(self._storage)
        REFUSED.labels(name)

    def hit(self, who: str) -> Mapping[str, str]:
        """Count one request and give the headers that tell what is left; raises Refused."""
        self._forget()
        admitted = self._window.hit(self._limit, who)
        reset, left = self._window.get_window_stats(self._limit, who)
        seconds = max(1, math.ceil(reset - time.time()))
        amount, window = self._limit.amount, self._limit.get_expiry()
        headers = {
            "RateLimit-Policy": f'"{self.name}";q={amount};w={window}',
            "RateLimit": f'"{self.name}";r={max(0, left)};t={seconds}',
        }
        if admitted:
            return headers
        REFUSED.labels(self.name).inc()
        detail = f"{amount} in {window} seconds is what one may"
        raise Refused(TOO_OFTEN, detail, headers=headers | {"Retry-After": str(seconds)})

    def _forget(self) -> None:
        """Let go of who has nothing in the window; the library keeps an empty list of each."""
        if len(self._storage.events) > KNOWN_AT_MOST:
            for key in [key for key, entries in self._storage.events.items() if not entries]:
                self._storage.clear(key)


@cache
def callers() -> Rate:
    """Give the limit that every caller has."""
    return Rate("caller", *settings().rate_limit)


@cache
def refused_tokens() -> Rate:
    """Give the limit on tokens that were refused, of one address."""
    return Rate("refused-tokens", *settings().refused_tokens)
