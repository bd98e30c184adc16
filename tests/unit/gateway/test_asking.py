# SPDX-License-Identifier: EUPL-1.2
"""Questions for every service: one list out of several, and nobody waits for who is away."""

from typing import Any

import pytest
from werkzeug.test import Client

from services.gateway import asking
from shared.contracts.topology import SERVICES
from shared.runtime import ServiceUnavailable
from tests.unit.gateway.conftest import Behind, Json, Reply

SIZES = {**dict.fromkeys(SERVICES, 0), "agreements": 3, "regions": 4}


def listing(size: int) -> Reply:
    def page(call: Json) -> Json:
        number, length = call["params"]["page"], call["params"]["pageSize"]
        found = [{"id": str(i)} for i in range(size)][(number - 1) * length : number * length]
        # As the services do: a page past the end does not know the whole.
        total = size if found else 0
        return {"status": 200, "body": {"items": found, "total": total}}

    return page


@pytest.fixture(autouse=True)
def _lists(behind: Behind) -> None:
    for service, size in SIZES.items():
        behind.replies[service] = listing(size)


def others(than: str) -> list[str]:
    return [service for service in SERVICES if service != than]


def ids(body: Json) -> list[str]:
    return [one["id"] for one in body["items"]]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 50])
def test_lists_of_services_read_as_one_list(http: Client, size: int) -> None:
    whole: list[str] = []
    for page in range(1, 9):
        body: Any = http.get(f"/v1/operations/dead-letters?page={page}&pageSize={size}").json
        assert body["total"] == 7
        assert len(body["items"]) <= size
        whole += ids(body)
    assert whole == [*(f"agreements-{i}" for i in range(3)), *(f"regions-{i}" for i in range(4))]


def test_one_service_can_be_asked_alone(http: Client, behind: Behind) -> None:
    body: Any = http.get("/v1/operations/deliveries?service=regions").json
    assert ids(body) == [f"regions-{i}" for i in range(4)]
    assert {service for service, _ in behind.calls} == {"regions"}
    assert all("service" not in call["params"] for _, call in behind.calls)


def test_a_service_that_is_away_is_named_and_the_others_listed(
    http: Client, behind: Behind
) -> None:
    behind.refuses_with("agreements", ServiceUnavailable("away"))
    body: Any = http.get("/v1/operations/dead-letters").json
    assert body["unanswered"] == ["agreements"]
    assert ids(body) == [f"regions-{i}" for i in range(4)]


def test_a_dead_letter_is_asked_of_the_service_in_its_name(http: Client, behind: Behind) -> None:
    behind.replies_with("regions", {"id": "17", "error": "…"})
    body: Any = http.get("/v1/operations/dead-letters/regions-17").json
    assert body == {"service": "regions", "id": "regions-17", "error": "…"}
    assert behind.calls[0][1]["params"]["id"] == 17


@pytest.mark.parametrize("letter", ["17", "gateway-1", "regions-", "regions-x", "regions-1-1"])
def test_a_dead_letter_of_nobody_is_refused(http: Client, letter: str) -> None:
    assert http.get(f"/v1/operations/dead-letters/{letter}").status_code == 400


def test_who_comes_when_too_many_wait_is_told_at_once(
    http: Client, behind: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "WAITING_AT_MOST", 3)
    told: list[int] = []

    def ask_again(_: Json) -> Json:
        told.append(http.get("/v1/regions").status_code)
        return {"status": 200, "body": {}}

    behind.replies["regions"] = ask_again
    assert http.get("/v1/regions").status_code == 200
    assert told == [503, 200, 200]


def test_what_every_service_is_told_is_answered_by_each_of_them(
    http: Client, behind: Behind
) -> None:
    for service in SIZES:
        behind.replies_with(service, {"id": "7"})
    response = http.post("/v1/operations/reconciliations", json={"recipients": ["AM36"]})
    body: Any = response.json
    assert response.status_code == 202
    assert [one["id"] for one in body["items"]] == [f"{service}-7" for service in sorted(SIZES)]
    assert body["unanswered"] == []
    assert [call["body"] for _, call in behind.calls] == [{"recipients": ["AM36"]}] * len(SERVICES)


def test_who_did_not_hear_what_every_service_is_told_is_named(http: Client, behind: Behind) -> None:
    for service in SIZES:
        behind.replies_with(service, {"id": "7"})
    behind.refuses_with("regions", ServiceUnavailable("away"))
    body: Any = http.post("/v1/operations/reconciliations", json={}).json
    assert body["unanswered"] == ["regions"]
    assert [one["service"] for one in body["items"]] == [
        one for one in SERVICES if one != "regions"
    ]


REUSED = {
    "type": "/problems/key-reused",
    "status": 422,
    "title": "The key was used",
    "detail": "with another request",
}


def test_a_service_that_refuses_is_told_beside_what_the_others_started(
    http: Client, behind: Behind
) -> None:
    for service in SIZES:
        behind.replies_with(service, {"id": "7"})
    behind.replies["employers"] = lambda _: {"status": 422, "problem": REUSED}
    response = http.post("/v1/operations/reconciliations", json={})
    body: Any = response.json
    assert response.status_code == 202
    assert [one["service"] for one in body["items"]] == [
        one for one in SERVICES if one != "employers"
    ]
    assert body["refused"] == [{"service": "employers", **REUSED}]


def test_what_everybody_refuses_is_refused(http: Client, behind: Behind) -> None:
    for service in SIZES:
        behind.replies[service] = lambda _: {"status": 422, "problem": REUSED}
    response = http.post("/v1/operations/reconciliations", json={})
    body: Any = response.json
    assert (response.status_code, body["detail"]) == (422, REUSED["detail"])


def test_what_nobody_heard_is_refused(http: Client, behind: Behind) -> None:
    for service in SIZES:
        behind.refuses_with(service, ServiceUnavailable("away"))
    assert http.post("/v1/operations/reconciliations", json={}).status_code == 503


def test_a_job_is_asked_of_the_service_in_its_name(http: Client, behind: Behind) -> None:
    behind.replies_with("regions", {"id": "3", "results": []})
    body: Any = http.get("/v1/operations/dead-letters/replays/regions-3").json
    assert body == {"service": "regions", "id": "regions-3", "results": []}
    assert behind.calls[0][1]["params"]["id"] == 3


def test_a_service_without_letters_starts_nothing(http: Client, behind: Behind) -> None:
    for service in SIZES:
        behind.replies_with(service, {"id": None, "letters": [], "skipped": []})
    said = {"letters": ["regions-17"], "reason": "Hersteld"}
    body: Any = http.post("/v1/operations/dead-letters/replays", json=said).json
    assert [one["id"] for one in body["items"]] == [None] * len(SERVICES)


def test_only_the_owners_of_what_is_named_are_told(http: Client, behind: Behind) -> None:
    for service in SERVICES:
        behind.replies[service] = lambda _call: {"status": 200, "body": {"subjects": []}}

    for subjects, told in (
        (["agreement/1", "participation/1/AM36"], {"agreements"}),
        (["employer/1", "contact/AM36/1"], {"employers", "regions"}),
        (["nobody/1"], set(SERVICES)),
    ):
        behind.calls.clear()
        body = {"subjects": subjects, "reason": "Teruggezet"}
        assert http.post("/v1/operations/advances", json=body).status_code == 200
        assert {service for service, _ in behind.calls} == told
