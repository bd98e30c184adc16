# SPDX-License-Identifier: EUPL-1.2
"""Reads a request into a call, or says everything that is wrong with it at once."""

import json
import re
import secrets
import time
import uuid
from collections import Counter
from typing import Any, NoReturn
from urllib.parse import parse_qsl, unquote

from werkzeug.wrappers import Request

from services.gateway.clients import address_of
from services.gateway.identity import Token
from services.gateway.operations import Operation
from services.gateway.parameters import Value
from services.gateway.problems import INVALID, NO_VERSION, NOT_JSON, OF_HTTP, Denied, Refused
from shared.contracts.policy import OwnerRefused, RoleRefused, admit
from shared.runtime import Fault, Faults, Json, load, tracing
from shared.runtime.audit import aggregate_of
from shared.runtime.problems import NOT_FOR_THIS_ROLE, NOT_THEIRS

KEY = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)
REVISION = re.compile(r'"([0-9]{1,9})"', re.ASCII)
TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}", re.ASCII)
TRACE = "schakel.traceparent"
DEPTH = 32
# The largest body that makes sense has a thousand names; each value costs time to judge.
VALUES = 5_000

Params = dict[str, Value]


def segments_of(request: Request) -> tuple[str, ...]:
    """Cut the path at its slashes before decoding it: an encoded slash is no slash."""
    raw = request.environ.get("RAW_PATH_INFO") or request.path
    return tuple(unquote(segment, errors="replace") for segment in raw.split("/"))


def call_of(
    request: Request, operation: Operation, texts: dict[str, str], who: Token | None, seconds: float
) -> Json:
    """Read a request into the call of its operation; `seconds` is how long it may take.

    Nobody needs to be known for what is public. Raises Refused for who may not, and then with
    every fault of path, query, headers and body together.
    """
    params, faults = _params(request, operation, texts)
    call = {
        "operation": operation.name,
        "params": params,
        "body": None,
        "principal": who.principal() if who else None,
        "ifMatch": None,
        "idempotencyKey": "",
        "deadline": time.time() + seconds,
        "traceparent": traceparent_of(request),
        "origin": address_of(request),
        "aggregate": aggregate_of(_named(operation, params)),
    }
    if who is not None:
        _admit(operation, who, call)
    revision, more = _revision(request, operation)
    key, yet_more = _key(request)
    body, most = _body(request, operation)
    faults += more + yet_more + most
    if faults:
        raise Refused(INVALID, "see errors", faults)
    if operation.versioned and revision is None:
        raise Refused(NO_VERSION, "send If-Match with the ETag that you read")
    return call | {"body": body, "ifMatch": revision, "idempotencyKey": key}


def _named(operation: Operation, params: Params) -> list[str]:
    """Give the holes of a path as they are filled, each behind what it is one of."""
    parts = operation.segments
    filled = [n for n, part in enumerate(parts) if part.startswith("{") and part[1:-1] in params]
    return [text for n in filled for text in (parts[n - 1], str(params[parts[n][1:-1]]))]


def _admit(operation: Operation, who: Token, call: Json) -> None:
    try:
        admit(operation.name, who.role, who.scope, call["params"])
    except RoleRefused as error:
        raise Denied(NOT_FOR_THIS_ROLE, str(error), operation.service, call) from error
    except OwnerRefused as error:
        raise Denied(NOT_THEIRS, str(error), operation.service, call) from error


def traceparent_of(request: Request) -> str:
    """Give the trace of a request: as it is recorded here, or as the client names it, or a new one.

    Whether it is recorded is never the client's choice: where this gateway records nothing, no
    service behind it does.
    """
    if TRACE not in request.environ:
        said = trace_said(request) or f"00-{uuid.uuid4().hex}-{secrets.token_hex(8)}-00"
        request.environ[TRACE] = tracing.traceparent() or f"{said[:-2]}00"
    traceparent: str = request.environ[TRACE]
    return traceparent


