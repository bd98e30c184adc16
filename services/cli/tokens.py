# SPDX-License-Identifier: EUPL-1.2
"""Tokens for whoever asks a gateway: of the local stack's own issuer, or given from outside.

On a local stack each request has a token of the role whose work it is, made when needed and used
until shortly before it expires. For another gateway SCHAKEL_TOKEN holds one, or SCHAKEL_TOKEN_FILE
names the file that does.
"""

import json
import os
import re
import threading
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from services.cli.issuer.clients import LOCAL
from shared.contracts.identity import faults_of

SPARE_SECONDS = 60
ANSWER_SECONDS = 10
LOCAL_NAMES = frozenset({"127.0.0.1", "localhost"})
OF_AUDITORS = re.compile(r"(?:/v1)?/operations/audit(?:/|$)", re.ASCII)
A_TOKEN = re.compile(r"[!-~]+", re.ASCII)
OF_A_REGION = re.compile(r"(?:/v1)?/regions/(AM[0-9]{2})(?:/(\w+)|$)", re.ASCII)


class TokenRefused(Exception):
    """No token can be had; the message says why, and what helps."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A role, and what it is bound to."""

    role: str
    region: str | None = None
    organisation: str | None = None
    employer: str | None = None
    provider: str | None = None

    @property
    def bounds(self) -> dict[str, str]:
        """What it is bound to, by name."""
        said: Mapping[str, str | None] = asdict(self)
        return {name: value for name, value in said.items() if name != "role" and value}

    def __str__(self) -> str:
        return "; ".join([self.role, *(f"{name}={value}" for name, value in self.bounds.items())])


COORDINATOR, AUDITOR = Identity("slw-coordinator"), Identity("auditor")

Chosen = Callable[[str, str], Identity]
"""Chooses who asks, by the method and the path of a request."""


def read_identity(said: str) -> Identity:
    """Read `wsp-officer; region=AM23`; raises TokenRefused with all that is wrong with it."""
    role, *parts = (part.strip() for part in said.split(";"))
    pairs = [part.partition("=") for part in parts]
    bounds = {name.strip(): value.strip() for name, _, value in pairs}
    faults = faults_of(role, bounds)
    if len(bounds) < len(pairs):
        faults.append("something is said twice")
    if faults:
        raise TokenRefused("; ".join(faults))
    return Identity(role, **bounds)


def whose_work(method: str, path: str) -> Identity:
    """Choose who usually asks: a region's manager for what is the region's, else the coordinator.

    The coordinator reads what regions hold, but for their desks, and an auditor the audit. No other
    role can be bound to something by the path alone.
    """
    if OF_AUDITORS.match(path):
        return AUDITOR
    found = OF_A_REGION.match(path)
    if found and (method != "GET" or found[2] == "placements"):
        return Identity("wsp-manager", region=found[1])
    return COORDINATOR


class Tokens:
    """Tokens of a local issuer, each kept until shortly before it expires; for many threads."""

    def __init__(self, issuer: str, secret: str) -> None:
        self.issuer = issuer
        self._secret = secret
        self._kept: dict[Identity, tuple[str, float]] = {}
        self._lock = threading.Lock()

    def of(self, identity: Identity) -> str:
        """Give a token that is good for a while yet."""
        with self._lock:
            token, until = self._kept.get(identity, ("", 0.0))
            if time.monotonic() > until:
                token, seconds = self.fresh(identity)
                self._kept[identity] = token, time.monotonic() + seconds - SPARE_SECONDS
            return token

    def fresh(self, identity: Identity, **more: str) -> tuple[str, float]:
        """Give a token that nobody had before, and for how many seconds it is good."""
        said = {"grant_type": "client_credentials", "role": identity.role}
        try:
            answer = httpx.post(
                f"{self.issuer}/token",
                data=said | identity.bounds | more,
                auth=(LOCAL, self._secret),
                timeout=ANSWER_SECONDS,
            )
            told = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise TokenRefused(
                f"The issuer {self.issuer} does not answer ({error}): `schakel status` shows "
                "whether the stack runs, and `schakel up` starts it"
            ) from error
        if answer.is_error:
            raise TokenRefused(told.get("error_description", answer.text))
        return str(told["access_token"]), float(told["expires_in"])


