# SPDX-License-Identifier: EUPL-1.2
"""Why somebody is not let in: each kind named once, counted, and logged without the token."""

from collections.abc import Mapping
from typing import Literal

import structlog
from prometheus_client import Counter

from services.gateway.problems import Refused
from shared.runtime import Refusal

log = structlog.get_logger()

Reason = Literal[
    "missing",
    "malformed",
    "algorithm",
    "unknown-key",
    "signature",
    "issuer",
    "audience",
    "expired",
    "not-yet",
    "future",
    "too-long",
    "claims",
    "role",
    "logged-out",
]

SCHEME = 'Bearer realm="schakel"'
NO_TOKEN = Refusal(401, "token-required", "Show who you are")
BAD_TOKEN = Refusal(401, "token-refused", "The token is not good")
STARTING = Refusal(503, "logouts-unread", "Who logged out is not known yet")
KEYS_AWAY = Refusal(503, "issuer-unavailable", "The issuer's keys cannot be read")
REFUSED = Counter("schakel_http_tokens_refused", "Requests without a good token.", ["reason"])

_WORDS: Mapping[Reason, str] = {
    "missing": "send a token: Authorization: Bearer …",
    "malformed": "it is no signed JWT",
    "algorithm": "it is not signed with RS256, PS256 or ES256",
    "unknown-key": "the issuer does not have its key",
    "signature": "its signature is not right",
    "issuer": "it comes from another issuer",
    "audience": "it is for somebody else",
    # Only of a token whose signature is right: whoever forges one learns nothing of our clock.
    "expired": "it has expired",
    "not-yet": "it is not valid yet",
    "future": "it was issued in the future, by the clock here",
    "too-long": "it lasts for more than an hour",
    "claims": "it does not say all that a token must",
    "role": "it names no role that there is, with what that role is bound to",
    "logged-out": "it was logged out",
}
for _reason in _WORDS:
    REFUSED.labels(_reason)


class TokenRefused(Exception):
    """A token does not let anybody in; `reason` is one of a few words."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(_WORDS[reason])
        self.reason: Reason = reason


class Undecided(Exception):
    """Whether a token is good cannot be told now."""


class KeysAway(Undecided):
    """The keys of the issuer cannot be read."""


class LogoutsUnread(Undecided):
    """The tokens that were logged out before this process began are still being read."""


def refused_because(error: TokenRefused | Undecided, client: str) -> Refused:
    """Count and log that somebody is not let in, and give what to answer."""
    if isinstance(error, LogoutsUnread):
        return Refused(STARTING, "try again in a moment")
    if isinstance(error, Undecided):
        log.warning("issuer_unavailable", error=str(error))
        return Refused(KEYS_AWAY, "try again in a moment")
    REFUSED.labels(error.reason).inc()
    log.warning("token_refused", reason=error.reason, client=client)
    if error.reason == "missing":
        return Refused(NO_TOKEN, str(error), headers={"WWW-Authenticate": SCHEME})
    told = f'{SCHEME}, error="invalid_token", error_description="{error}"'
    return Refused(BAD_TOKEN, str(error), headers={"WWW-Authenticate": told})