def trace_said(request: Request) -> str | None:
    """Give the trace that the client names, where it is a valid one."""
    said = request.headers.get("Traceparent", "")
    return said if TRACEPARENT.fullmatch(said) else None


def _params(
    request: Request, operation: Operation, texts: dict[str, str]
) -> tuple[Params, list[Fault]]:
    pairs = _query(request)
    counts = Counter(name for name, _ in pairs)
    given = {**dict(pairs), **texts}
    known = {parameter.name: parameter for parameter in operation.parameters}
    query = {parameter.name for parameter in operation.query}
    faults = [
        Fault(name, "is not a parameter of this operation", "unknown", "query")
        for name in counts
        if name not in query
    ]
    faults += [
        Fault(name, "is given more than once", "repeated", "query")
        for name, count in counts.items()
        if count > 1 and name in query
    ]
    params: Params = {p.name: p.default for p in known.values() if p.default is not None}
    for name, parameter in known.items():
        if name not in given:
            continue
        try:
            params[name] = parameter.read(given[name])
        except ValueError as error:
            faults.append(Fault(name, str(error), "invalid", parameter.place))
    return params, faults


def _query(request: Request) -> list[tuple[str, str]]:
    text = request.environ.get("QUERY_STRING", "")
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError as error:
        raise Refused(OF_HTTP[400], f"the query cannot be read: {error}") from error


def _revision(request: Request, operation: Operation) -> tuple[int | None, list[Fault]]:
    said = request.headers.get("If-Match")
    if said is None or operation.effect not in {"changes", "sets"}:
        return None, []
    found = REVISION.fullmatch(said.strip())
    if found is None:
        detail = 'must be one ETag as this API gives it, such as "3"'
        return None, [Fault("If-Match", detail, "invalid", "header")]
    return int(found[1]), []


def _key(request: Request) -> tuple[str, list[Fault]]:
    said = request.headers.get("Idempotency-Key")
    if said is None:
        return str(uuid.uuid4()), []
    if not KEY.fullmatch(said):
        detail = "must be 1 to 255 visible characters of ASCII"
        return "", [Fault("Idempotency-Key", detail, "invalid", "header")]
    return said, []


def _body(request: Request, operation: Operation) -> tuple[Any, list[Fault]]:
    raw = request.get_data()
    if operation.body is None:
        if raw:
            return None, [Fault("", "this operation takes no body", "unknown")]
        return None, []
    if raw and request.mimetype != "application/json":
        raise Refused(NOT_JSON, f"the body came as {request.mimetype or 'nothing named'}")
    try:
        body = _json(raw) if raw else None
        if raw and body is None:
            # No body at all leaves everything out; a body that is nothing says nothing.
            raise Faults([Fault("", "Invalid input type.")])  # noqa: TRY301 - one way out
        load(operation.body(), body)
    except Faults as refused:
        return None, list(refused.faults)
    return body, []


def _json(raw: bytes) -> Any:  # noqa: ANN401 - whatever came in from outside
    """Read JSON as I-JSON (RFC 7493) has it: UTF-8, no key twice, no NaN; not too deep or much."""
    try:
        body = json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_never)
        json.dumps(body, ensure_ascii=False).encode("utf-8")
        if _values(body, DEPTH) > VALUES:
            raise ValueError(f"more than {VALUES} values")  # noqa: TRY301 - one way out
    except (ValueError, RecursionError) as error:
        detail = "too deep" if isinstance(error, RecursionError) else str(error)
        raise Faults([Fault("", f"is not valid JSON: {detail}", "malformed")]) from error
    return body


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for name, n in Counter(name for name, _ in pairs).items() if n > 1)
        raise ValueError(f"{json.dumps(twice)} stands twice in one object")
    return found


def _never(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _values(value: Any, left: int) -> int:  # noqa: ANN401
    if left == 0:
        raise ValueError(f"deeper than {DEPTH} levels")
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(_values(one, left - 1) for one in inner)
