# SPDX-License-Identifier: EUPL-1.2
"""The description of this API in OpenAPI 3.1, made from the table that also routes."""

import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import orjson
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from werkzeug.wrappers import Response

from services.gateway import live
from services.gateway.components import OF_EVERY_ANSWER, PROBLEMS, add_headers, add_problems
from services.gateway.operations import Operation, operations
from services.gateway.problems import API_VERSION, JSON, dressed
from services.gateway.table import GATEWAY, PREFIX
from shared.contracts import registry
from shared.runtime import Json

DESCRIPTION = """\
Schakel carries every state of a national placement agreement to every labour-market region that
takes part in it, and shows per region what was sent, received and held.

Follows the Dutch API Design Rules. What changes something takes `If-Match` with the `ETag` that
was read, and `Idempotency-Key`: the same key with the same request gets the same answer again.
All faults of a request come at once, as `application/problem+json`. Every request but the one for
this description shows a bearer token; its role decides what it may do.
"""
# Whoever runs Schakel puts its own desk here; these names belong to nobody (RFC 2606).
CONTACT = {
    "name": "Schakel",
    "email": "schakel@example.org",
    "url": "https://example.org/schakel",
}
LICENCE = {"name": "EUPL-1.2", "identifier": "EUPL-1.2"}
TAGS = {
    "employers": "National employers and their one national contact.",
    "agreements": "Agreements, their versions and participants, and the ledger of deliveries.",
    "regions": "The 35 labour-market regions: what each holds, decides, and whom to turn to.",
    "placements": "Places offered, and what became of each.",
    "providers": "Support providers, and requests for support.",
    "operations": "What is open or could not be applied, in every service.",
    "gateway": "This description, and live hints.",
}
BEARER = "bearer"
BEARER_SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "A token of the issuer, for this audience, with a role and what it is bound to.",
}
WRITES = frozenset({"creates", "changes", "sets", "submits"})
VERSIONED = frozenset({"changes", "sets"})


def published() -> Response:
    """Answer with the description; the API Design Rules let every origin read it."""
    response = dressed(Response(_text(), mimetype=JSON))
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@cache
def _text() -> bytes:
    return orjson.dumps(document())


def document() -> Json:
    """Describe every operation of the table."""
    spec = APISpec(
        title="Schakel",
        version=API_VERSION,
        openapi_version="3.1.0",
        info={"description": DESCRIPTION, "contact": CONTACT, "license": LICENCE},
        servers=[{"url": PREFIX, "description": "This gateway"}],
        tags=[{"name": name, "description": says} for name, says in TAGS.items()],
        plugins=[MarshmallowPlugin(schema_name_resolver=_name)],
    )
    add_headers(spec)
    add_problems(spec)
    spec.components.security_scheme(BEARER, BEARER_SCHEME)
    for operation in operations():
        by_method = {operation.method.lower(): _described(operation)}
        spec.path(path=operation.path, operations=by_method)
    described: Json = spec.to_dict()
    return described


def _name(schema: Any) -> str:  # noqa: ANN401 - a class, an instance or a name, says apispec
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__


def _described(operation: Operation) -> Json:
    described: Json = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": inspect.getdoc(operation.body or operation.answer) or operation.summary,
        "tags": [operation.service if operation.service in TAGS else "operations"],
        "parameters": [*_parameters(operation), *_headers_taken(operation)],
        "responses": {str(operation.status): _success(operation), **_refusals(operation)},
        "security": [] if operation.public else [{BEARER: []}],
    }
    if operation.body is not None:
        needed = any(field.required for field in operation.body().fields.values())
        content = {JSON: {"schema": operation.body}}
        described["requestBody"] = {"required": needed, "content": content}
    return described


def _parameters(operation: Operation) -> Iterator[Json]:
    for parameter in operation.parameters:
        yield {
            "name": parameter.name,
            "in": parameter.place,
            "required": parameter.place == "path",
            "description": parameter.description,
            "schema": parameter.schema(),
            "example": parameter.example,
        }


def _headers_taken(operation: Operation) -> Iterator[Json]:
    if operation.effect in VERSIONED:
        yield {
            "name": "If-Match",
            "in": "header",
            "required": operation.versioned,
            "description": "The ETag that was read; of no use while there is nothing to replace.",
            "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
            "example": '"3"',
        }
    if operation.effect in WRITES:
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "Names this request, so that sending it again changes nothing more.",
            "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
            "example": "0b8e7d0c-4a51-4f43-a2b5-5d1b0d0a7c11",
        }
    if operation.service != GATEWAY:
        yield {
            "name": "traceparent",
            "in": "header",
            "required": False,
            "description": "Trace context of W3C; a new trace begins without it.",
            "schema": {"type": "string"},
            "example": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        }


def _success(operation: Operation) -> Json:
    headers: Json = dict(OF_EVERY_ANSWER)
    if operation.answer is not None and "revision" in operation.answer().fields:
        headers["ETag"] = "ETag"
    if operation.effect == "creates":
        headers["Location"] = "Location"
    content: Json = {}
    if operation.answer is not None:
        content = {JSON: {"schema": operation.answer}}
    elif operation.name == "follow_events":
        example = live.event(1, registry.examples()["hint.v1"]["data"]).decode()
        content = {"text/event-stream": {"schema": {"type": "string"}, "example": example}}
    elif operation.name == "get_openapi":
        content = {JSON: {"schema": {"type": "object"}}}
    return {"description": operation.summary, "headers": headers, "content": content}


def _refusals(operation: Operation) -> Mapping[str, str]:
    statuses = {400, 429, 500}
    if not operation.public:
        statuses |= {401, 403, 503}
    if operation.service != GATEWAY:
        statuses |= {503, 504}
    if any(parameter.place == "path" for parameter in operation.parameters):
        statuses.add(404)
    if operation.effect in WRITES:
        statuses |= {409, 413, 415, 422}
    if operation.effect in VERSIONED:
        statuses |= {412, 428}
    return {str(status): PROBLEMS[status][0] for status in sorted(statuses)}


if __name__ == "__main__":
    sys.stdout.buffer.write(_text())
