# SPDX-License-Identifier: EUPL-1.2
"""With which token a command asks: one of the local stack, one that was given, or none."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.cli.issuer.clients import LOCAL
from services.cli.tokens import (
    Identity,
    TokenRefused,
    Tokens,
    auth_for,
    read_identity,
    whose_work,
)
from tests.unit.cli.conftest import Schakel, Server

OFFICER = "wsp-officer; region=AM23"


@pytest.fixture
def local(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Let the server be the gateway and the issuer of the local stack."""
    port = int(server.url.rpartition(":")[2])
    (tmp_path / "ports.json").write_text(json.dumps({"gateway": port, "issuer": port}))
    (tmp_path / "secrets.json").write_text(json.dumps({LOCAL: "secret"}))
    monkeypatch.setenv("SCHAKEL_HOME", str(tmp_path))
    server.lists("GET /employers", [])
    return server


def issues(server: Server, *tokens: str, seconds: int = 900) -> None:
    for token in tokens:
        server.answers("POST /token", {"access_token": token, "expires_in": seconds})


def shown(server: Server) -> list[str | None]:
    """Give what each request to the gateway proved itself with."""
    asked = [one for one in server.asked if one.path != "/token"]
    return [one.headers.get("Authorization") for one in asked]


def roles(server: Server) -> list[str]:
    return [one.form["role"] for one in server.asked if one.path == "/token"]


def test_a_command_gets_a_token_of_the_role_whose_work_it_is(
    schakel: Schakel, local: Server
) -> None:
    issues(local, "of-the-coordinator", "of-the-manager")
    desk = {"region": "AM36", "telephone": None, "mailbox": None, "deputy": None}
    local.answers("GET /regions/AM36/desk", desk, ETag='"0"')
    local.answers("PUT /regions/AM36/desk", desk, ETag='"1"')

    schakel.json("regions", "desk", "AM36", "--telephone", "038 000 0000")

    assert shown(local) == ["Bearer of-the-coordinator", "Bearer of-the-manager"]
    assert roles(local) == ["slw-coordinator", "wsp-manager"]
    assert local.asked[2].form["region"] == "AM36"


def test_a_role_that_is_named_asks(
    schakel: Schakel, local: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    issues(local, "a", "b")

    schakel.json("--as", OFFICER, "employers", "list")
    monkeypatch.setenv("SCHAKEL_ACTING_AS", "ops")
    schakel.json("employers", "list")

    assert roles(local) == ["wsp-officer", "ops"]
    assert shown(local) == ["Bearer a", "Bearer b"]


@pytest.mark.parametrize(
    "wrong", ["king", "wsp-officer", "ops; region=AM36", f"{OFFICER}; region=AM36"]
)
def test_a_role_that_cannot_be_is_refused_before_anybody_is_asked(
    schakel: Schakel, local: Server, wrong: str
) -> None:
    result = schakel("--as", wrong, "employers", "list")

    assert (result.exit_code, local.asked) == (1, [])
    assert "no token" in result.stderr


def test_another_gateway_gets_the_token_that_was_given_and_never_one_of_ours(
    schakel: Schakel, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.lists("GET /employers", [])
    file = tmp_path / "token"
    file.write_text("from-the-file\n")

    schakel.json("employers", "list")
    monkeypatch.setenv("SCHAKEL_TOKEN_FILE", str(file))
    schakel.json("employers", "list")
    monkeypatch.setenv("SCHAKEL_TOKEN", "given")
    schakel.json("employers", "list")

    assert shown(server) == [None, "Bearer from-the-file", "Bearer given"]
    with pytest.raises(TokenRefused, match="not the local stack"):
        auth_for(server.url, OFFICER)


@pytest.mark.parametrize("text", ["", "\n", "two\nlines", "two words"])
def test_what_is_no_token_is_refused_before_anybody_is_asked(
    schakel: Schakel, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    file = tmp_path / "token"
    file.write_text(text)
    monkeypatch.setenv("SCHAKEL_TOKEN_FILE", str(file))

    result = schakel("employers", "list")

    assert (result.exit_code, server.asked) == (1, [])
    assert "holds no token" in result.stderr.replace("\n", " ")


@pytest.mark.parametrize("held", [None, "", "no certificate"])
def test_an_authority_that_cannot_be_read_is_named_before_anybody_is_asked(
    schakel: Schakel,
    server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    held: str | None,
) -> None:
    file = tmp_path / "authority"
    if held is not None:
        file.write_text(held)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))

    result = schakel("employers", "list")

    assert (result.exit_code, server.asked) == (1, [])
    assert "SSL_CERT_FILE" in result.stderr


@pytest.mark.parametrize(("status", "help_"), [(401, "SCHAKEL_TOKEN"), (403, "--as")])
def test_who_is_refused_hears_what_helps(
    schakel: Schakel, server: Server, status: int, help_: str
) -> None:
    server.answers("GET /employers", {"title": "No", "status": status, "detail": "x"}, status)

    result = schakel("employers", "list")

    assert result.exit_code == 1
    assert help_ in result.stderr


def test_a_token_is_kept_until_shortly_before_it_expires(server: Server) -> None:
    issues(server, "brief", seconds=60)
    issues(server, "long", seconds=900)
    tokens = Tokens(server.url, "secret")

    assert [tokens.of(Identity("ops")) for _ in range(3)] == ["brief", "long", "long"]
    assert tokens.of(Identity("auditor")) == "long"
    assert len(server.asked) == 3


def test_schakel_token_prints_a_token(schakel: Schakel, local: Server) -> None:
    issues(local, "bare")

    result = schakel("token", "--role", "wsp-officer", "--region", "AM36")

    assert result.stdout == "bare\n"
    assert schakel("token", "--role", "wsp-officer").exit_code == 2


def test_schakel_token_without_a_stack_says_so(
    schakel: Schakel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHAKEL_HOME", str(tmp_path / "none"))
    result = schakel("token", "--role", "ops")
    assert result.exit_code == 1
    assert "schakel up" in result.stderr


@pytest.mark.parametrize(
    ("method", "path", "who"),
    [
        ("GET", "/operations/audit/links", "auditor"),
        ("GET", "/operations/auditing", "slw-coordinator"),
        ("PUT", "/v1/regions/AM36/desk", "wsp-manager; region=AM36"),
        ("GET", "/v1/regions/AM36/placements/5e1a", "wsp-manager; region=AM36"),
        ("GET", "/v1/regions/AM36/agreements/5e1a", "slw-coordinator"),
        ("GET", "/v1/regions/AM36", "slw-coordinator"),
        ("GET", "/v1/regions", "slw-coordinator"),
        ("POST", "/v1/regions/AM36x/desk", "slw-coordinator"),
        ("DELETE", "/v1/agreements/5e1a/participants/AM36", "slw-coordinator"),
    ],
)
def test_a_manager_does_what_is_the_regions(method: str, path: str, who: str) -> None:
    assert str(whose_work(method, path)) == who
    assert str(read_identity(who)) == who
