# SPDX-License-Identifier: EUPL-1.2
"""Answers one HTTP request: find its operation, read the call, ask the service, write."""

import time
from dataclasses import dataclass

import structlog
from prometheus_client import Counter, Histogram
from werkzeug.wrappers import Request, Response

from services.gateway import asking, live, openapi, origins, rates
from services.gateway.asking import Caller
from services.gateway.browser import pages, sessions
from services.gateway.clients import address_of, client_of
from services.gateway.identity import Token, TokenRefused, Undecided, Verifier, refused_because
from services.gateway.live import Hints
from services.gateway.operations import Match, Operation, find, operations
from services.gateway.problems import (
    BROKEN,
    NO_HEADERS,
    OUR_FAULTS,
    UNKNOWN_PATH,
    WRONG_METHOD,
    Denied,
    Refused,
    dressed,
    respond,
)
from services.gateway.requests import call_of, segments_of, trace_said, traceparent_of
from services.gateway.table import EVERY_SERVICE
from shared.runtime import Json, settings, tracing

log = structlog.get_logger()

UNMATCHED = "unmatched"
REQUESTS = Counter("schakel_http_requests", "Answered requests.", ["method", "route", "status"])
SECONDS = Histogram(
    "schakel_http_request_seconds",
    "Time from a whole request to its answer; streams are not counted.",
    ["route"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
for _operation in operations():
    _route = "/".join(_operation.segments)
    SECONDS.labels(_route)
    if _operation.method != "GET":
        # A series that begins at 1 never grew: an alert would miss what failed first.
        for _status in (_operation.status, *OUR_FAULTS):
            REQUESTS.labels(_operation.method, _route, str(_status))


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind the door: the services, the live hints, and what verifies tokens."""

    caller: Caller
    hints: Hints
    verifier: Verifier


def answer(request: Request, behind: Behind) -> Response:
    """Answer a request, whatever it is; every refusal is a problem of RFC 9457."""
    started = time.perf_counter()
    found = find(segments_of(request))
    route = found.path if found else request.path if pages.find(request.path) else UNMATCHED
    with tracing.request(f"{request.method} {route}", trace_said(request)):
        try:
            response = _response(request, found, behind)
        except Exception:
            # It is logged, and answered as our own failure, by whoever waits for the answer.
            REQUESTS.labels(request.method, route, str(BROKEN)).inc()
            raise
        tracing.ended(response.status_code)
        _tell(request, route, response, time.perf_counter() - started)
    return response


def _tell(request: Request, route: str, response: Response, seconds: float) -> None:
    status = response.status_code
    method = request.method if status != WRONG_METHOD.status else "other"
    REQUESTS.labels(method, route, str(status)).inc()
    if not response.is_streamed:
        SECONDS.labels(route).observe(seconds, tracing.exemplar())
    if status >= BROKEN:
        trace = traceparent_of(request)
        log.warning("request_failed", method=method, route=route, status=status, traceparent=trace)


def _response(request: Request, found: Match | None, behind: Behind) -> Response:
    allow, left = found.allow if found else "", NO_HEADERS
    client = client_of(address_of(request))
    try:
        operation = found.operation(request.method) if found else None
        public = operation is None or operation.public
        who = None if public else _who(request, client, behind.verifier)
        left = rates.callers().hit(f"subject {who.subject}" if who else client)
        response = _answer(request, found, who, behind)
    except Refused as refused:
        if isinstance(refused, Denied):
            asking.tell(behind.caller, refused)
        response = respond(refused.reply, request.path)
        left = {**left, **refused.headers}
        if allow and response.status_code == WRONG_METHOD.status:
            response.headers["Allow"] = allow
    response.headers.update({**left, **origins.headers_for(request, allow)})
    return response


def _who(request: Request, client: str, verifier: Verifier) -> Token:
    """Give who asks; raises Refused, for a client that tries too often with another reason."""
    try:
        return verifier.verify(sessions.token_of(request))
    except (TokenRefused, Undecided) as error:
        tried = isinstance(error, TokenRefused) and error.reason != "missing"
        (rates.refused_tokens() if tried else rates.callers()).hit(client)
        raise refused_because(error, client) from error


def _answer(request: Request, found: Match | None, who: Token | None, behind: Behind) -> Response:
    if found is None:
        page = pages.find(request.path)
        if page is not None:
            return page(request)
        raise Refused(UNKNOWN_PATH, "the paths are listed in /v1/openapi.json")
    operation = found.operation(request.method)
    if operation is None:
        if request.method == "OPTIONS":
            return dressed(Response(status=204, headers={"Allow": found.allow}))
        raise Refused(WRONG_METHOD, f"it takes {found.allow}")
    call = call_of(request, operation, dict(found.texts), who, settings().rpc_deadline_seconds)
    if who is None:
        return openapi.published()
    if operation.name == "follow_events":
        return live.follow(behind.hints, who, behind.verifier)
    return respond(_reply(operation, call, behind.caller), request.path)


def _reply(operation: Operation, call: Json, caller: Caller) -> Json:
    if operation.service != EVERY_SERVICE:
        return asking.ask(caller, operation.service, call)
    if named := {"letter", "job"} & call["params"].keys():
        return asking.ask_for_one(caller, call, named.pop())
    if operation.effect == "reads":
        return asking.ask_every(caller, call)
    return asking.tell_every(caller, call, operation.status)
