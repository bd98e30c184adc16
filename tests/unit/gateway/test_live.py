# SPDX-License-Identifier: EUPL-1.2
"""Live hints: what a listener reads, and that a stream that ends leaves nothing behind."""

import json
from typing import Any

import pytest
from werkzeug.test import Client

from services.gateway import live
from services.gateway.identity.logouts import Logouts
from tests.unit.gateway.conftest import Bearer, Behind


def test_a_listener_is_greeted_told_and_kept_alive(http: Client, behind: Behind) -> None:
    behind.told = [{"subject": "agreement/1"}, None, {"subject": "agreement/2\n"}]
    response = http.get("/v1/events")
    assert response.mimetype == "text/event-stream"
    assert response.text.split("\n\n") == [
        "retry: 2000\nevent: open\ndata: {}",
        'id: 1\nevent: hint\ndata: {"subject":"agreement/1"}',
        ": still here",
        'id: 3\nevent: hint\ndata: {"subject":"agreement/2\\n"}',
        "",
    ]


def test_head_of_the_stream_ends_at_once(http: Client) -> None:
    assert http.head("/v1/events").data == b""


def test_one_listener_too_many_is_told_to_read_now_and_then(
    http: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "AT_MOST", 0)
    assert http.get("/v1/events").status_code == 503


def test_a_stream_that_ended_makes_room(http: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "AT_MOST", 1)
    assert [http.get("/v1/events").status_code for _ in range(3)] == [200, 200, 200]


def test_one_subject_cannot_take_the_streams_of_the_others(
    http: Client, bearer: Bearer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "OF_ONE", 2)
    one = bearer("slw-coordinator", sub="one")
    held = [http.get("/v1/events", headers=one, buffered=False) for _ in range(2)]
    for stream in held:
        assert next(stream.iter_encoded()).startswith(b"retry")
    assert http.get("/v1/events", headers=one).status_code == 429
    other = bearer("slw-coordinator", sub="other")
    assert http.get("/v1/events", headers=other).status_code == 200
    for stream in held:
        stream.close()
    assert http.get("/v1/events", headers=one).status_code == 200


HINT = {
    "what": "placement-changed",
    "subjects": ["placement/1", "placement/2"],
    "recipients": ["AM36", "AM23", "providers"],
    "at": "2026-12-01T09:00:00Z",
}


def hints(text: str) -> list[Any]:
    return [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: ")][1:]


@pytest.mark.parametrize("role", ["slw-coordinator", "auditor"])
def test_whoever_works_for_all_regions_hears_all_of_a_hint(
    http: Client, behind: Behind, bearer: Bearer, role: str
) -> None:
    behind.told = [HINT]
    assert hints(http.get("/v1/events", headers=bearer(role)).text) == [HINT]


@pytest.mark.parametrize("role", ["wsp-officer", "wsp-manager"])
def test_a_region_hears_that_something_of_its_own_changed_and_nothing_of_another(
    http: Client, behind: Behind, bearer: Bearer, role: str
) -> None:
    behind.told = [HINT, {**HINT, "recipients": ["AM23"]}]
    told = hints(http.get("/v1/events", headers=bearer(role, region="AM36")).text)
    assert told == [{**HINT, "subjects": [], "recipients": ["AM36"]}]


def test_what_concerns_another_region_leaves_no_trace_in_a_stream(
    http: Client, behind: Behind, bearer: Bearer
) -> None:
    elsewhere = {**HINT, "recipients": ["AM23"]}
    officer = bearer("wsp-officer", region="AM36")
    behind.told = [None, HINT]
    undisturbed = http.get("/v1/events", headers=officer).data

    behind.told = [elsewhere, None, elsewhere, elsewhere, HINT, elsewhere]

    assert http.get("/v1/events", headers=officer).data == undisturbed


def test_an_employer_hears_of_its_own_tasks_only(
    http: Client, behind: Behind, bearer: Bearer
) -> None:
    iss = "5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d"
    behind.told = [HINT, {**HINT, "recipients": [f"employer:{iss}"]}]
    told = hints(http.get("/v1/events", headers=bearer("employer", employer=iss)).text)
    assert told == [{**HINT, "subjects": [], "recipients": [f"employer:{iss}"]}]


def test_a_stream_ends_with_its_token(
    http: Client, behind: Behind, bearer: Bearer, logouts: Logouts
) -> None:
    behind.told = [HINT, HINT]
    logouts.add("mine", 2_000_000_000)
    assert http.get("/v1/events", headers=bearer("auditor", jti="mine")).status_code == 401

    stream = http.get("/v1/events", headers=bearer("auditor", jti="other"), buffered=False)
    parts = iter(stream.response)
    assert b"open" in next(parts)
    assert b"placement/1" in next(parts)
    logouts.add("other", 2_000_000_000)
    assert list(parts) == []
