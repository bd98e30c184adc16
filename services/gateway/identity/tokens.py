# SPDX-License-Identifier: EUPL-1.2
"""Reads a bearer token into who asks, or refuses it with the reason."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import (
    BadSignatureError,
    ClaimError,
    ExpiredTokenError,
    InvalidClaimError,
    JoseError,
)

from services.gateway.identity.keys import Key, Keys
from services.gateway.identity.logouts import Logouts
from services.gateway.identity.refusals import LogoutsUnread, Reason, TokenRefused
from shared.contracts.identity import BOUNDS, LONGEST_SECONDS, ROLE, faults_of
from shared.runtime import Json

ALGORITHMS = ("RS256", "PS256", "ES256")
TYPES = frozenset({None, "JWT", "at+jwt"})
LEEWAY_SECONDS = 10
LONGEST_TOKEN = 8 * 1024
LONGEST_NAME = 200
REMEMBERED = 2_000
_CLAIMS: Mapping[str, Reason] = {"iss": "issuer", "aud": "audience"}
_TIMES: Mapping[str, Reason] = {"nbf": "not-yet", "iat": "future"}


@dataclass(frozen=True, slots=True)
class Token:
    """A token that is good: who it lets in, until when, and its own name."""

    subject: str
    role: str
    scope: Mapping[str, str]
    jti: str
    expires: float

    def principal(self) -> Json:
        """Write who asks as a call has it."""
        return {"subject": self.subject, "role": self.role, "scope": dict(self.scope)}


@dataclass(frozen=True, slots=True)
class _Known:
    """A token that was verified, with the key that did so; another key verifies it anew."""

    token: Token
    key: Key


class Verifier:
    """Verifies the tokens of one issuer for one audience."""

    def __init__(
        self,
        issuer: str,
        audience: str,
        keys: Keys,
        logouts: Logouts,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._keys, self._logouts, self._now = keys, logouts, now
        self._known: dict[str, _Known] = {}
        essential: Any = {name: {"essential": True} for name in ("sub", "jti", "iat", "exp")}
        self._registry = jwt.JWTClaimsRegistry(
            now=lambda: int(now()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            **essential,
        )

    def verify(self, text: str | None) -> Token:
        """Give what a token says; raises TokenRefused, or Undecided where that cannot be told."""
        if not text:
            raise TokenRefused("missing")
        known = self._known.get(text)
        if known is None or self._keys.find(str(known.key.kid)) is not known.key:
            known = self._verified(text)
        if known.token.expires + LEEWAY_SECONDS <= self._now():
            raise TokenRefused("expired")
        if not self._logouts.read:
            raise LogoutsUnread("the tokens that were logged out are still being read")
        if self._logouts.has(known.token.jti):
            raise TokenRefused("logged-out")
        return known.token

    def lasts(self, token: Token) -> bool:
        """Say whether a token that was good still is."""
        return self._now() < token.expires and not self._logouts.has(token.jti)

    def _verified(self, text: str) -> "_Known":
        """Verify all of a token, and remember what it said: somebody asks again and again."""
        key, claims = self._claims(text)
        self._check(claims)
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[text] = _Known(_read(claims), key)
        return self._known[text]

    def _claims(self, text: str) -> tuple[Key, Mapping[str, Any]]:
        """Verify the signature, by our own list of algorithms and the issuer's own key."""
        if len(text) > LONGEST_TOKEN:
            raise TokenRefused("malformed")
        try:
            header = jws.extract_compact(text.encode("ascii")).protected
        except (JoseError, ValueError) as error:
            raise TokenRefused("malformed") from error
        algorithm, kid = header.get("alg"), header.get("kid")
        if algorithm not in ALGORITHMS:
            raise TokenRefused("algorithm")
        if header.get("typ") not in TYPES:
            raise TokenRefused("malformed")
        if not isinstance(kid, str) or not kid:
            raise TokenRefused("unknown-key")
        key = self._keys.find(kid)
        if key.alg not in {None, algorithm}:
            raise TokenRefused("algorithm")
        try:
            claims: Mapping[str, Any] = jwt.decode(text, key, algorithms=list(ALGORITHMS)).claims
        except BadSignatureError as error:
            raise TokenRefused("signature") from error
        except (JoseError, ValueError) as error:
            raise TokenRefused("malformed") from error
        return key, claims

    def _check(self, claims: Mapping[str, Any]) -> None:
        try:
            self._registry.validate(dict(claims))
        except ExpiredTokenError as error:
            raise TokenRefused("expired") from error
        except InvalidClaimError as error:
            raise TokenRefused(_reason(error.claim, claims[error.claim])) from error
        except ClaimError as error:
            raise TokenRefused("claims") from error
        if claims["exp"] - claims["iat"] > LONGEST_SECONDS:
            raise TokenRefused("too-long")


def _reason(claim: str, value: object) -> Reason:
    """Say why a claim is refused; a time that is no number tells nothing of any time."""
    if claim in _TIMES:
        return _TIMES[claim] if type(value) in {int, float} else "claims"
    return _CLAIMS.get(claim, "claims")


def _read(claims: Mapping[str, Any]) -> Token:
    names = (claims["sub"], claims["jti"])
    if max(map(len, names)) > LONGEST_NAME or not all(map(str.isprintable, names)):
        raise TokenRefused("claims")
    role = claims.get(ROLE)
    bounds = {name: claims[one.claim] for name, one in BOUNDS.items() if one.claim in claims}
    if not isinstance(role, str) or faults_of(role, bounds):
        raise TokenRefused("role")
    return Token(claims["sub"], role, bounds, claims["jti"], float(claims["exp"]))
