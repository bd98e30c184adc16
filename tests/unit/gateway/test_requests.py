# SPDX-License-Identifier: EUPL-1.2
"""What comes in: read into one call, or refused with everything that is wrong with it."""

import re
import time

import pytest
from werkzeug.test import Client, TestResponse

from tests.unit.gateway.conftest import Behind

ID = "5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d"
AGREEMENT = {"employerId": ID, "title": "Landelijke samenwerkingsafspraken ISS Facility Services"}
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def faults(response: TestResponse) -> list[tuple[str, str]]:
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    assert response.json is not None
    return [
        (fault["in"], fault["location"].get("pointer", fault["location"].get("name")))
        for fault in response.json["errors"]
    ]


def test_a_request_becomes_one_call(http: Client, behind: Behind) -> None:
    headers = {"If-Match": '"3"', "Idempotency-Key": "once", "traceparent": TRACE}
    http.post(f"/v1/agreements/{ID}/suspensions", json={"reason": "Overleg"}, headers=headers)
    [(service, call)] = behind.calls
    assert service == "agreements"
    assert 0 < call.pop("deadline") - time.time() <= 5
    assert call == {
        "operation": "suspend_agreement",
        "params": {"id": ID},
        "body": {"reason": "Overleg"},
        "principal": {"subject": "jansen", "role": "slw-coordinator", "scope": {}},
        "ifMatch": 3,
        "idempotencyKey": "once",
        # Whether it is recorded is not the client's choice.
        "traceparent": TRACE.removesuffix("01") + "00",
        "origin": "unknown",
        "aggregate": f"agreement/{ID}",
    }


def test_a_key_and_a_trace_are_made_where_none_came(http: Client, behind: Behind) -> None:
    http.post("/v1/agreements", json=AGREEMENT, headers={"traceparent": "00-0-0-00"})
    http.post("/v1/agreements", json=AGREEMENT)
    (_, first), (_, second) = behind.calls
    assert first["idempotencyKey"] != second["idempotencyKey"]
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-00", first["traceparent"])


def test_paging_has_defaults_and_types(http: Client, behind: Behind) -> None:
    http.get("/v1/employers")
    http.get("/v1/employers?page=3&pageSize=200")
    assert behind.calls[0][1]["params"] == {"page": 1, "pageSize": 50}
    assert behind.calls[1][1]["params"] == {"page": 3, "pageSize": 200}


def test_an_identifier_is_read_without_regard_to_case(http: Client, behind: Behind) -> None:
    http.get(f"/v1/agreements/{ID.upper()}")
    assert behind.calls[0][1]["params"] == {"id": ID}


def test_all_faults_of_a_request_come_at_once(http: Client, behind: Behind) -> None:
    body = {"regions": ["AM36", "AM99", "AM36"], "extra": 1}
    headers = {"If-Match": "3", "Idempotency-Key": "with a space"}
    path = "/v1/agreements/7/participants?color=red&color=blue"
    assert sorted(faults(http.post(path, json=body, headers=headers))) == [
        ("body", "/extra"),
        ("body", "/regions/1"),
        ("body", "/regions/2"),
        ("header", "Idempotency-Key"),
        ("header", "If-Match"),
        ("path", "id"),
        ("query", "color"),
    ]
    assert behind.calls == []


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=-1", "page=1.0", "page=", "pageSize=201", "page=%C2%B2", "page=1&page=2"],
)
def test_paging_out_of_bounds_is_a_fault(http: Client, behind: Behind, query: str) -> None:
    assert [place for place, _ in faults(http.get(f"/v1/agreements?{query}"))] == ["query"]
    assert behind.calls == []


def test_a_query_that_is_no_utf8_is_refused(http: Client, behind: Behind) -> None:
    response = http.get("/v1/agreements?status=%ff")
    assert response.status_code == 400
    assert response.json["type"] == "/problems/malformed-request"
    assert behind.calls == []


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b'{"title": NaN}',
        b'{"title": "a", "title": "b"}',
        b'{"title": "\xff"}',
        b'{"title": "\\ud800"}',
        b"[" * 100_000,
        b"[" * 40 + b"]" * 40,
        b"[]",
        b"null",
        b'"text"',
        b"1" * 5_000,
    ],
)
def test_what_is_no_json_object_is_refused(http: Client, behind: Behind, raw: bytes) -> None:
    response = http.post("/v1/agreements", data=raw, content_type="application/json")
    assert faults(response)
    assert behind.calls == []


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data", ""])
def test_a_body_that_is_not_json_is_415(http: Client, behind: Behind, kind: str) -> None:
    response = http.post("/v1/agreements", data=b"{}", content_type=kind)
    assert response.status_code == 415
    assert behind.calls == []


def test_a_charset_beside_json_does_no_harm(http: Client) -> None:
    kind = "application/json; charset=utf-8"
    response = http.post("/v1/employers", data=b'{"name": "ISS"}', content_type=kind)
    assert response.status_code == 200


def test_a_body_where_none_belongs_is_a_fault(http: Client) -> None:
    response = http.get("/v1/agreements", json={"title": "x"})
    assert faults(response) == [("body", "")]


def test_a_change_without_if_match_is_428(http: Client, behind: Behind) -> None:
    response = http.post(f"/v1/agreements/{ID}/resumptions", json={"reason": "Overleg"})
    assert response.status_code == 428
    assert response.json["type"] == "/problems/version-required"
    assert behind.calls == []


@pytest.mark.parametrize("said", ["3", "*", 'W/"3"', '"3", "4"', '"x"', '""', '"٣"'])
def test_an_if_match_that_is_no_etag_of_ours_is_a_fault(http: Client, said: str) -> None:
    response = http.delete(f"/v1/agreements/{ID}", headers={"If-Match": said})
    assert faults(response) == [("header", "If-Match")]


@pytest.mark.parametrize("said", ["", " ", "é", "x" * 256, "a b", "tab\there"])
def test_a_key_that_cannot_be_seen_is_a_fault(http: Client, said: str) -> None:
    response = http.post("/v1/agreements", json=AGREEMENT, headers={"Idempotency-Key": said})
    assert faults(response) == [("header", "Idempotency-Key")]


def test_a_region_is_asked_in_the_role_of_its_manager(http: Client, behind: Behind) -> None:
    body = {"decision": "considering", "version": 1}
    http.post(f"/v1/regions/AM36/agreements/{ID}/decisions", json=body)
    assert behind.calls[0][1]["principal"]["role"] == "wsp-manager"
