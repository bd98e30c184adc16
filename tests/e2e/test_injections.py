# SPDX-License-Identifier: EUPL-1.2
"""A text is a text: kept and given back as it is, or refused; never run, and never our failure."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from services.gateway.openapi import document
from services.gateway.operations import Operation, operations
from services.gateway.problems import HEADERS
from shared.contracts.topology import SERVICES
from tests.e2e.books import Books
from tests.e2e.door import Door
from tests.e2e.story import ZWOLLE, Given
from tests.payloads import MARK, PAYLOADS, Bodies, filled, texts
from tests.servers import RunningStack

pytestmark = pytest.mark.nightly
Json = dict[str, Any]
NOBODY = "00000000-0000-4000-8000-000000000000"
DOCUMENT = document()
OPERATIONS = [one for one in operations() if one.name != "follow_events"]
WITH_BODY = [one for one in OPERATIONS if one.body is not None]
WITH_HOLES = [one for one in OPERATIONS if "{" in one.path or one.query]
OF_EVERY_ANSWER = {
    *(name.lower() for name in HEADERS),
    *("content-type", "content-length", "date", "etag", "location", "retry-after"),
    *("ratelimit", "ratelimit-policy", "vary", "allow", "www-authenticate"),
    *("connection", "keep-alive"),
}
IN_AN_ADDRESS = ("sql", "line ends", "nul", "path", "unicode", "long")
# Bytes that HTTP allows in a header, and some that make sense in none.
ODD = (b"", b"'", b'"', b"\xff\xfe", b"${jndi:ldap://x}", b"%0d%0aX: y", b"a" * 4_000, b",;\t,=")
READ = ("Authorization", "If-Match", "Idempotency-Key", "traceparent", "Cookie", "Origin")
ALSO_READ = ("Schakel-CSRF", "X-Forwarded-For", "Accept", "Content-Type", "Host", "Expect")


def path_of(operation: Operation, known: Mapping[str, str]) -> str:
    """Fill the path with what is there, else with what is not."""
    root = operation.path.split("/")[1]
    holes = {
        "id": known.get(root, NOBODY),
        "employerId": known["employerId"],
        "code": ZWOLLE,
        "region": ZWOLLE,
        "n": "1",
        "sector": "zorg",
        "name": "WSP Parkstad",
        "letter": "regions-1",
        "job": "regions-1",
    }
    return re.sub(r"\{(\w+)\}", lambda hole: quote(holes[hole[1]]), operation.path)


def judged(answer: httpx.Response, payload: str, what: str) -> None:
    """Hold an answer to this: not our failure, and the text as it was or not at all."""
    assert answer.status_code < 500, f"{what}: {answer.status_code}: {answer.text}"
    assert set(answer.headers.keys()) <= OF_EVERY_ANSWER, f"{what}: {answer.headers}"
    if not answer.content or not answer.is_success:
        return
    assert answer.headers["Content-Type"] == "application/json"
    changed = [one for one in texts(answer.json()) if MARK in one and one != payload]
    assert changed == [], what


@pytest.fixture(scope="module")
def known(stack: RunningStack) -> dict[str, str]:
    """Give an employer and a draft that are really there, by path and by field."""
    with Door(stack.base_url, stack.tokens) as opened:
        draft = Given(opened).draft({ZWOLLE})
    employer, agreement = draft.employer_id, draft.id
    return {
        "employers": employer,
        "employerId": employer,
        "agreements": agreement,
        "agreementId": agreement,
    }


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda one: one.name)
def test_every_text_of_a_body_is_kept_as_it_is_or_refused(
    door: Door, known: dict[str, str], operation: Operation
) -> None:
    described = DOCUMENT["paths"][operation.path][operation.method.lower()]
    [content] = described["requestBody"]["content"].values()
    path = path_of(operation, known)
    for where, body in Bodies(DOCUMENT, known).with_text(content["schema"]):
        for name, payload in PAYLOADS.items():
            etag = '"1"' if operation.versioned else None
            answer = door.ask(operation.method, path, filled(body, payload), etag=etag)
            judged(answer, payload, f"{operation.name} {where}: {name}")


@pytest.mark.parametrize("operation", WITH_HOLES, ids=lambda one: one.name)
def test_every_text_of_a_path_and_a_query_is_a_text(
    door: Door, known: dict[str, str], operation: Operation
) -> None:
    plain = path_of(operation, known)
    holes = [hole for hole in operation.path.split("/") if hole.startswith("{")]
    for name in IN_AN_ADDRESS:
        payload = PAYLOADS[name]
        said = quote(payload[:1_000], safe="")
        asked = [f"{plain}?{one.name}={said}" for one in operation.query]
        asked += [path_of_hole(operation, hole, said, known) for hole in holes]
        for path in asked:
            body = {} if operation.body else None
            answer = door.ask(operation.method, path, body, etag='"1"')
            judged(answer, payload, f"{operation.name} {path[:80]}: {name}")


def path_of_hole(operation: Operation, hole: str, said: str, known: Mapping[str, str]) -> str:
    """Fill one hole of a path with a payload, and the others as usual."""
    parts = zip(operation.path.split("/"), path_of(operation, known).split("/"), strict=True)
    return "/".join(said if pattern == hole else usual for pattern, usual in parts)


@pytest.mark.parametrize("header", [*READ, *ALSO_READ])
def test_odd_headers_are_read_or_refused(door: Door, header: str) -> None:
    with httpx.Client(base_url=f"{door.url}/v1", auth=door.auth) as client:
        for value in ODD:
            for method, path, content in (
                ("GET", "/employers", None),
                ("POST", "/employers", b'{"name": ""}'),
            ):
                headers = [(header.encode(), value), (b"X-Beside", b"1")]
                answer = client.request(method, path, content=content, headers=headers)
                assert answer.status_code < 500, f"{header}: {value!r}: {answer.text}"


def test_afterwards_every_table_is_there_and_every_list_answers(door: Door, books: Books) -> None:
    assert books.stored_and_sent()
    for path in ("/employers", "/agreements", "/placements", "/regions", "/support-providers"):
        assert door.ask("GET", path).status_code == 200
    assert door.get("/operations/deliveries", pageSize=1)["unanswered"] == []
    assert len(SERVICES) == 5
