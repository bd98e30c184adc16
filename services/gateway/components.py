# SPDX-License-Identifier: EUPL-1.2
"""What all operations of the description share: the headers of answers, and every refusal."""

from collections.abc import Mapping
from http import HTTPStatus

from apispec import APISpec

from services.gateway.problems import API_VERSION, PASSING, PROBLEM
from shared.runtime import Json

PROBLEMS = {
    400: ("InvalidRequest", "The request is not valid; `errors` has every reason."),
    401: ("NoToken", "There is no token, or not a good one; `WWW-Authenticate` says which."),
    403: ("NotAllowed", "That role may not, or it belongs to somebody else."),
    404: ("NotFound", "There is nothing by that name."),
    409: ("Refused", "The rules do not allow it as things stand."),
    412: ("StaleVersion", "Somebody changed it meanwhile; read it again."),
    413: ("TooLarge", "The body is larger than 1 MiB."),
    415: ("NotJson", "The body is not application/json."),
    422: ("KeyReused", "The Idempotency-Key was used with another request."),
    428: ("VersionRequired", "If-Match is required."),
    429: ("TooOften", "You ask too often; wait as long as `Retry-After` says."),
    500: ("OurFault", "Something is wrong on our side; nothing was changed."),
    503: ("Unavailable", "The service cannot be reached; try again."),
    504: ("TooLate", "The service did not answer in time; try again with the same key."),
}
FAULT_EXAMPLE = {
    "in": "body",
    "location": {"pointer": "/participants/0"},
    "code": "invalid",
    "detail": "AM99 is not a labour-market region (unknown code)",
}
OF_EVERY_ANSWER: Mapping[str, str] = {
    name: name for name in ("API-Version", "RateLimit", "RateLimit-Policy")
}
PROBLEM_SCHEMA: Json = {
    "type": "object",
    "description": "A refusal, as RFC 9457 has it.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri-reference"},
        "errors": {
            "type": "array",
            "description": "Every fault of the request.",
            "items": {
                "type": "object",
                "required": ["in", "location", "code", "detail"],
                "properties": {
                    "in": {"type": "string", "enum": ["body", "path", "query", "header"]},
                    "location": {
                        "type": "object",
                        "description": "A JSON pointer in the body, or the name of a parameter.",
                        "properties": {
                            "pointer": {"type": "string"},
                            "name": {"type": "string"},
                        },
                    },
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


def add_headers(spec: APISpec) -> None:
    """Describe the headers that answers carry."""
    for name, says, example in (
        ("API-Version", "The full version of this API.", API_VERSION),
        ("ETag", "The revision, for If-Match.", '"3"'),
        (
            "Location",
            "Where it can be read.",
            "/v1/agreements/5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d",
        ),
        ("RateLimit", "What is left, and for how many seconds.", '"caller";r=1999;t=10'),
        ("RateLimit-Policy", "How much one may ask in how many seconds.", '"caller";q=2000;w=10'),
        ("Retry-After", "Seconds to wait before trying again.", "2"),
        ("WWW-Authenticate", "How to show who asks, and what was wrong.", 'Bearer realm="schakel"'),
    ):
        header = {"description": says, "schema": {"type": "string"}, "example": example}
        spec.components.header(name, header)


def add_problems(spec: APISpec) -> None:
    """Describe what is refused, each with an example."""
    spec.components.schema("Problem", PROBLEM_SCHEMA)
    for status, (name, says) in PROBLEMS.items():
        headers = dict(OF_EVERY_ANSWER)
        if status in PASSING:
            headers["Retry-After"] = "Retry-After"
        if status == HTTPStatus.UNAUTHORIZED:
            headers["WWW-Authenticate"] = "WWW-Authenticate"
        example: Json = {
            "type": f"/problems/{_kebab(name)}",
            "title": says,
            "status": status,
            "detail": says,
            "instance": "/v1/agreements",
        }
        if name == "InvalidRequest":
            example["errors"] = [FAULT_EXAMPLE]
        content = {PROBLEM: {"schema": "Problem", "example": example}}
        spec.components.response(
            name, {"description": says, "headers": headers, "content": content}
        )


def _kebab(name: str) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")
