# SPDX-License-Identifier: EUPL-1.2
"""The code flow with PKCE: a browser goes to the issuer and comes back with a code for a token."""

import hmac
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import structlog
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from requests import RequestException

from services.gateway.browser.sessions import public_url
from services.gateway.problems import LOGIN_FAILED, NO_ISSUER, Refused
from shared.runtime import Json, settings

log = structlog.get_logger()

CALLBACK = "/login/callback"
ANSWER_SECONDS = 5
LONGEST_NEXT = 500


def depart(next_: str, locale: str | None) -> tuple[str, Json]:
    """Give where to send a browser, and what it must bring back with it."""
    verifier = secrets.token_urlsafe(48)
    url, state = _client().create_authorization_url(
        _endpoints()["authorization_endpoint"],
        state=secrets.token_urlsafe(24),
        code_verifier=verifier,
        **({"ui_locales": locale} if locale else {}),
    )
    return url, {"verifier": verifier, "state": state, "next": own_path(next_)}


def arrive(said: Mapping[str, str], kept: Json) -> Json:
    """Exchange the code that a browser brought; `kept` is what `depart` gave it to keep.

    Raises Refused for a code that was meant for another browser, issuer or login.
    """
    if not hmac.compare_digest(kept["state"].encode(), said.get("state", "").encode()):
        raise Refused(LOGIN_FAILED, "this is not the login that began here")
    if said.get("iss", settings().oidc_issuer) != settings().oidc_issuer:
        raise Refused(LOGIN_FAILED, "another issuer answered")
    if "code" not in said:
        raise Refused(LOGIN_FAILED, "the issuer gave no code")
    try:
        told: Json = _client().fetch_token(
            _endpoints()["token_endpoint"],
            code=said["code"],
            code_verifier=kept["verifier"],
            timeout=ANSWER_SECONDS,
        )
    except OAuthError as error:
        log.info("login_refused", error=error.error)
        raise Refused(LOGIN_FAILED, "the issuer refused the code") from error
    except RequestException as error:
        raise Refused(NO_ISSUER, "log in again in a while") from error
    return told


def leave() -> str:
    """Give where to send a browser that logged out here, so that the issuer forgets it too."""
    home = f"{public_url()}/"
    try:
        ends = _endpoints().get("end_session_endpoint")
    except Refused:
        # It is over here all the same.
        return home
    asked = {"client_id": settings().oidc_client, "post_logout_redirect_uri": home}
    return f"{ends}?{urlencode(asked)}" if ends else home


def own_path(said: str) -> str:
    """Give a path of this gateway; whatever leads elsewhere becomes its first page."""
    parts = urlsplit(said) if said.isprintable() and "\\" not in said else None
    if (
        parts is None
        or not said.startswith("/")
        or said.startswith("//")
        or parts.scheme
        or parts.netloc
        or len(said) > LONGEST_NEXT
    ):
        return "/"
    return said


def _client() -> OAuth2Session:
    return OAuth2Session(
        settings().oidc_client,
        settings().oidc_client_secret,
        scope="openid",
        redirect_uri=f"{public_url()}{CALLBACK}",
        code_challenge_method="S256",
    )


def _endpoints() -> dict[str, Any]:
    """Read what the issuer says of itself; a login is rare enough to ask each time."""
    issuer = settings().oidc_issuer
    try:
        with OAuth2Session() as session:
            where = f"{issuer}/.well-known/openid-configuration"
            answer = session.get(where, withhold_token=True, timeout=ANSWER_SECONDS)
            answer.raise_for_status()
            told: dict[str, Any] = answer.json()
    except (RequestException, ValueError) as error:
        raise Refused(NO_ISSUER, "log in again in a while") from error
    if told.get("issuer") != issuer:
        raise Refused(NO_ISSUER, "it calls itself otherwise")
    return told
