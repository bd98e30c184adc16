# SPDX-License-Identifier: EUPL-1.2
"""Who asks: the bearer token of a request, verified against the keys of its issuer."""

from functools import cache

from werkzeug.wrappers import Request

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
    """Give the token that a request brings; raises TokenRefused where it brings none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise TokenRefused("missing")
    return token.strip()
