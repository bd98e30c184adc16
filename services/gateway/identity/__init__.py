# SPDX-License-Identifier: EUPL-1.2
"""Who asks: the bearer token of a request, verified against the keys of its issuer."""

from functools import cache

from werkzeug.wrappers import Request

from services.gateway.browser.sessions import token_of
from services.gateway.identity.keys import Keys
from services.gateway.identity.logouts import Logouts
from services.gateway.identity.refusals import KeysAway, TokenRefused, refused
from services.gateway.identity.tokens import Token, Verifier
from shared.runtime import settings

__all__ = ["KeysAway", "Token", "TokenRefused", "bearer_of", "logouts", "refused", "verifier"]


@cache
def logouts() -> Logouts:
    """Give the list of tokens that were logged out at this process."""
    return Logouts()


@cache
def verifier() -> Verifier:
    """Give what verifies the tokens of the issuer that the settings name."""
    issuer = settings().need_oidc_issuer()
    return Verifier(issuer, settings().oidc_audience, Keys(issuer), logouts())


def bearer_of(request: Request) -> str:
    """Give the token that a request brings, in its header or by its session.

    Raises TokenRefused where it brings none, and Refused where a change comes with the cookie of
    a session and not from our own page.
    """
    token = token_of(request)
    if not token:
        raise TokenRefused("missing")
    return token
