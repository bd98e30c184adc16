# SPDX-License-Identifier: EUPL-1.2
"""Every refusal that the door itself makes, and the headers that every answer carries."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from urllib.parse import quote

import orjson
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from shared.runtime import Fault, Json, Refusal
from shared.runtime.problems import problem

API_VERSION = "1.0.0"
JSON = "application/json"
PROBLEM = "application/problem+json"
# What RFC 3986 lets stand as it is.
IN_A_PATH = "/:@!$&'()*+,;=~-._"
RETRY_AFTER_SECONDS = 2
PASSING = frozenset({429, 503, 504})
BROKEN = 500
OUR_FAULTS = (BROKEN, 503, 504)

NO_HEADERS: Mapping[str, str] = MappingProxyType({})

# The list of the Dutch API Design Rules; nothing is shared with other origins.
HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "API-Version": API_VERSION,
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
)

# A page takes what it needs from its own origin, in files: nothing inline, nothing from elsewhere.
PAGE = "text/html"
OF_A_PAGE: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        ),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }
)

INVALID = Refusal(400, "invalid-request", "The request is not valid")
NOT_OUR_PAGE = Refusal(403, "not-our-page", "The change did not come from our own page")
LOGIN_FAILED = Refusal(400, "login-failed", "You are not logged in; begin again at /login")
NO_ISSUER = Refusal(503, "issuer-unavailable", "The issuer does not answer")
UNKNOWN_PATH = Refusal(404, "unknown-path", "There is no such path")
WRONG_METHOD = Refusal(405, "method-not-allowed", "The path does not take this method")
NOT_JSON = Refusal(415, "unsupported-media-type", "The body must be application/json")
NO_VERSION = Refusal(428, "version-required", "If-Match is required")
TOO_OFTEN = Refusal(429, "too-many-requests", "You ask too often")
CROWDED = Refusal(503, "service-crowded", "Too many calls wait for this service")
UNAVAILABLE = Refusal(503, "service-unavailable", "The service cannot be reached")
TOO_LATE = Refusal(504, "deadline-exceeded", "The service did not answer in time")

# What HTTP refuses before there is a request, in the words of this API.
OF_HTTP: Mapping[int, Refusal] = MappingProxyType(
    {
        400: Refusal(400, "malformed-request", "The request cannot be read"),
        408: Refusal(408, "request-timeout", "The request came too slowly"),
        413: Refusal(413, "content-too-large", "The body is larger than 1 MiB"),
        414: Refusal(414, "uri-too-long", "The address is too long"),
        431: Refusal(431, "headers-too-large", "The headers are too large"),
        500: Refusal(500, "internal-error", "Something is wrong on our side"),
        503: UNAVAILABLE,
    }
)


class Refused(Exception):
    """The door refuses a request itself; `reply` is the problem, `headers` go with it."""

    def __init__(
        self,
        refusal: Refusal,
        detail: str,
        faults: Sequence[Fault] = (),
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> None:
        super().__init__(detail)
        self.headers = headers
        self.reply: Json = problem(refusal, detail, [fault.to_json() for fault in faults])


class Denied(Refused):
    """Somebody who is known may not do this; `call` is what they tried, without its body."""

    def __init__(self, refusal: Refusal, detail: str, service: str, call: Json) -> None:
        super().__init__(refusal, detail)
        self.service = service
        self.call = call


def respond(reply: Json, instance: str | None = None) -> Response:
    """Write a service's reply, or a refusal of the door, as HTTP."""
    if "problem" in reply:
        # A URI reference (RFC 9457), whatever the client put in the path.
        where = {"instance": quote(instance, safe=IN_A_PATH)} if instance else {}
        body = dict(reply["problem"]) | where
        response = Response(orjson.dumps(body), reply["status"], mimetype=PROBLEM)
    elif reply.get("body") is None:
        response = Response(status=204)
    else:
        response = Response(orjson.dumps(reply["body"]), reply["status"], mimetype=JSON)
    if reply.get("etag") is not None:
        response.headers["ETag"] = f'"{reply["etag"]}"'
    if reply.get("location"):
        response.headers["Location"] = reply["location"]
    if reply["status"] in PASSING:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return dressed(response)


def dressed(response: Response) -> Response:
    """Give an answer the headers that every answer carries."""
    response.headers.update(HEADERS)
    if response.mimetype == PAGE:
        response.headers.update(OF_A_PAGE)
    return response


def refuse(error: HTTPException) -> Response:
    """Word what never became a call: too large, too slow, unreadable, or our own failure."""
    refusal = OF_HTTP.get(error.code or 500, OF_HTTP[400])
    return respond(problem(refusal, error.description or refusal.title))
