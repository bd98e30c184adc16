# SPDX-License-Identifier: EUPL-1.2
"""The door with services behind it that are plain functions: HTTP in, calls out, replies back."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from services.gateway import http as api
from services.gateway import rates
from services.gateway.identity import Verifier
from services.gateway.identity.keys import Keys
from services.gateway.identity.logouts import Logouts
from shared.contracts.identity import BOUNDS
from shared.contracts.topology import SERVICES
from tests.unit.gateway.issuing import AUDIENCE, ISSUER, Issuer
from tests.whose import usual

Json = dict[str, Any]
Reply = Callable[[Json], Json]
Headers = Mapping[str, str]
Bearer = Callable[..., Headers]


class Behind:
    """What stands behind the door: takes calls down and gives the replies it was told to."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Json]] = []
        self.denied: list[tuple[str, Json]] = []
        self.replies: dict[str, Reply] = {}
        self.told: list[Json | None] = []

    def replies_with(self, service: str, body: Json, **more: object) -> None:
        """Have a service answer every call with this body."""
        self.replies[service] = lambda _: {"status": 200, "body": body, **more}

    def refuses_with(self, service: str, error: Exception) -> None:
        """Have every call of a service fail."""

        def refuse(_: Json) -> Json:
            raise error

        self.replies[service] = refuse

    def call(self, service: str, method: str, wire: Json) -> Json:
        """Take the call down, and reply."""
        assert method == wire["operation"]
        if "refused" in wire:
            self.denied.append((service, wire))
            return dict(wire["refused"])
        self.calls.append((service, wire))
        return self.replies[service](wire)

    @contextmanager
    def subscribe(self, seen: Callable[[Json], Json | None]) -> Iterator[Iterator[Json | None]]:
        """Tell the hints that are to be told, as they are seen."""
        shown = [(told, told and seen(told)) for told in self.told]
        yield iter([one for told, one in shown if told is None or one is not None])


@pytest.fixture
def behind() -> Behind:
    """Give services that answer with an empty list."""
    services = Behind()
    for name in SERVICES:
        services.replies_with(name, {"items": [], "total": 0})
    return services


@pytest.fixture
def issuer() -> Issuer:
    """Give whose tokens the door takes."""
    return Issuer()


@pytest.fixture
def logouts() -> Logouts:
    """Give the tokens that were logged out: none."""
    none = Logouts()
    none.complete()
    return none


@pytest.fixture
def bearer(issuer: Issuer) -> Bearer:
    """Give what makes the header of somebody's token."""

    def headers(role: str, **more: object) -> Headers:
        bounds = {BOUNDS[name].claim: more.pop(name) for name in BOUNDS if name in more}
        token = issuer.token(schakel_role=role, **bounds, **more)
        return {"Authorization": f"Bearer {token}"}

    return headers


@pytest.fixture
def http(behind: Behind, issuer: Issuer, logouts: Logouts, bearer: Bearer) -> Client:
    """Give a client of the door that has asked nothing yet; whose work it is asks."""
    rates.callers.cache_clear()
    rates.refused_tokens.cache_clear()
    issuer.now = time.time()
    verifier = Verifier(ISSUER, AUDIENCE, Keys(ISSUER, issuer.read), logouts)

    @Request.application
    def application(request: Request) -> Response:
        return api.answer(request, api.Behind(behind, behind, verifier))

    def speaking(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if "HTTP_AUTHORIZATION" not in environ:
            who = usual(environ["REQUEST_METHOD"], environ["PATH_INFO"])
            environ["HTTP_AUTHORIZATION"] = bearer(who.role, **who.bounds)["Authorization"]
        return application(environ, start)

    return Client(speaking)
