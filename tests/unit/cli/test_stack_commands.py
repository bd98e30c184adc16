# SPDX-License-Identifier: EUPL-1.2
"""The commands of the local stack where nothing runs, and what they make of each answer."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from werkzeug.wrappers import Response

from services.cli.stack import condition
from services.cli.stack.settings import faults
from tests.unit.cli.conftest import Json, Schakel, Server

ALIVE: Json = {"status": "alive", "silent": []}
READY: Json = {"status": "ready", "unmet": {}}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder where no stack ever was, and work there."""
    monkeypatch.delenv("SCHAKEL_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def frozen() -> Iterator[int]:
    """Give a port at which the system takes connections, and nobody answers them."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def port_of(server: Server) -> int:
    return int(server.url.rsplit(":", 1)[1])


def test_status_makes_no_stack_where_there_is_none(schakel: Schakel, elsewhere: Path) -> None:
    result = schakel("status", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["state"] == "stopped"
    assert schakel("status").exit_code == 1
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize(
    ("health", "readiness", "told"),
    [
        (ALIVE, READY, "ready"),
        (ALIVE, {"unmet": {"broker": "away", "database": "away"}}, "broker: away; database: away"),
        ({"status": "stuck", "silent": ["relay"]}, READY, "stuck: relay; kill it"),
        ({}, [], "another program answers on its port"),
    ],
)
def test_a_service_is_what_it_answers(
    server: Server, health: Json, readiness: Json, told: str
) -> None:
    server.answers("GET /healthz", health, 503 if health.get("silent") else 200)
    server.answers("GET /readyz", readiness, 200 if readiness == READY else 503)
    assert condition.served(port_of(server)) == told


@pytest.mark.parametrize("ask", [condition.served, lambda port: condition.greeted(port, b"hello")])
def test_a_frozen_process_is_stuck_though_its_port_is_open(
    frozen: int, ask: Callable[[int], str]
) -> None:
    assert ask(frozen) == "does not answer within 1 s: stuck, kill it"


def test_a_service_that_is_slow_to_say_what_it_lacks_is_not_to_be_killed(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(condition, "NEEDS_SECONDS", 0.2)
    told = threading.Event()

    def late() -> Iterator[bytes]:
        told.wait()
        yield b"{}"

    server.answers("GET /healthz", ALIVE)
    server.answers_with("GET /readyz", Response(late(), content_type="application/json"))

    try:
        said = condition.served(port_of(server))
    finally:
        told.set()

    assert said == "process: alive, and did not say within 0.2 s what it needs"


def test_the_stack_is_ready_when_every_program_is(server: Server, elsewhere: Path) -> None:
    server.answers("GET /healthz", ALIVE)
    server.answers("GET /readyz", READY)
    program = {"pid": 7, "restarts": 0}
    ports = {"regions-admin": port_of(server), "gateway-admin": port_of(server)}

    well = {"state": "ready", "programs": {"regions": program, "gateway": program}}
    assert condition.examine(well, ports, elsewhere)["state"] == "ready"

    dead = {"state": "ready", "programs": {"regions": program, "gateway": program | {"pid": None}}}
    told = condition.examine(dead, ports, elsewhere)
    assert told["state"] == "not ready"
    assert told["programs"]["regions"]["condition"] == "ready"
    assert told["programs"]["gateway"]["condition"] == "dead; it is started again"


def test_a_server_whose_disk_is_full_takes_nothing(elsewhere: Path) -> None:
    assert condition.roomy(elsewhere, 0) == "ready"
    told = condition.roomy(elsewhere, 10**12)
    assert told.startswith("takes nothing: ")
    assert told.endswith(f" MB of its disk are free, and it wants {10**12}")
    assert condition.roomy(elsewhere / "nowhere", 10**12) == "ready"


@pytest.mark.parametrize("verb", ["apply", "diff"])
def test_the_topology_of_a_stopped_stack_is_refused_in_a_sentence(
    schakel: Schakel, elsewhere: Path, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    monkeypatch.delenv("SCHAKEL_AMQP_URL", raising=False)
    why = "The stack is stopped, and its broker with it: schakel up starts both."
    said, read = schakel("topology", verb), schakel("topology", verb, "--json")
    assert (said.exit_code, said.stderr.split()) == (1, why.split())
    assert (read.exit_code, json.loads(read.stdout)) == (1, {"error": why})
    assert list(elsewhere.iterdir()) == []


def test_the_topology_of_a_broker_that_is_away_is_refused_in_a_sentence(
    capfd: pytest.CaptureFixture[str], schakel: Schakel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHAKEL_AMQP_URL", "pyamqp://somebody:secret@127.0.0.1:1/schakel")
    assert schakel("topology", "diff").exit_code == 1
    said = capfd.readouterr()
    assert said.err.splitlines() == ["The broker cannot be reached: [Errno 111] Connection refused"]
    assert schakel("topology", "diff", "--json").exit_code == 1
    assert json.loads(capfd.readouterr().out)["error"] == said.err.strip()


@pytest.mark.parametrize(
    ("setting", "value", "fault"),
    [
        ("HTTP_PORT", "eighty", "SCHAKEL_HTTP_PORT must be a port"),
        ("HTTP_PORT", "70000", "SCHAKEL_HTTP_PORT must be a port"),
        ("HTTP_PORT", "0", "SCHAKEL_HTTP_PORT must be a port other than 0"),
        ("LOG_LEVEL", "LOUD", "SCHAKEL_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR"),
    ],
)
def test_a_setting_with_which_no_stack_could_start_is_named(
    monkeypatch: pytest.MonkeyPatch, setting: str, value: str, fault: str
) -> None:
    monkeypatch.setenv(f"SCHAKEL_{setting}", value)
    assert faults() == [fault]


def test_a_wrong_setting_is_refused_before_anything_is_started(
    schakel: Schakel, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHAKEL_HTTP_PORT", "0")
    fault = "SCHAKEL_HTTP_PORT must be a port other than 0"
    said = schakel("up")
    assert (said.exit_code, said.stderr.split()) == (2, fault.split())
    assert schakel("run").exit_code == 2
    read = schakel("up", "--json")
    assert (read.exit_code, json.loads(read.stdout)) == (2, {"error": fault})
    assert list(elsewhere.iterdir()) == []
