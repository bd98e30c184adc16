# SPDX-License-Identifier: EUPL-1.2
"""A request of a megabyte must not cost seconds, nor ask for an answer that has no end."""

import json
import time
from collections.abc import Iterator

import pytest
from marshmallow import Schema
from werkzeug.test import Client

from services.gateway.operations import Operation, operations
from services.gateway.requests import VALUES
from shared.runtime import Faults, load
from shared.runtime.problems import FAULTS_TOLD
from tests.unit.gateway.conftest import Behind

FULL = 1 << 20


@pytest.mark.parametrize(
    "body",
    [
        {"targetGroups": ["x"] * 180_000},
        {"targetGroups": ["ww"] * 180_000},
        {f"field{number}": number for number in range(55_000)},
        {"guidance": [[["x"]]] * 90_000},
    ],
    ids=["wrong codes", "one code often", "many fields", "deep"],
)
def test_a_body_of_very_many_values_is_refused_unjudged(
    http: Client, behind: Behind, body: object
) -> None:
    raw = json.dumps(body).encode()
    assert FULL / 2 < len(raw) < FULL * 1.1
    response = http.post("/v1/agreements", data=raw, content_type="application/json")

    assert response.status_code == 400
    assert response.json is not None
    [fault] = response.json["errors"]
    assert fault["code"] == "malformed"
    assert behind.calls == []


def test_the_faults_that_are_told_have_an_end(http: Client) -> None:
    body = {"targetGroups": ["x"] * (VALUES - 10)}
    response = http.post("/v1/agreements", json=body)

    assert response.status_code == 400
    assert response.json is not None
    assert len(response.json["errors"]) == FAULTS_TOLD
    assert f"the first {FAULTS_TOLD} of" in response.json["detail"]
    assert len(response.data) < 50_000


def test_the_largest_request_that_makes_sense_is_judged(http: Client) -> None:
    letters = [f"regions-{number}" for number in range(1_000)]
    body = {"letters": letters, "reason": "Na een herstel", "by": "beheer"}
    response = http.post("/v1/operations/dead-letters/replays", json=body)

    assert response.json is not None
    assert "malformed" not in response.text


# Nine digits begin at every other place of it: as dear to read as a text can be.
DEAR = "1 2 3 4 5 6 7 8 0 "


def texts_of(schema: Schema) -> Iterator[tuple[str, object]]:
    """Give for each field a value that holds a megabyte, or as many short ones as are taken."""
    for name, field in schema.fields.items():
        key = field.data_key or name
        yield key, DEAR * (FULL // len(DEAR))
        yield key, [DEAR * 11] * (VALUES - 50)
        yield key, [DEAR * (FULL // len(DEAR))]


@pytest.mark.parametrize(
    "operation", [one for one in operations() if one.body], ids=lambda one: one.name
)
def test_no_text_is_read_that_is_too_long_to_be_taken(operation: Operation) -> None:
    assert operation.body is not None
    for key, value in texts_of(operation.body()):
        began = time.process_time()
        with pytest.raises(Faults):
            load(operation.body(), {key: value})
        # Read before it was measured, it took many times as long.
        assert time.process_time() - began < 2, f"{key}: {str(value)[:20]}"
