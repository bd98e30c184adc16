# SPDX-License-Identifier: EUPL-1.2
"""What the door refuses somebody known is told to the service that was meant; nothing else is."""

import pytest
from werkzeug.test import Client

from shared.runtime import ServiceUnavailable
from tests.unit.gateway.conftest import Bearer, Behind

ID = "5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d"
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"


def test_the_service_is_told_who_tried_what_and_never_with_which_body(
    http: Client, behind: Behind, bearer: Bearer
) -> None:
    headers = {**bearer("wsp-officer", region="AM36"), "If-Match": '"3"', "traceparent": TRACE}

    answer = http.post(f"/v1/agreements/{ID}/suspensions", json={"reason": "x"}, headers=headers)

    assert answer.status_code == 403
    assert behind.calls == []
    [(service, wire)] = behind.denied
    assert service == "agreements"
    assert wire["refused"]["problem"]["type"] == "/problems/not-for-this-role"
    told = {name: wire[name] for name in ("operation", "body", "aggregate", "traceparent")}
    assert told == {
        "operation": "suspend_agreement",
        "body": None,
        "aggregate": f"agreement/{ID}",
        "traceparent": TRACE,
    }
    assert wire["principal"]["role"] == "wsp-officer"


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/operations/audit", "agreements"),
        ("/operations/audit?service=regions", "regions"),
        ("/operations/dead-letters/providers-17", "providers"),
        ("/regions/AM23/desk", "regions"),
    ],
)
def test_each_refusal_is_told_where_it_was_meant(
    path: str, service: str, http: Client, behind: Behind, bearer: Bearer
) -> None:
    answer = http.get(f"/v1{path}", headers=bearer("wsp-officer", region="AM36"))

    assert answer.status_code == 403
    assert [name for name, _ in behind.denied] == [service]


def test_a_service_that_is_away_changes_nothing_of_the_answer(
    http: Client, behind: Behind, bearer: Bearer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise ServiceUnavailable("regions is away")

    monkeypatch.setattr(behind, "call", away)

    answer = http.get("/v1/regions/AM23/desk", headers=bearer("wsp-officer", region="AM36"))

    assert answer.status_code == 403


def test_whoever_is_not_known_is_told_to_no_service(http: Client, behind: Behind) -> None:
    assert http.get("/v1/regions/AM23/desk", headers={"Authorization": ""}).status_code == 401
    assert (behind.calls, behind.denied) == ([], [])
