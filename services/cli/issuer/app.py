# SPDX-License-Identifier: EUPL-1.2
"""The issuer over HTTP: discovery, keys, tokens, and the page at which a browser logs in.

A request by another name than the issuer's own is refused: a page elsewhere that has its name
point to this machine (DNS rebinding) learns nothing here.
"""

import json
from collections.abc import Callable, Mapping
from urllib.parse import urlencode, urlsplit

from werkzeug.wrappers import Request, Response

from services.cli.issuer import pages
from services.cli.issuer.clients import Client
from services.cli.issuer.grants import CHALLENGE, Denied, Grants, Login, person_of
from services.cli.issuer.keys import ALGORITHM, Keys
from shared.contracts.identity import BOUNDS, ROLE

LONGEST = 16 * 1024
ASKED = frozenset(
    {
        *("client_id", "redirect_uri", "response_type", "scope", "state", "nonce"),
        *("code_challenge", "code_challenge_method", "ui_locales"),
    }
)
HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class App:
    """Answers the requests of one issuer."""

    def __init__(self, grants: Grants, keys: Keys) -> None:
        self._grants = grants
        self._keys = keys
        self._routes: Mapping[tuple[str, str], Callable[[Request], Response]] = {
            ("GET", "/.well-known/openid-configuration"): lambda _: _json(self._discovery()),
            ("GET", "/jwks.json"): lambda _: _json(keys.published()),
            ("POST", "/keys"): self._rotate,
            ("POST", "/token"): self._token,
            ("GET", "/authorize"): self._page,
            ("POST", "/authorize"): self._login,
            ("GET", "/end-session"): self._end,
            ("GET", "/style.css"): lambda _: Response(pages.STYLE, mimetype="text/css"),
            ("GET", "/healthz"): lambda _: _json({"silent": []}),
            ("GET", "/readyz"): lambda _: _json({"unmet": {}}),
        }

    def answer(self, request: Request) -> Response:
        """Answer one request."""
        request.max_content_length = LONGEST
        route = self._routes.get((request.method, request.path))
        if request.host != urlsplit(self._grants.issuer).netloc:
            response = Response("another name", 421, mimetype="text/plain")
        elif route is None:
            response = Response("there is no such page", 404, mimetype="text/plain")
        else:
            response = _answered(route, request)
        response.headers.extend(HEADERS)
        response.headers.setdefault("Content-Security-Policy", _policy())
        return response

    def _discovery(self) -> dict[str, object]:
        here = self._grants.issuer
        return {
            "issuer": here,
            "authorization_endpoint": f"{here}/authorize",
            "token_endpoint": f"{here}/token",
            "jwks_uri": f"{here}/jwks.json",
            "end_session_endpoint": f"{here}/end-session",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "subject_types_supported": ["public"],
            "scopes_supported": ["openid"],
            "ui_locales_supported": ["nl", "en"],
            "claims_supported": ["sub", ROLE, *(bound.claim for bound in BOUNDS.values())],
            "authorization_response_iss_parameter_supported": True,
        }

    def _token(self, request: Request) -> Response:
        return _json(self._grants.token(self._client(request), request.form.to_dict()))

    def _rotate(self, request: Request) -> Response:
        client = self._client(request)
        if client.grant != "client_credentials":
            raise Denied("unauthorized_client", "only this machine's own may do so", 403)
        self._keys.rotate()
        return _json(self._keys.published())

    def _client(self, request: Request) -> Client:
        told = request.authorization
        if told is None or told.type != "basic":
            raise Denied("invalid_client", "a client says who it is by HTTP Basic", 401)
        return self._grants.client(told.username, told.password)

    def _page(self, request: Request) -> Response:
        query = _query(request.args.to_dict())
        return self._drawn(query, {}, [], self._read(query).redirect)

    def _login(self, request: Request) -> Response:
        said = request.form.to_dict()
        query = _query(said)
        login = self._read(query)
        try:
            person = person_of(said)
        except Denied as denied:
            return self._drawn(query, said, [str(denied)], login.redirect)
        code = self._grants.begin(login, person)
        return _back(login.redirect, code=code, state=login.state, iss=self._grants.issuer)

    def _read(self, query: Mapping[str, str]) -> Login:
        """Read where a browser came from; raises BadLogin, and sends it to no other address."""
        client = self._grants.clients.get(query.get("client_id", ""))
        redirect = query.get("redirect_uri", "")
        if client is None or redirect not in client.redirects:
            raise BadLogin
        if (
            query.get("response_type") != "code"
            or query.get("code_challenge_method") != "S256"
            or CHALLENGE.fullmatch(query.get("code_challenge", "")) is None
            or not query.get("state")
        ):
            raise BadLogin
        challenge, state = query["code_challenge"], query["state"]
        return Login(client.name, redirect, challenge, state, query.get("nonce"))

    def _drawn(
        self, query: Mapping[str, str], said: Mapping[str, str], faults: list[str], redirect: str
    ) -> Response:
        drawn = pages.authorize(query, said, faults)
        response = Response(drawn, 400 if faults else 200, mimetype="text/html")
        # Browsers hold the redirect that answers a form against form-action too.
        response.headers["Content-Security-Policy"] = _policy(_origin(redirect))
        return response

    def _end(self, request: Request) -> Response:
        onward = request.args.get("post_logout_redirect_uri", "")
        if any(onward in client.after_logout for client in self._grants.clients.values()):
            return Response(status=303, headers={"Location": onward})
        drawn = pages.notice("ended", request.args.get("ui_locales"))
        return Response(drawn, mimetype="text/html")


class BadLogin(Exception):
    """A browser came with what no client of ours asks: it is told so, and sent nowhere."""


def _answered(route: Callable[[Request], Response], request: Request) -> Response:
    try:
        return route(request)
    except Denied as denied:
        response = _json(denied.body, denied.status)
        if denied.status == 401:  # noqa: PLR2004
            response.headers["WWW-Authenticate"] = 'Basic realm="schakel-development"'
        return response
    except BadLogin:
        drawn = pages.notice("refused", request.values.get("ui_locales"))
        return Response(drawn, 400, mimetype="text/html")


def _query(said: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in said.items() if name in ASKED}


def _back(redirect: str, **said: str) -> Response:
    return Response(status=303, headers={"Location": f"{redirect}?{urlencode(said)}"})


def _json(value: object, status: int = 200) -> Response:
    return Response(json.dumps(value), status, mimetype="application/json")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _policy(*forms: str) -> str:
    targets = " ".join(("'self'", *forms))
    return (
        f"default-src 'none'; style-src 'self'; form-action {targets}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
