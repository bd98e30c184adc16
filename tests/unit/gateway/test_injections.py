# SPDX-License-Identifier: EUPL-1.2
"""A text is a text at the door: passed on as it is, or refused; nothing of it runs there."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from werkzeug.test import Client, TestResponse

from services.gateway.openapi import document
from services.gateway.operations import Operation, operations
from shared.contracts.topology import SERVICES
from tests.payloads import MARK, PAYLOADS, Bodies, filled, texts
from tests.unit.gateway.conftest import Behind

Json = dict[str, Any]
DOCUMENT = document()
WITH_BODY = [one for one in operations() if one.body is not None]
WITH_HOLES = [one for one in operations() if "{" in one.path or one.query]
USUAL = {"code": "AM36", "region": "AM36", "n": "1", "sector": "zorg", "name": "WSP Parkstad"}
NUMBERED = {"letter": "regions-1", "job": "regions-1"}
NOBODY = "00000000-0000-4000-8000-000000000000"
HEADERS = {"If-Match": '"1"'}


@pytest.fixture
def echo(behind: Behind, http: Client) -> Client:
    """Give a client of a door behind which everybody answers with what was said."""
    for service in SERVICES:
        behind.replies[service] = lambda wire: {
            "status": 200,
            "body": {"id": 1, "items": [], "total": 0, "said": wire["body"], **wire["params"]},
        }
    return http


def path_of(operation: Operation, hole: str = "", said: str = "") -> str:
    """Fill the holes of a path, one of them with something said."""
    usual = {**USUAL, **NUMBERED, hole: said}
    return "/v1" + re.sub(
        r"\{(\w+)\}", lambda found: usual.get(found[1], NOBODY), operation.path
    ).replace(" ", "%20")


def judged(answer: TestResponse, plain: TestResponse, payload: str) -> None:
    """Hold an answer to this: not our failure, no header of its own, the text as it was."""
    assert answer.status_code < 500
    assert "Set-Cookie" not in answer.headers
    assert "X-Injected" not in answer.headers
    assert not any(MARK in value for _, value in answer.headers)
    if answer.status_code < 400 and answer.json is not None:
        assert plain.mimetype == answer.mimetype == "application/json"
        assert [one for one in texts(answer.json) if MARK in one and one != payload] == []


def bodies(operation: Operation) -> list[tuple[str, Json]]:
    """Give a body for each free text of an operation."""
    described = DOCUMENT["paths"][operation.path][operation.method.lower()]
    [content] = described["requestBody"]["content"].values()
    return list(Bodies(DOCUMENT, {}).with_text(content["schema"]))


def test_there_is_a_text_to_try_in_nearly_every_body() -> None:
    without = [one.name for one in WITH_BODY if not bodies(one)]
    assert len(without) < len(WITH_BODY) // 5, without


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda one: one.name)
def test_every_text_of_a_body_is_passed_on_as_it_is_or_refused(
    echo: Client, behind: Behind, operation: Operation
) -> None:
    path = path_of(operation)
    for where, body in bodies(operation):
        plain = echo.open(path, method=operation.method, json=filled(body, "x"), headers=HEADERS)
        for payload in PAYLOADS.values():
            behind.calls.clear()
            sent = filled(body, payload)
            answer = echo.open(path, method=operation.method, json=sent, headers=HEADERS)
            judged(answer, plain, payload)
            assert all(call["body"] == sent for _, call in behind.calls), where


@pytest.mark.parametrize("operation", WITH_HOLES, ids=lambda one: one.name)
def test_every_text_of_a_path_and_a_query_is_passed_on_as_it_is_or_refused(
    echo: Client, operation: Operation
) -> None:
    holes = re.findall(r"\{(\w+)\}", operation.path)
    body = {"json": {}} if operation.body else {}
    plain = echo.open(path_of(operation), method=operation.method, headers=HEADERS, **body)
    for payload in PAYLOADS.values():
        said = quote(payload[:1_000], safe="")
        asked = [f"{path_of(operation)}?{one.name}={said}" for one in operation.query]
        asked += [path_of(operation, hole, said) for hole in holes]
        for path in asked:
            answer = echo.open(path, method=operation.method, headers=HEADERS, **body)
            judged(answer, plain, payload)
