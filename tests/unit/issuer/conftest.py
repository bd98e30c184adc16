# SPDX-License-Identifier: EUPL-1.2
"""An issuer with a home and a clock of its own, asked without a network."""

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Request

from services.cli.issuer.app import App
from services.cli.issuer.clients import CONSOLE, LOCAL, clients
from services.cli.issuer.grants import Grants
from services.cli.issuer.keys import Keys
from services.cli.stack.home import Home

ISSUER, GATEWAY = "http://127.0.0.1:9999", "http://127.0.0.1:8080"
Json = dict[str, object]


class Issuer:
    """The issuer, and the two programs that ask it."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.now = 1_800_000_000.0
        keys = Keys(home, lambda: self.now)
        grants = Grants(ISSUER, keys, clients(home, GATEWAY), lambda: self.now)
        self.http = Client(Request.application(App(grants, keys).answer))
        self.secrets = home.read("secrets")

    def get(self, path: str, **query: str) -> TestResponse:
        """Read a page."""
        return self.http.get(path, query_string=query, base_url=ISSUER)

    def post(self, path: str, client: str | None = None, **said: str) -> TestResponse:
        """Send a form, as a client that proves to be itself, or as nobody."""
        auth = None if client is None else (client, self.secrets[client])
        return self.http.post(path, data=said, base_url=ISSUER, auth=auth)

    def token(self, **said: str) -> TestResponse:
        """Ask for a token as the command line does."""
        return self.post("/token", LOCAL, grant_type="client_credentials", **said)

    def exchange(self, **said: str) -> TestResponse:
        """Ask for a token as the console does."""
        return self.post("/token", CONSOLE, grant_type="authorization_code", **said)

    def read(self, token: str) -> Json:
        """Verify a token with the published keys, and give its claims."""
        published = KeySet.import_key_set(self.get("/jwks.json").get_json())
        return dict(jwt.decode(token, published, algorithms=["ES256"]).claims)


@pytest.fixture
def issuer(home: Home) -> Issuer:
    """Give an issuer."""
    return Issuer(home)
