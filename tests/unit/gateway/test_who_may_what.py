# SPDX-License-Identifier: EUPL-1.2
"""Every role asks every operation, of its own and of somebody else's: the table decides."""

from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from services.gateway.operations import Operation, operations
from shared.contracts.policy import BOUND_BY, OWNER_IN_PATH, PERSONS, POLICY
from tests.unit.gateway.conftest import Bearer, Behind
from tests.unit.gateway.issuing import Issuer

ISS, OTHER = "5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d", "0b8e7d0c-4a51-4f43-a2b5-5d1b0d0a7c11"
OWN = {"region": "AM36", "employer": ISS, "provider": ISS}
FOREIGN = {"region": "AM23", "employer": OTHER, "provider": OTHER}
GUARDED = [one for one in operations() if not one.public]
NO_TOKENS = ["Bearer", "Bearer ", "Basic bWU6c2VjcmV0", "bearer a.b.c", "a.b.c"]
REFUSED = {"/problems/not-for-this-role", "/problems/not-theirs"}


def path_of(operation: Operation, whose: dict[str, str]) -> str:
    """Fill the holes of a path: the owner with somebody, the rest as in its description."""
    owners = {name: whose[kind] for kind, name in OWNER_IN_PATH.get(operation.name, {}).items()}
    in_path = [one for one in operation.parameters if one.place == "path"]
    values = {one.name: owners.get(one.name, one.example) for one in in_path}
    return "/v1" + operation.path.format(**values)


def asked(http: Client, operation: Operation, path: str, headers: Any) -> TestResponse:  # noqa: ANN401
    body = {} if operation.body is None else {"json": {}}
    return http.open(path, method=operation.method, headers=headers, **body)


def refused(response: TestResponse) -> bool:
    body: Any = response.json if response.mimetype == "application/problem+json" else {}
    return response.status_code == 403 and body["type"] in REFUSED


@pytest.mark.parametrize("operation", GUARDED, ids=lambda one: one.name)
def test_a_role_does_what_the_table_grants_it_and_nothing_else(
    http: Client, behind: Behind, bearer: Bearer, operation: Operation
) -> None:
    for role in PERSONS:
        bound = BOUND_BY.get(role)
        headers = bearer(role, **({bound: OWN[bound]} if bound else {}))
        reach = POLICY[operation.name].get(role)
        own = asked(http, operation, path_of(operation, OWN), headers)
        assert refused(own) == (reach is None), (role, own.text)
        behind.calls.clear()
        foreign = asked(http, operation, path_of(operation, FOREIGN), headers)
        named = bound in OWNER_IN_PATH.get(operation.name, {})
        expected = reach is None or (reach == "own" and named)
        assert refused(foreign) == expected, (role, foreign.text)
        assert not (expected and behind.calls), role


@pytest.mark.parametrize("operation", operations(), ids=lambda one: one.name)
def test_nobody_is_let_in_without_a_token_but_to_read_the_description(
    http: Client, behind: Behind, operation: Operation
) -> None:
    response = asked(http, operation, path_of(operation, OWN), {"Authorization": ""})
    if operation.public:
        assert response.status_code == 200
    else:
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == 'Bearer realm="schakel"'
    assert behind.calls == []


@pytest.mark.parametrize(
    "said", ["Bearer", "Bearer ", "Basic bWU6c2VjcmV0", "bearer a.b.c", "a.b.c"]
)
def test_what_is_no_bearer_token_is_401_and_says_how_to_show_one(
    http: Client, behind: Behind, said: str
) -> None:
    response = http.get("/v1/agreements", headers={"Authorization": said})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith('Bearer realm="schakel"')
    assert behind.calls == []


def test_a_token_in_the_query_is_none(http: Client, behind: Behind, bearer: Bearer) -> None:
    token = bearer("auditor")["Authorization"].removeprefix("Bearer ")
    path = f"/v1/agreements?access_token={token}"
    assert http.get(path, headers={"Authorization": ""}).status_code == 401
    assert http.get(path).status_code == 400
    assert behind.calls == []


def test_a_role_can_be_claimed_by_no_header(http: Client, behind: Behind, bearer: Bearer) -> None:
    said = {"Schakel-Acting-As": "slw-coordinator", "X-Role": "slw-coordinator"}
    headers = {**bearer("ops"), **said}
    assert http.get("/v1/agreements", headers=headers).status_code == 403
    assert behind.calls == []


def test_a_path_that_is_not_there_is_404_for_everybody(http: Client) -> None:
    assert http.get("/v1/secrets", headers={"Authorization": ""}).status_code == 404


def test_the_issuer_away_is_503_and_never_401(
    http: Client,
    behind: Behind,
    bearer: Bearer,
    issuer: Issuer,
) -> None:
    issuer.away = True
    response = http.get("/v1/agreements", headers=bearer("auditor"))
    assert (response.status_code, behind.calls) == (503, [])
    assert "Retry-After" in response.headers