class Bearer(httpx.Auth):
    """Gives each request the token of whoever asks; one that has a token keeps it."""

    def __init__(
        self, tokens: Tokens, chosen: Chosen = whose_work, named: Identity | None = None
    ) -> None:
        """Let `chosen` say who asks, unless somebody is named who always does."""
        self._tokens = tokens
        self._chosen = chosen
        self._named = named

    def speak_for(self, identity: Identity) -> None:
        """Let it be somebody else from now on, unless it was named who asks."""
        self._chosen = lambda _method, _path: identity

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Give a request its token."""
        if "Authorization" not in request.headers:
            identity = self._named or self._chosen(request.method, request.url.path)
            request.headers["Authorization"] = f"Bearer {self._tokens.of(identity)}"
        yield request


class Given(httpx.Auth):
    """Gives each request the token that the environment holds now."""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Give a request its token."""
        request.headers["Authorization"] = f"Bearer {given_token()}"
        yield request


def given_token() -> str | None:
    """Give the token that the environment holds, or names the file of; None without either."""
    if token := os.environ.get("SCHAKEL_TOKEN"):
        return _token(token, "SCHAKEL_TOKEN")
    named = os.environ.get("SCHAKEL_TOKEN_FILE")
    if not named:
        return None
    try:
        text = Path(named).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise TokenRefused(f"SCHAKEL_TOKEN_FILE: {named} cannot be read ({error})") from error
    return _token(text, f"SCHAKEL_TOKEN_FILE: {named}")


def _token(text: str, where: str) -> str:
    if not A_TOKEN.fullmatch(text.strip()):
        raise TokenRefused(f"{where} holds no token")
    return text.strip()


def local_tokens(home: Path | None = None) -> Tokens:
    """Give the tokens of the local stack; raises TokenRefused where it has no issuer of its own."""
    folder = home or Path(os.environ.get("SCHAKEL_HOME") or ".local")
    try:
        port = json.loads((folder / "ports.json").read_text("utf-8"))["issuer"]
        secret = json.loads((folder / "secrets.json").read_text("utf-8"))[LOCAL]
    except (OSError, ValueError, KeyError) as error:
        raise TokenRefused(
            f"There is no local stack with an issuer in {folder}: start it with schakel up, "
            "or put a token of another issuer in SCHAKEL_TOKEN"
        ) from error
    return Tokens(f"http://127.0.0.1:{port}", secret)


def is_local(url: str, home: Path | None = None) -> bool:
    """Tell whether a gateway is that of the local stack: no other gets a token made here."""
    folder = home or Path(os.environ.get("SCHAKEL_HOME") or ".local")
    parts = urlsplit(url)
    try:
        port = json.loads((folder / "ports.json").read_text("utf-8"))["gateway"]
    except (OSError, ValueError, KeyError):
        return False
    return parts.hostname in LOCAL_NAMES and parts.port == port


def auth_for(url: str, acting_as: str | None = None) -> httpx.Auth | None:
    """Choose how to prove who asks a gateway; None where nothing is known to do so with."""
    if acting_as is not None and not is_local(url):
        raise TokenRefused(f"{url} is not the local stack: it asks for a token, not for a role")
    if acting_as is None and given_token() is not None:
        return Given()
    if acting_as is not None:
        named = read_identity(acting_as)
        return Bearer(local_tokens(), named=named)
    if not is_local(url):
        return None
    try:
        return Bearer(local_tokens())
    except TokenRefused:
        # The stack has an issuer from elsewhere: the gateway will say that it wants a token.
        return None
