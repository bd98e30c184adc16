# SPDX-License-Identifier: EUPL-1.2
"""What goes out: replies, refusals, and what HTTP itself asks of every answer."""

import pytest
from prometheus_client import REGISTRY
from werkzeug.test import Client

from services.gateway import openapi
from services.gateway.operations import find, operations
from services.gateway.problems import HEADERS
from shared.runtime import DeadlineExceeded, ServiceUnavailable
from tests.unit.gateway.conftest import Behind

ID = "5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d"


def test_a_reply_is_written_with_etag_and_location(http: Client, behind: Behind) -> None:
    created = {"status": 201, "etag": 1, "location": f"/v1/employers/{ID}"}
    behind.replies_with("employers", {"id": ID}, **created)
    response = http.post("/v1/employers", json={"name": "ISS Facility Services"})
    assert response.status_code == 201
    assert response.headers["ETag"] == '"1"'
    assert response.headers["Location"] == f"/v1/employers/{ID}"
    assert response.json == {"id": ID}
    assert response.mimetype == "application/json"


def test_a_refusal_is_a_problem_that_names_its_instance(http: Client, behind: Behind) -> None:
    problem = {"type": "/problems/not-found", "title": "Not there", "status": 404, "detail": "no"}
    behind.replies["agreements"] = lambda _: {"status": 404, "problem": problem}
    response = http.get(f"/v1/agreements/{ID}")
    assert response.status_code == 404
    assert response.mimetype == "application/problem+json"
    assert response.json == problem | {"instance": f"/v1/agreements/{ID}"}


def test_a_refusal_names_its_instance_as_a_uri_reference(http: Client) -> None:
    response = http.get("/v1/agreements/1'%20OR%20%3C%22%3E%C3%A9")

    assert response.json is not None
    assert response.json["instance"] == "/v1/agreements/1'%20OR%20%3C%22%3E%C3%A9"


@pytest.mark.parametrize(
    ("error", "status"), [(ServiceUnavailable("away"), 503), (DeadlineExceeded("silent"), 504)]
)
def test_a_service_that_is_away_is_said_and_others_go_on(
    http: Client, behind: Behind, error: Exception, status: int
) -> None:
    behind.refuses_with("regions", error)
    response = http.get("/v1/regions")
    assert response.status_code == status
    assert int(response.headers["Retry-After"]) > 0
    assert http.get("/v1/agreements").status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/", "/v1/agreements/", "//v1/agreements", "/v1/nothing", "/healthz"]
)
def test_an_unknown_path_is_404_also_with_a_slash_too_many(http: Client, path: str) -> None:
    response = http.get(path)
    assert response.status_code == 404
    assert response.json["type"] == "/problems/unknown-path"


def test_an_encoded_slash_is_no_slash(http: Client) -> None:
    response = http.get("/v1/regions/AM36", environ_overrides={"RAW_PATH_INFO": "/v1%2Fregions"})
    assert response.status_code == 404


def test_a_wrong_method_is_405_with_the_right_ones(http: Client, behind: Behind) -> None:
    response = http.put("/v1/agreements")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS, POST"
    assert behind.calls == []


def test_options_lists_the_methods_and_opens_nothing(http: Client) -> None:
    headers = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    response = http.options(f"/v1/agreements/{ID}", headers=headers)
    assert response.status_code == 204
    assert response.headers["Allow"] == "DELETE, GET, HEAD, OPTIONS, PATCH"
    assert not [name for name, _ in response.headers if name.startswith("Access-Control")]


def test_head_answers_as_get_without_the_body(http: Client, behind: Behind) -> None:
    behind.replies_with("employers", {"id": ID}, etag=4)
    response = http.head(f"/v1/employers/{ID}")
    assert response.status_code == 200
    assert response.headers["ETag"] == '"4"'
    assert response.data == b""


@pytest.mark.parametrize("path", ["/v1/agreements", "/v1/openapi.json", "/nothing", "/v1/events"])
def test_every_answer_carries_the_headers_of_the_design_rules(http: Client, path: str) -> None:
    response = http.get(path)
    assert {name: response.headers[name] for name in HEADERS} == dict(HEADERS)


def test_only_the_description_is_open_to_other_origins(http: Client) -> None:
    assert http.get("/v1/openapi.json").headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in http.get("/v1/agreements").headers


def test_every_operation_is_found_by_its_own_path() -> None:
    for operation in operations():
        found = find(operation.segments)
        assert found is not None
        assert found.operation(operation.method) is operation


def test_no_two_operations_share_a_name_or_a_place() -> None:
    names = [operation.name for operation in operations()]
    places = [(operation.method, operation.path) for operation in operations()]
    assert len(set(names)) == len(names)
    assert len(set(places)) == len(places)


def test_answers_are_counted_by_the_route_and_never_by_an_id(http: Client) -> None:
    def counted(route: str, status: str) -> float:
        labels = {"method": "GET", "route": route, "status": status}
        return REGISTRY.get_sample_value("schakel_http_requests_total", labels) or 0.0

    before = counted("/v1/agreements/{id}", "200"), counted("unmatched", "404")
    http.get(f"/v1/agreements/{ID}")
    http.get(f"/v1/{ID}")
    assert counted("/v1/agreements/{id}", "200") == before[0] + 1
    assert counted("unmatched", "404") == before[1] + 1
    observed = REGISTRY.get_sample_value(
        "schakel_http_request_seconds_count", {"route": "/v1/agreements/{id}"}
    )
    assert observed


def test_every_change_is_counted_from_zero_by_what_an_alert_looks_at() -> None:
    [requests] = [one for one in REGISTRY.collect() if one.name == "schakel_http_requests"]
    counted = {tuple(sorted(one.labels.items())) for one in requests.samples}
    described = openapi.document()["paths"]
    wanted = {
        (("method", one.method), ("route", "/".join(one.segments)), ("status", status))
        for one in operations()
        if one.method != "GET"
        for status in described[one.path][one.method.lower()]["responses"]
        if status[0] in "25"
    }

    assert len(wanted) > len(operations())
    assert wanted <= counted


def test_our_own_failure_is_counted_as_the_500_that_it_is_answered_by(
    http: Client, behind: Behind
) -> None:
    labels = {"method": "POST", "route": "/v1/employers", "status": "500"}
    before = REGISTRY.get_sample_value("schakel_http_requests_total", labels)
    behind.refuses_with("employers", ZeroDivisionError())

    with pytest.raises(ZeroDivisionError):
        http.post("/v1/employers", json={"name": "ISS Facility Services"})

    assert before is not None
    assert REGISTRY.get_sample_value("schakel_http_requests_total", labels) == before + 1
