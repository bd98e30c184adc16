# SPDX-License-Identifier: EUPL-1.2
"""The keys that sign tokens: made at the first start, kept in the home, replaced when told to.

A key that signs no more stays published until the last token that it signed has expired.
"""

import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeyParameters

from services.cli.stack.home import Home
from shared.contracts.identity import LONGEST_SECONDS

ALGORITHM = "ES256"
FILE = "issuer"

Json = dict[str, Any]


class Keys:
    """The newest key signs; it and those that did so before are published."""

    def __init__(self, home: Home, clock: Callable[[], float] = time.time) -> None:
        self._home = home
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: list[Json] = home.read(FILE).get("keys", [])
        if not self._kept:
            self._replace()
        self._newest = ECKey.import_key(self._kept[0]["key"])

    def rotate(self) -> None:
        """Sign with a new key from now on."""
        with self._lock:
            self._replace()
            self._newest = ECKey.import_key(self._kept[0]["key"])

    def sign(self, claims: Json) -> str:
        """Give a token with these claims."""
        with self._lock:
            newest = self._newest
        header = {"alg": ALGORITHM, "kid": newest.kid, "typ": "JWT"}
        return jwt.encode(header, claims, newest)

    def published(self) -> Json:
        """Give the JSON Web Key Set: public halves, the signing key first."""
        with self._lock:
            live = [one["key"] for one in self._kept if not self._is_over(one)]
        return {"keys": [ECKey.import_key(key).as_dict(private=False) for key in live]}

    def _replace(self) -> None:
        now = self._clock()
        for one in self._kept:
            one.setdefault("retiredAt", now)
        named: KeyParameters = {"kid": uuid.uuid4().hex, "use": "sig", "alg": ALGORITHM}
        fresh = ECKey.generate_key("P-256", named, private=True)
        kept = [one for one in self._kept if not self._is_over(one)]
        self._kept = [{"key": fresh.as_dict(private=True), "madeAt": now}, *kept]
        # Mode 600, as every file of the home.
        self._home.write(FILE, {"keys": self._kept})

    def _is_over(self, one: Json) -> bool:
        return bool(self._clock() > one.get("retiredAt", float("inf")) + LONGEST_SECONDS)
