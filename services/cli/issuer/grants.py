# SPDX-License-Identifier: EUPL-1.2
"""Who may ask this issuer for tokens, and in exchange for what.

`schakel-local` gives its secret and names any role: the command line and the tests. The console
sends a browser here and exchanges the code that comes back (RFC 6749, with PKCE of RFC 7636).
"""

import hmac
import re
import secrets
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from authlib.oauth2.rfc7636 import create_s256_code_challenge

from services.cli.issuer.clients import Client
from services.cli.issuer.keys import Keys
from shared.contracts.identity import AUDIENCE, LONGEST_SECONDS, TAKES, claims_of, faults_of

CODE_SECONDS = 60
SECONDS = 900
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}", re.ASCII)
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)

Json = dict[str, Any]
Form = Mapping[str, str]


class Denied(Exception):
    """A request that OAuth refuses; `error` is its word for that."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.status = status
        self.body = {"error": error, "error_description": description}


@dataclass(frozen=True, slots=True)
class Login:
    """What a browser was sent here with; all of it is known to be right."""

    client: str
    redirect: str
    challenge: str
    state: str
    nonce: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody said to be."""

    role: str
    bounds: Mapping[str, str] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """A name for whoever has this role with these bounds; it is nobody's."""
        bound = next(iter(self.bounds.values()), None)
        return f"dev-{self.role}-{bound}" if bound else f"dev-{self.role}"


@dataclass(frozen=True, slots=True)
class _Code:
    login: Login
    person: Person
    until: float


class Grants:
    """Gives tokens to the clients that are known here."""

    def __init__(
        self,
        issuer: str,
        keys: Keys,
        clients: tuple[Client, ...],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.issuer = issuer
        self.clients = {client.name: client for client in clients}
        self._keys = keys
        self._clock = clock
        self._codes: dict[str, _Code] = {}
        self._lock = threading.Lock()

    def client(self, name: str | None, secret: str | None) -> Client:
        """Give the client that proves to be itself."""
        known = self.clients.get(name or "")
        if known is None or not hmac.compare_digest(known.secret.encode(), (secret or "").encode()):
            raise Denied("invalid_client", "the client is unknown, or its secret is wrong", 401)
        return known

    def token(self, client: Client, said: Form) -> Json:
        """Give what the token endpoint answers."""
        if said.get("grant_type") != client.grant:
            raise Denied("unauthorized_client", f"{client.name} may use {client.grant} only")
        if client.grant == "client_credentials":
            person = person_of(said)
            return self._issued(client, person, _seconds(said.get("lifetime")))
        code = self._exchange(client, said)
        told = self._issued(client, code.person, SECONDS)
        return told | {"id_token": self._identity(client, code)}

    def begin(self, login: Login, person: Person) -> str:
        """Give a code for a browser to bring back; it is good once, and for a minute."""
        code = secrets.token_urlsafe(32)
        with self._lock:
            now = self._clock()
            self._codes = {name: one for name, one in self._codes.items() if one.until > now}
            self._codes[code] = _Code(login, person, now + CODE_SECONDS)
        return code

    def _exchange(self, client: Client, said: Form) -> _Code:
        with self._lock:
            found = self._codes.pop(said.get("code", ""), None)
        verifier = said.get("code_verifier", "")
        if (
            found is None
            or found.until <= self._clock()
            or found.login.client != client.name
            or found.login.redirect != said.get("redirect_uri")
            or VERIFIER.fullmatch(verifier) is None
            or create_s256_code_challenge(verifier) != found.login.challenge
        ):
            raise Denied("invalid_grant", "the code is unknown, used, expired or not yours")
        return found

    def _issued(self, client: Client, person: Person, seconds: int) -> Json:
        claims = claims_of(person.role, person.bounds)
        more = {"aud": AUDIENCE, "client_id": client.name, "jti": str(uuid.uuid4())}
        token = self._signed(person, seconds, claims | more)
        return {"access_token": token, "token_type": "Bearer", "expires_in": seconds}  # nosec B105

    def _identity(self, client: Client, code: _Code) -> str:
        nonce = {"nonce": code.login.nonce} if code.login.nonce else {}
        return self._signed(code.person, SECONDS, {"aud": client.name} | nonce)

    def _signed(self, person: Person, seconds: int, claims: Json) -> str:
        now = int(self._clock())
        said = {"iss": self.issuer, "sub": person.subject, "iat": now, "exp": now + seconds}
        return self._keys.sign(said | claims)


def person_of(said: Form) -> Person:
    """Read a role and its bounds; what belongs to another role is refused, not ignored."""
    role = said.get("role", "")
    named = {name for names in TAKES.values() for name in names}
    bounds = {name: said[name] for name in sorted(named, reverse=True) if said.get(name)}
    faults = faults_of(role, bounds)
    if faults:
        raise Denied("invalid_request", "; ".join(faults))
    return Person(role, bounds)


def _seconds(said: str | None) -> int:
    if said is None:
        return SECONDS
    if not said.isdecimal() or not 1 <= int(said) <= LONGEST_SECONDS:
        raise Denied("invalid_request", f"lifetime is 1 to {LONGEST_SECONDS} seconds")
    return int(said)
