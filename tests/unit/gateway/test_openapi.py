# SPDX-License-Identifier: EUPL-1.2
"""The description says of every operation what the door does."""

import json
from typing import Any

import pytest
from werkzeug.test import Client

from services.gateway import openapi
from services.gateway.operations import Operation, operations
from shared.contracts.registry import examples

DOCUMENT: Any = openapi.document()


def described(operation: Operation) -> Any:  # noqa: ANN401 - any JSON
    return DOCUMENT["paths"][operation.path][operation.method.lower()]


def test_the_published_description_is_the_one_that_was_made(http: Client) -> None:
    assert http.get("/v1/openapi.json").json == DOCUMENT


@pytest.mark.parametrize("operation", operations(), ids=lambda one: one.name)
def test_an_operation_is_described_whole(operation: Operation) -> None:
    found = described(operation)
    taken = {(one["in"], one["name"]) for one in found["parameters"]}
    assert {(one.place, one.name) for one in operation.parameters} <= taken
    assert (("header", "If-Match") in taken) == (operation.effect in {"changes", "sets"})
    assert (("header", "Idempotency-Key") in taken) == (operation.effect != "reads")
    assert ("requestBody" in found) == (operation.body is not None)
    assert {str(operation.status), "400", "500"} <= set(found["responses"])


@pytest.mark.parametrize("operation", operations(), ids=lambda one: one.name)
def test_every_refusal_is_a_problem(operation: Operation) -> None:
    for status, response in described(operation)["responses"].items():
        if status >= "400":
            name = response["$ref"].rsplit("/", 1)[1]
            content = DOCUMENT["components"]["responses"][name]["content"]
            assert set(content) == {"application/problem+json"}


def test_the_example_of_a_hint_is_the_one_of_the_contract() -> None:
    content = DOCUMENT["paths"]["/events"]["get"]["responses"]["200"]["content"]
    _id, event, data, *_end = content["text/event-stream"]["example"].split("\n")
    assert event == "event: hint"
    assert json.loads(data.removeprefix("data: ")) == examples()["hint.v1"]["data"]


def test_every_domain_operation_has_shapes() -> None:
    for operation in operations():
        if operation.service != "gateway":
            assert operation.answer is not None, operation.name
        if operation.method in {"POST", "PUT", "PATCH"}:
            assert operation.body is not None, operation.name


def test_every_reference_leads_somewhere() -> None:
    def references(of: object) -> list[str]:
        if isinstance(of, dict):
            own = [of["$ref"]] if "$ref" in of else []
            return own + [one for value in of.values() for one in references(value)]
        return [one for value in of for one in references(value)] if isinstance(of, list) else []

    for reference in set(references(DOCUMENT)):
        place = DOCUMENT
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]
