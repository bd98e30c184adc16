# SPDX-License-Identifier: EUPL-1.2
"""The keys of the issuer: read when they are needed, kept, and read again when they rotate.

A key that is not known makes it look again, at most once in a few seconds, however many ask.
While the issuer is away the keys that are known go on working.
"""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, RSAKey
from prometheus_client import Gauge

from services.gateway.identity.refusals import KeysAway, TokenRefused

log = structlog.get_logger()

LOOK_AGAIN_SECONDS = 3.0
FRESH_SECONDS = 300.0
ANSWER_SECONDS = 3.0
LONGEST = 256 * 1024
SHORTEST_RSA = 2048
CURVE = "P-256"
KNOWN = Gauge("schakel_http_token_keys", "Keys of the issuer that tokens are verified with.")

Json = Mapping[str, Any]
Key = RSAKey | ECKey
Read = Callable[[str], Json]


def read_json(url: str) -> Json:
    """Read a small JSON object over HTTP, quickly, without following it elsewhere."""
    with httpx.stream("GET", url, timeout=ANSWER_SECONDS) as response:
        response.raise_for_status()
        text = b""
        for chunk in response.iter_bytes():
            text += chunk
            if len(text) > LONGEST:
                raise ValueError(f"{url} answers more than {LONGEST} bytes")
    found: Json = httpx.Response(200, content=text).json()
    if not isinstance(found, dict):
        raise TypeError(f"{url} does not answer an object")
    return found


class Keys:
    """The keys of one issuer, by their `kid`."""

    def __init__(
        self, issuer: str, read: Read = read_json, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._issuer, self._read, self._now = issuer, read, now
        self._keys: Mapping[str, Key] = {}
        self._looked_at = self._found_at = float("-inf")
        self._looking = threading.Lock()

    def find(self, kid: str) -> Key:
        """Give the key of this name.

        Raises TokenRefused where the issuer does not have it, and KeysAway where that cannot
        be told now.
        """
        key = self._keys.get(kid)
        if key is not None:
            self._refresh()
            return key
        with self._looking:
            if kid not in self._keys:
                self._must_look()
        if kid not in self._keys:
            raise TokenRefused("unknown-key")
        return self._keys[kid]

    def _refresh(self) -> None:
        """Look again, beside the request in hand, where the keys were read long ago."""
        now = self._now()
        old, lately = now - self._found_at > FRESH_SECONDS, self._looked_lately()
        if old and not lately and self._looking.acquire(blocking=False):
            self._looked_at = now
            threading.Thread(target=self._look_beside, daemon=True).start()

    def _look_beside(self) -> None:
        try:
            self._look()
        except KeysAway as error:
            log.warning("issuer_unavailable", error=str(error))
        finally:
            self._looking.release()

    def _looked_lately(self) -> bool:
        return self._now() - self._looked_at < LOOK_AGAIN_SECONDS

    def _must_look(self) -> None:
        if self._looked_lately():
            raise KeysAway("they were asked for a moment ago, without this key")
        self._looked_at = self._now()
        self._look()

    def _look(self) -> None:
        """Read the keys from the issuer; those that it has no more are forgotten."""
        try:
            found = self._read(self._address())["keys"]
            self._keys = {key.kid: key for key in map(_usable, found) if key and key.kid}
        except (httpx.HTTPError, KeyError, TypeError, ValueError) as error:
            raise KeysAway(f"{type(error).__name__}: {error}") from error
        self._found_at = self._now()
        KNOWN.set(len(self._keys))

    def _address(self) -> str:
        """Give the address of the keys, as the issuer itself says it."""
        told = self._read(f"{self._issuer}/.well-known/openid-configuration")
        if told.get("issuer") != self._issuer:
            raise ValueError(f"another issuer answers at {self._issuer}")
        return str(told["jwks_uri"])


def _usable(found: Any) -> Key | None:  # noqa: ANN401 - whatever the issuer answers
    """Take a key that can sign with one of our algorithms; the others are for somebody else."""
    try:
        key = JWKRegistry.import_key(found)
    except (JoseError, TypeError, ValueError):
        return None
    if found.get("use", "sig") != "sig":
        return None
    if isinstance(key, RSAKey) and key.raw_value.key_size >= SHORTEST_RSA:
        return key
    return key if isinstance(key, ECKey) and key.curve_name == CURVE else None
