# SPDX-License-Identifier: EUPL-1.2
"""A request may name the role that asks, outside production; a wrong one is refused by name."""

from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from services.gateway import acting
from shared.runtime.config import read_settings
from tests.unit.gateway.conftest import Behind

ID = "5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d"


def ask(http: Client, said: str, path: str = "/v1/agreements") -> TestResponse:
    return http.get(path, headers={"Schakel-Acting-As": said})


def test_without_a_role_an_operation_is_asked_in_its_first_role(
    http: Client, behind: Behind
) -> None:
    http.get("/v1/agreements")
    http.get("/v1/regions")

    assert [call["principal"]["role"] for _, call in behind.calls] == [
        "slw-coordinator",
        "wsp-manager",
    ]
    assert [call["principal"]["scope"] for _, call in behind.calls] == [{}, {}]


@pytest.mark.parametrize(
    ("said", "role", "scope"),
    [
        ("wsp-officer; region=AM23", "wsp-officer", {"region": "AM23"}),
        (
            "wsp-manager;region=AM30; organisation=WSP Parkstad",
            "wsp-manager",
            {"region": "AM30", "organisation": "WSP Parkstad"},
        ),
        (f"employer; employer={ID}", "employer", {"employer": ID}),
        (f"support-provider; provider={ID}", "support-provider", {"provider": ID}),
        ("ops", "ops", {}),
    ],
)
def test_role_that_is_named_asks_within_its_bounds(
    http: Client, behind: Behind, said: str, role: str, scope: dict[str, str]
) -> None:
    assert ask(http, said).status_code == 200

    assert behind.calls[0][1]["principal"] == {"subject": "local", "role": role, "scope": scope}


@pytest.mark.parametrize(
    "said",
    [
        "",
        "system",
        "director",
        "wsp-officer; region=AM04",
        "wsp-officer; region=AM23; region=AM36",
        "wsp-officer; employer=" + ID,
        "slw-coordinator; region=AM23",
        "employer; employer=ISS",
        "wsp-officer; region",
        "wsp-officer; ",
    ],
)
def test_role_that_cannot_be_is_a_fault_of_the_request(
    http: Client, behind: Behind, said: str
) -> None:
    response = ask(http, said)
    body: Any = response.json

    assert response.status_code == 400
    assert {fault["location"]["name"] for fault in body["errors"]} == {"Schakel-Acting-As"}
    assert behind.calls == []


def test_role_that_an_operation_is_not_for_is_refused(http: Client, behind: Behind) -> None:
    said = {"Schakel-Acting-As": "employer"}
    response = http.post(
        f"/v1/agreements/{ID}/suspensions",
        json={"reason": "Overleg"},
        headers={**said, "If-Match": '"3"'},
    )
    body: Any = response.json

    assert (response.status_code, body["type"]) == (403, "/problems/not-for-this-role")
    assert behind.calls == []


def test_production_takes_nobody_s_word(
    http: Client, behind: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = read_settings({"SCHAKEL_ENV": "production"})
    monkeypatch.setattr(acting, "settings", lambda: live)
    response = ask(http, "slw-coordinator")
    body: Any = response.json

    assert (response.status_code, body["type"]) == (403, "/problems/acting-as-refused")
    assert behind.calls == []
