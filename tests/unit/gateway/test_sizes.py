# SPDX-License-Identifier: EUPL-1.2
"""A request of a megabyte must not cost seconds, nor ask for an answer that has no end."""

import json

import pytest
from werkzeug.test import Client

from services.gateway.operations import operations
from services.gateway.requests import VALUES
from shared.runtime.problems import FAULTS_TOLD
from tests.unit.gateway.conftest import Behind

FULL = 1 << 20
BODIES = sorted({operation.path for operation in operations() if operation.body is not None})


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
