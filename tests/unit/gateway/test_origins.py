# SPDX-License-Identifier: EUPL-1.2
"""Which pages a browser lets at the answers, and what every answer forbids them."""

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Response

from services.gateway import origins
from services.gateway.problems import HEADERS, dressed
from shared.runtime.config import SettingsRefused, read_settings

DESK = "https://desk.example.org"
PREFLIGHT = {"Access-Control-Request-Method": "POST"}


@pytest.fixture
def desk_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    read = read_settings({"SCHAKEL_HTTP_ORIGINS": f"{DESK},http://127.0.0.1:5173"})
    monkeypatch.setattr(origins, "settings", lambda: read)


def opened(response: Response) -> list[str]:
    return sorted(name for name, _ in response.headers if name.startswith("Access-Control"))


@pytest.mark.parametrize("origin", [DESK, "null", "https://elsewhere.example"])
def test_no_origin_is_allowed_until_it_is_named(http: Client, origin: str) -> None:
    headers = {"Origin": origin, **PREFLIGHT}
    assert opened(http.get("/v1/regions", headers=headers)) == []
    assert opened(http.options("/v1/agreements", headers=headers)) == []


@pytest.mark.usefixtures("desk_is_allowed")
def test_a_named_origin_reads_answers_and_refusals_without_our_cookies(http: Client) -> None:
    for path in ("/v1/regions", "/v1/nothing", "/v1/agreements/1"):
        response = http.get(path, headers={"Origin": DESK})
        assert response.headers["Access-Control-Allow-Origin"] == DESK
        assert response.headers["Vary"] == "Origin"
        assert "ETag" in response.headers["Access-Control-Expose-Headers"]
        assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.usefixtures("desk_is_allowed")
def test_a_preflight_tells_a_named_origin_what_it_may_send(http: Client) -> None:
    response = http.options("/v1/agreements", headers={"Origin": DESK, **PREFLIGHT})
    assert response.status_code == 204
    assert response.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS, POST"
    assert "Authorization" in response.headers["Access-Control-Allow-Headers"]


@pytest.mark.usefixtures("desk_is_allowed")
@pytest.mark.parametrize(
    "origin",
    ["https://elsewhere.example", "null", f"{DESK}.evil.example", "http://desk.example.org"],
)
def test_another_origin_stays_outside(http: Client, origin: str) -> None:
    response = http.get("/v1/regions", headers={"Origin": origin, **PREFLIGHT})
    assert opened(response) == []
    assert response.headers["Vary"] == "Origin"


@pytest.mark.parametrize(
    "wrong", ["*", "desk.example.org", f"{DESK}/", "https://*.example.org", "ftp://x", "null"]
)
def test_an_origin_is_named_in_full_or_refused(wrong: str) -> None:
    with pytest.raises(SettingsRefused, match="SCHAKEL_HTTP_ORIGINS"):
        read_settings({"SCHAKEL_HTTP_ORIGINS": wrong})


def test_an_answer_may_load_nothing_and_be_framed_by_nobody() -> None:
    response = dressed(Response("{}", mimetype="application/json"))
    assert (
        response.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    )
    assert HEADERS["X-Frame-Options"] == "DENY"


def test_a_page_takes_what_it_needs_from_its_own_origin_and_nothing_inline() -> None:
    policy = dressed(Response("<p>", mimetype="text/html")).headers["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert {rules[f"{kind}-src"] for kind in ("script", "style", "connect", "img")} == {"'self'"}
    assert "unsafe" not in policy
    assert "nonce" not in policy
