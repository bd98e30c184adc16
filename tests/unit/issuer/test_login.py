# SPDX-License-Identifier: EUPL-1.2
"""A browser logs in at the development issuer: code flow, PKCE, and no way to anywhere else."""

from urllib.parse import parse_qs, urlsplit

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from werkzeug.test import TestResponse

from tests.unit.issuer.conftest import GATEWAY, ISSUER, Issuer

VERIFIER = "v" * 64
CALLBACK = f"{GATEWAY}/login/callback"
ASKED = {
    "client_id": "schakel-console",
    "redirect_uri": CALLBACK,
    "response_type": "code",
    "scope": "openid",
    "state": "the-state",
    "nonce": "the-nonce",
    "code_challenge": create_s256_code_challenge(VERIFIER),
    "code_challenge_method": "S256",
}
OFFICER = {"role": "wsp-officer", "region": "AM23"}
GRANT = {"redirect_uri": CALLBACK, "code_verifier": VERIFIER}


def logged_in(issuer: Issuer) -> dict[str, str]:
    """Log in as an officer; give what the browser brings back."""
    answer = issuer.post("/authorize", **ASKED, **OFFICER)
    assert answer.status_code == 303, answer.text
    where = answer.headers["Location"]
    assert where.startswith(f"{CALLBACK}?")
    return {name: value for name, [value] in parse_qs(urlsplit(where).query).items()}


def test_a_code_is_exchanged_for_the_token_of_who_was_chosen(issuer: Issuer) -> None:
    back = logged_in(issuer)
    assert (back["state"], back["iss"]) == ("the-state", ISSUER)

    told = issuer.exchange(code=back["code"], **GRANT).get_json()

    claims = issuer.read(told["access_token"])
    assert (claims["schakel_role"], claims["schakel_region"]) == ("wsp-officer", "AM23")
    identity = issuer.read(told["id_token"])
    assert (identity["aud"], identity["nonce"]) == ("schakel-console", "the-nonce")


@pytest.mark.parametrize(
    "wrong",
    [
        {"code_verifier": "w" * 64},
        {"code_verifier": "short"},
        {"redirect_uri": f"{CALLBACK}/"},
        {"code": "guessed"},
    ],
)
def test_a_code_is_worth_nothing_to_anybody_else(issuer: Issuer, wrong: dict[str, str]) -> None:
    said = {"code": logged_in(issuer)["code"], **GRANT}

    answer = issuer.exchange(**said | wrong)

    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_grant")
    if "code" not in wrong:
        assert issuer.exchange(**said).status_code == 400, "it was tried once"


def test_a_code_is_good_once_and_for_a_minute(issuer: Issuer) -> None:
    code = logged_in(issuer)["code"]
    assert issuer.exchange(code=code, **GRANT).status_code == 200
    assert issuer.exchange(code=code, **GRANT).status_code == 400

    late = logged_in(issuer)["code"]
    issuer.now += 61
    assert issuer.exchange(code=late, **GRANT).status_code == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"redirect_uri": "https://elsewhere.example/login/callback"},
        {"redirect_uri": f"{CALLBACK}?next=//elsewhere.example"},
        {"redirect_uri": f"{GATEWAY}.elsewhere.example/login/callback"},
        {"redirect_uri": ""},
        {"client_id": "unknown"},
        {"client_id": "schakel-local"},
        {"response_type": "token"},
        {"code_challenge_method": "plain"},
        {"code_challenge": VERIFIER},
        {"state": ""},
    ],
)
def test_a_wrong_login_is_told_so_and_sent_nowhere(issuer: Issuer, wrong: dict[str, str]) -> None:
    for answer in (
        issuer.get("/authorize", **ASKED | wrong),
        issuer.post("/authorize", **ASKED | wrong, **OFFICER),
    ):
        assert answer.status_code == 400
        assert "Location" not in answer.headers


def test_the_page_speaks_dutch_and_english_on_request(issuer: Issuer) -> None:
    dutch, english = (
        issuer.get("/authorize", **ASKED),
        issuer.get("/authorize", **ASKED, ui_locales="en"),
    )

    assert '<html lang="nl">' in dutch.text
    assert "Medewerker WSP" in dutch.text
    assert '<html lang="en">' in english.text
    assert "officer of a service point" in english.text


def test_a_role_without_its_bound_is_asked_again(issuer: Issuer) -> None:
    answer = issuer.post("/authorize", **ASKED, role="wsp-officer", region="")

    assert answer.status_code == 400
    assert "needs its region" in answer.text


def test_no_text_becomes_markup(issuer: Issuer) -> None:
    attack = '"><script>alert(1)</script>'
    said = ASKED | {"state": attack, "nonce": attack}

    answer = issuer.post("/authorize", **said, role="employer", employer=attack)

    assert answer.status_code == 400
    assert "<script" not in answer.text


def test_the_page_cannot_be_framed_and_runs_nothing(issuer: Issuer) -> None:
    def policy(answer: TestResponse) -> str:
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.headers["Content-Security-Policy"]

    shown = policy(issuer.get("/authorize", **ASKED))

    assert "default-src 'none'" in shown
    assert "frame-ancestors 'none'" in shown
    assert f"form-action 'self' {GATEWAY};" in shown
    assert "frame-ancestors 'none'" in policy(issuer.get("/end-session"))


def test_after_the_end_the_browser_goes_home_or_stays(issuer: Issuer) -> None:
    home = issuer.get("/end-session", post_logout_redirect_uri=f"{GATEWAY}/")
    away = issuer.get("/end-session", post_logout_redirect_uri="https://elsewhere.example/")

    assert (home.status_code, home.headers["Location"]) == (303, f"{GATEWAY}/")
    assert (away.status_code, "Location" in away.headers) == (200, False)
    assert "uitgelogd" in away.text
