# SPDX-License-Identifier: EUPL-1.2
"""An issuer whose keys a test holds, and whose clock it moves: good tokens, and every bad one."""

import base64
import json
from collections.abc import Mapping
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

ISSUER, AUDIENCE = "https://issuer.example.org/realms/schakel", "schakel"
Json = Mapping[str, Any]
Key = RSAKey | ECKey


def encoded(part: object) -> str:
    """Write one part of a token."""
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Issuer:
    """Answers what an issuer answers, while it is there."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0
        self.away = False
        self.asked = 0
        self.keys: list[Key] = [ECKey.generate_key("P-256", {"kid": "first", "alg": "ES256"})]
        self.names = iter(range(1_000_000))
        self.told: Json = {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys"}

    def read(self, url: str) -> Json:
        """Answer the description of the issuer, or its keys."""
        if self.away:
            raise httpx.ConnectError("nobody is there")
        if url == f"{ISSUER}/.well-known/openid-configuration":
            self.asked += 1
            return self.told
        assert url == f"{ISSUER}/keys"
        return {"keys": [key.as_dict(private=False) for key in self.keys]}

    def rotate(self, kid: str) -> None:
        """Have one other key from now on."""
        self.keys = [ECKey.generate_key("P-256", {"kid": kid, "alg": "ES256"})]

    def claims(self, **more: object) -> dict[str, object]:
        """Give what a token of a coordinator says, but for what is told; None leaves it out."""
        said = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": "jansen",
            "jti": f"token-{next(self.names)}",
            "iat": int(self.now),
            "exp": int(self.now) + 900,
            "schakel_role": "slw-coordinator",
            **more,
        }
        return {name: value for name, value in said.items() if value is not None}

    def token(
        self, key: Key | None = None, header: Mapping[str, object] | None = None, **more: object
    ) -> str:
        """Sign a token, with the newest key unless another one is given."""
        chosen = key or self.keys[-1]
        algorithm = chosen.alg or ("ES256" if isinstance(chosen, ECKey) else "RS256")
        head = {"alg": algorithm, "kid": chosen.kid, **(header or {})}
        known = {name: value for name, value in head.items() if value is not None}
        return jwt.encode(known, self.claims(**more), chosen, algorithms=[str(head["alg"])])
