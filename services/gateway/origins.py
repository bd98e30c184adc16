# SPDX-License-Identifier: EUPL-1.2
"""Pages of other origins: none may read an answer, but for those of the settings (CORS).

Nothing is allowed with credentials: another origin brings its own token, never our cookie.
"""

from collections.abc import Mapping

from werkzeug.wrappers import Request

from shared.runtime import settings

EXPOSED = "API-Version, ETag, Location, RateLimit, RateLimit-Policy, Retry-After"
TAKEN = "Authorization, Content-Type, Idempotency-Key, If-Match, traceparent"
SECONDS_KEPT = "600"


def headers_for(request: Request, allow: str = "") -> Mapping[str, str]:
    """Give the headers that open an answer to the page that asks; `allow` for its preflight."""
    allowed = settings().http_origins
    if not allowed:
        return {}
    varies = {"Vary": "Origin"}
    origin = request.headers.get("Origin")
    if origin not in allowed:
        return varies
    opened = {"Access-Control-Allow-Origin": origin} | varies
    if "Access-Control-Request-Method" not in request.headers or not allow:
        return opened | {"Access-Control-Expose-Headers": EXPOSED}
    return opened | {
        "Access-Control-Allow-Methods": allow,
        "Access-Control-Allow-Headers": TAKEN,
        "Access-Control-Max-Age": SECONDS_KEPT,
    }
