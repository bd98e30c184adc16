# SPDX-License-Identifier: EUPL-1.2
"""What the development issuer gives to whom, and with which keys."""

import os
import stat
import subprocess
import sys

import pytest

from services.cli.issuer.clients import CONSOLE, LOCAL
from tests.unit.issuer.conftest import ISSUER, Issuer

EMPLOYER = "0b6f5a54-9d3c-4a6e-9a39-1f4f6f1a2b3c"


@pytest.mark.parametrize(
    ("said", "claims"),
    [
        ({"role": "slw-coordinator"}, {}),
        ({"role": "wsp-officer", "region": "AM36"}, {"schakel_region": "AM36"}),
        (
            {"role": "wsp-manager", "region": "AM30", "organisation": "WSP Parkstad"},
            {"schakel_region": "AM30", "schakel_organisation": "WSP Parkstad"},
        ),
        ({"role": "employer", "employer": EMPLOYER}, {"schakel_employer": EMPLOYER}),
        ({"role": "support-provider", "provider": EMPLOYER}, {"schakel_provider": EMPLOYER}),
    ],
)
def test_a_token_says_the_role_and_its_bounds(
    issuer: Issuer, said: dict[str, str], claims: dict[str, str]
) -> None:
    answer = issuer.token(**said)
    assert answer.status_code == 200, answer.text

    told = issuer.read(answer.get_json()["access_token"])

    assert told | claims | {"schakel_role": said["role"]} == told
    assert {"iss": ISSUER, "aud": "schakel"}.items() <= told.items()
    assert told["exp"] == issuer.now + 900 == issuer.now + answer.get_json()["expires_in"]
    assert told["jti"] != issuer.read(issuer.token(**said).get_json()["access_token"])["jti"]


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"role": "system"},
        {"role": "service"},
        {"role": "wsp-officer"},
        {"role": "wsp-officer", "region": "AM04"},
        {"role": "wsp-officer", "region": "AM36", "employer": EMPLOYER},
        {"role": "slw-coordinator", "region": "AM36"},
        {"role": "employer", "employer": "ISS"},
        {"role": "ops", "lifetime": "3601"},
        {"role": "ops", "lifetime": "0"},
    ],
)
def test_what_no_token_may_say_is_refused(issuer: Issuer, said: dict[str, str]) -> None:
    answer = issuer.token(**said)
    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_request")


def test_a_client_proves_to_be_itself_and_asks_in_its_own_way_only(issuer: Issuer) -> None:
    said = {"grant_type": "client_credentials", "role": "ops"}
    wrong = issuer.http.post("/token", data=said, base_url=ISSUER, auth=(LOCAL, "guess"))
    console = issuer.post("/token", CONSOLE, **said)

    assert [issuer.post("/token", **said).status_code, wrong.status_code] == [401, 401]
    assert "Basic" in wrong.headers["WWW-Authenticate"]
    assert (console.status_code, console.get_json()["error"]) == (400, "unauthorized_client")
    assert issuer.post("/keys", CONSOLE).status_code == 403


def test_keys_rotate_and_the_one_before_stays_until_its_last_token_expired(issuer: Issuer) -> None:
    old = issuer.token(role="ops").get_json()["access_token"]
    assert issuer.post("/keys", LOCAL).status_code == 200
    new = issuer.token(role="ops").get_json()["access_token"]

    assert issuer.read(old)["schakel_role"] == issuer.read(new)["schakel_role"] == "ops"
    keys = issuer.get("/jwks.json").get_json()["keys"]
    assert [one.keys() & {"d"} for one in keys] == [set(), set()], "private halves stay home"

    issuer.now += 3601
    [left] = issuer.get("/jwks.json").get_json()["keys"]
    assert left == keys[0]


def test_the_key_is_kept_for_the_next_start_and_read_by_nobody_else(issuer: Issuer) -> None:
    file = issuer.home.root / "issuer.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    again = Issuer(issuer.home)

    assert again.get("/jwks.json").get_json() == issuer.get("/jwks.json").get_json()


def test_production_is_refused(issuer: Issuer) -> None:
    told = {"SCHAKEL_ENV": "production", "SCHAKEL_HOME": str(issuer.home.root)}
    done = subprocess.run(
        [sys.executable, "-m", "services.cli.issuer", "0", "http://127.0.0.1:8080"],
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 2
    assert "not in production" in done.stderr


def test_discovery_names_what_there_is(issuer: Issuer) -> None:
    told = issuer.get("/.well-known/openid-configuration").get_json()

    assert told["issuer"] == ISSUER
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["id_token_signing_alg_values_supported"] == ["ES256"]
    for name in ("jwks_uri", "authorization_endpoint", "end_session_endpoint"):
        assert issuer.get(told[name].removeprefix(ISSUER)).status_code in {200, 400}


def test_a_request_by_another_name_is_refused(issuer: Issuer) -> None:
    answer = issuer.http.get("/jwks.json", base_url="http://rebound.example:9999")
    assert answer.status_code == 421
