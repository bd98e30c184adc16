# SPDX-License-Identifier: EUPL-1.2
"""Keycloak's realm says what the gateway reads: the same claims, the same client, no passwords."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.gateway.browser.flow import CALLBACK
from shared.contracts.identity import AUDIENCE, BOUNDS, LONGEST_SECONDS, ROLE, faults_of
from shared.contracts.policy import PERSONS
from shared.runtime.config import read_settings

REPOSITORY = Path(__file__).parents[2]
FILE = REPOSITORY / "deploy" / "keycloak" / "schakel.json"
# As deploy/Dockerfile sets it.
ADMIN_PORT = "9000"
PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
CLAIMS = {ROLE, *(bound.claim for bound in BOUNDS.values())}

Json = dict[str, Any]


@pytest.fixture(scope="module")
def realm() -> Json:
    read: Json = json.loads(FILE.read_text(encoding="utf-8"))
    return read


@pytest.fixture(scope="module")
def compose() -> Json:
    text = (REPOSITORY / "docker-compose.yml").read_text(encoding="utf-8")
    read: Json = yaml.safe_load(text)["services"]
    return read


def mappers(realm: Json, kind: str) -> list[Json]:
    [scope] = realm["clientScopes"]
    return [one["config"] for one in scope["protocolMappers"] if one["protocolMapper"] == kind]


def profile(realm: Json) -> Json:
    """Give what Keycloak keeps of a user; it is JSON in JSON."""
    [provider] = realm["components"]["org.keycloak.userprofile.UserProfileProvider"]
    [text] = provider["config"]["kc.user.profile.config"]
    return {one["name"]: one for one in json.loads(text)["attributes"]}


def test_tokens_carry_the_claims_that_the_gateway_reads(realm: Json) -> None:
    told = mappers(realm, "oidc-usermodel-attribute-mapper")

    assert {one["claim.name"] for one in told} == CLAIMS
    for one in told:
        assert one["user.attribute"] == one["claim.name"]
        assert one["access.token.claim"] == "true"
    [audience] = mappers(realm, "oidc-audience-mapper")
    assert audience["included.custom.audience"] == AUDIENCE
    [subject] = mappers(realm, "oidc-sub-mapper")
    assert subject["access.token.claim"] == "true"


def test_tokens_are_brief_and_signed_as_the_gateway_takes_them(realm: Json) -> None:
    assert realm["accessTokenLifespan"] <= LONGEST_SECONDS
    assert realm["defaultSignatureAlgorithm"] in {"RS256", "PS256", "ES256"}


def test_nobody_gives_a_role_to_themselves(realm: Json) -> None:
    kept = profile(realm)

    assert kept.keys() >= CLAIMS
    for claim in CLAIMS:
        assert kept[claim]["permissions"]["edit"] == ["admin"]
    assert set(kept[ROLE]["validations"]["options"]["options"]) == set(PERSONS)
    assert realm["registrationAllowed"] is False


def test_the_console_is_the_only_client_and_goes_one_way(realm: Json) -> None:
    [client] = realm["clients"]

    assert client["clientId"] == read_settings({}).oidc_client
    assert client["redirectUris"] == [f"${{SCHAKEL_PUBLIC_URL}}{CALLBACK}"]
    assert client["attributes"]["post.logout.redirect.uris"] == "${SCHAKEL_PUBLIC_URL}/"
    assert client["attributes"]["pkce.code.challenge.method"] == "S256"
    flows = ("implicitFlow", "directAccessGrants", "serviceAccounts")
    assert [client[f"{flow}Enabled"] for flow in flows] == [False, False, False]
    assert client["standardFlowEnabled"] is True
    assert client["publicClient"] is False
    assert client["defaultClientScopes"] == [realm["clientScopes"][0]["name"]]


def test_demo_users_have_roles_that_there_are(realm: Json) -> None:
    for user in realm["users"]:
        said = {name: value for name, [value] in user["attributes"].items()}
        role = said.pop(ROLE)
        names = {bound.claim: name for name, bound in BOUNDS.items()}
        assert faults_of(role, {names[claim]: value for claim, value in said.items()}) == []


def test_no_secret_stands_in_the_file_and_each_is_made_anew(realm: Json, compose: Json) -> None:
    secrets = [client["secret"] for client in realm["clients"]]
    secrets += [one["value"] for user in realm["users"] for one in user["credentials"]]
    # Each is put into Keycloak's environment out of its file: test_containers.py.
    [*_, start] = compose["keycloak"]["entrypoint"]
    given = set(re.findall(r"(\w+)=\"\$\$\(</run/secrets/[\w-]+\)\"", start))

    assert all(PLACEHOLDER.fullmatch(one) for one in secrets), secrets
    known = set(PLACEHOLDER.findall(FILE.read_text(encoding="utf-8")))
    assert known - {"SCHAKEL_PUBLIC_URL"} <= given


def test_the_containers_agree_on_the_issuer(realm: Json, compose: Json) -> None:
    gateway, issuer = compose["gateway"]["environment"], compose["keycloak"]["environment"]

    where = f"{issuer['KC_HOSTNAME']}/realms/{realm['realm']}"
    assert gateway["SCHAKEL_OIDC_ISSUER"] == where
    assert gateway["SCHAKEL_PUBLIC_URL"] == issuer["SCHAKEL_PUBLIC_URL"]
    assert compose["keycloak"]["network_mode"] == "service:gateway"
    # They share one network, so no two ports may be the same.
    taken = {ADMIN_PORT, issuer["KC_HTTP_MANAGEMENT_PORT"]}
    assert len(taken | {gateway["SCHAKEL_HTTP_PORT"], issuer["KC_HTTP_PORT"]}) == 4
