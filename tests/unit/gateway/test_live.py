# SPDX-License-Identifier: EUPL-1.2
"""Live hints: what a listener reads, and that a stream that ends leaves nothing behind."""

import pytest
from werkzeug.test import Client

from services.gateway import live
from tests.unit.gateway.conftest import Behind


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
