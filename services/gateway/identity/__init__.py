# SPDX-License-Identifier: EUPL-1.2
"""Who asks: a bearer token, verified against the keys of its issuer."""

from functools import cache

from services.gateway.identity.keys import Keys
from services.gateway.identity.logouts import Logouts
from services.gateway.identity.refusals import (
    KeysAway,
    TokenRefused,
    Undecided,
    refused_because,
)
from services.gateway.identity.tokens import Token, Verifier
from shared.runtime import settings

__all__ = [
    "KeysAway",
    "Token",
    "TokenRefused",
    "Undecided",
    "Verifier",
    "logouts",
    "refused_because",
    "verifier",
]


@cache
def logouts() -> Logouts:
    """Give the list of tokens that were logged out."""
    return Logouts()


@cache
def verifier() -> Verifier:
    """Give what verifies the tokens of the issuer that the settings name."""
    issuer = settings().need_oidc_issuer()
    return Verifier(issuer, settings().oidc_audience, Keys(issuer), logouts())
