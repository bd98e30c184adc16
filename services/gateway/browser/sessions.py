# SPDX-License-Identifier: EUPL-1.2
"""The session of a browser: a signed cookie with its token; the gateway itself keeps nothing.

A browser sends a cookie whichever page made it ask. So a change that comes with the cookie must
also bring, in a header, what only our own page can read. A bearer token needs none of this.
"""

import hashlib
import hmac
import secrets
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Request, Response

from services.gateway.problems import NOT_OUR_PAGE, Refused
from shared.contracts.identity import LONGEST_SECONDS
from shared.runtime import Json, settings

SESSION, LOGIN = "schakel-session", "schakel-login"
LOGIN_SECONDS = 600
CSRF_HEADER = "Schakel-CSRF"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
BEARER = "bearer "


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody's token, and what proves that a change comes from our own page."""

    token: str
    csrf: str

    def proves(self, said: str | None) -> bool:
        """Tell whether a page could read the proof of this session."""
        return hmac.compare_digest(self.csrf.encode(), (said or "").encode())


class Cookies:
    """Cookies that only this gateway can have written; over https they belong to its host alone."""

    def __init__(self, secret: str, *, secure: bool) -> None:
        self._secure = secure
        self._prefix = "__Host-" if secure else ""
        self._signers = {name: _signer(secret, name) for name in (SESSION, LOGIN)}

    def read(self, request: Request, name: str, seconds: int) -> Json | None:
        """Give what a cookie holds; None when it is absent, too old or not ours."""
        said = request.cookies.get(self._prefix + name)
        try:
            found: Json | None = self._signers[name].loads(said, max_age=seconds) if said else None
        except BadData:
            return None
        return found

    def write(self, response: Response, name: str, value: Json, seconds: int) -> None:
        """Have the browser keep a value, out of the reach of scripts."""
        written = self._signers[name].dumps(value)
        response.set_cookie(self._prefix + name, str(written), max_age=seconds, **self._kind())

    def drop(self, response: Response, name: str) -> None:
        """Have the browser forget a value."""
        response.delete_cookie(self._prefix + name, **self._kind())

    def _kind(self) -> dict[str, Any]:
        return {"path": "/", "secure": self._secure, "httponly": True, "samesite": "Lax"}


@cache
def cookies() -> Cookies | None:
    """Give the cookies of this gateway; None where browsers cannot log in."""
    secret = settings().session_secret
    return Cookies(secret, secure=public_url().startswith("https://")) if secret else None


def public_url() -> str:
    """Give the address by which browsers know this gateway."""
    return settings().public_url or f"http://127.0.0.1:{settings().http_port}"


def begin(response: Response, token: str, seconds: int) -> None:
    """Let a browser have a token for so long."""
    kept = cookies()
    if kept is not None:
        fresh = Session(token, secrets.token_urlsafe(24))
        kept.write(response, SESSION, asdict(fresh), min(seconds, LONGEST_SECONDS))


def session_of(request: Request) -> Session | None:
    """Give the session that a browser brings."""
    kept = cookies()
    found = kept.read(request, SESSION, LONGEST_SECONDS) if kept is not None else None
    return Session(**found) if found else None


def token_of(request: Request) -> str | None:
    """Give the token that a request shows: as a bearer's, else its session's; None without one.

    Raises Refused where a change comes with a cookie and not from our own page.
    """
    said = request.headers.get("Authorization")
    if said is not None:
        return said[len(BEARER) :].strip() if said.lower().startswith(BEARER) else ""
    session = session_of(request)
    if session is None:
        return None
    if request.method not in SAFE and not session.proves(request.headers.get(CSRF_HEADER)):
        raise Refused(NOT_OUR_PAGE, f"a change with a cookie needs {CSRF_HEADER}")
    return session.token


def _signer(secret: str, name: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        secret, salt=name, signer_kwargs={"digest_method": hashlib.sha256}
    )
