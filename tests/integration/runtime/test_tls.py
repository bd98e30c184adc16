# SPDX-License-Identifier: EUPL-1.2
"""Whom a service speaks to proves who it is, and so does the gateway, where settings ask for it."""

import os
import ssl
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from tests.integration.messaging.serving import serving
from tests.servers import PrivateBroker, ServiceDatabase, environment
from tests.tls import HOST, Proof, front, proof

REPOSITORY = Path(__file__).parents[3]
DOOR = """
import eventlet
eventlet.monkey_patch()
from tests.integration.gateway.door_program import main
main()
"""
SSL_REQUEST = 8


@pytest.fixture
def known(tmp_path: Path) -> Proof:
    """Give a certificate."""
    return proof(tmp_path, "known")


@pytest.fixture
def stranger(tmp_path: Path) -> Proof:
    """Give a certificate of an authority that nobody has heard of."""
    return proof(tmp_path, "stranger")


def at(url: str, port: int) -> str:
    """Give the same address on another port."""
    parts = urlsplit(url)
    return parts._replace(netloc=f"{parts.netloc.rpartition('@')[0]}@{HOST}:{port}").geturl()


def port_of(url: str) -> int:
    """Give the port of an address."""
    port = urlsplit(url).port
    assert port is not None
    return port


def test_the_gateway_proves_who_it_is(known: Proof, stranger: Proof) -> None:
    told = {
        "SCHAKEL_HTTP_PORT": "0",
        "SCHAKEL_HTTP_CERTIFICATE": str(known.certificate),
        "SCHAKEL_HTTP_KEY": str(known.key),
    }
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", DOOR],
        cwd=REPOSITORY,
        env={**os.environ, **told},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        port = next(int(line) for line in process.stdout if line.strip().isdigit())
        trusted = ssl.create_default_context(cafile=str(known.authority))
        with httpx.Client(base_url=f"https://{HOST}:{port}", verify=trusted) as client:
            assert client.post("/", content=b"12345").text == "POST 5"
            assert client.get("/").text == "GET 0"
        with pytest.raises(httpx.ConnectError, match="certificate"):
            httpx.get(
                f"https://{HOST}:{port}/",
                verify=ssl.create_default_context(cafile=str(stranger.authority)),
            )
        with pytest.raises(httpx.TransportError):
            httpx.get(f"http://{HOST}:{port}/")
        process.terminate()


def test_a_service_works_with_a_database_and_a_broker_that_prove_who_they_are(
    known: Proof, database: Callable[[str], ServiceDatabase], broker: PrivateBroker
) -> None:
    made = database("employers")
    broker.apply_topology()
    amqp = broker.url("schakel-employers")
    with (
        front(known, port_of(made.service_url), greeting=SSL_REQUEST) as postgres,
        front(known, port_of(amqp)) as rabbitmq,
        serving(
            "employers",
            made,
            broker,
            SCHAKEL_DATABASE_URL=_verified(at(made.service_url, postgres), known),
            SCHAKEL_AMQP_URL=at(amqp, rabbitmq).replace("pyamqp://", "amqps://"),
            SCHAKEL_AMQP_CA=str(known.authority),
        ) as process,
    ):
        # It was ready: it consumes, it can be called, and its database answers.
        assert process.poll() is None


def test_a_database_of_another_authority_is_refused(
    known: Proof, stranger: Proof, database: Callable[[str], ServiceDatabase]
) -> None:
    made = database("employers")
    with front(known, port_of(made.service_url), greeting=SSL_REQUEST) as port:
        url = at(made.service_url, port)
        with psycopg.connect(_verified(url, known)) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
            psycopg.connect(_verified(url, stranger))


def test_a_broker_of_another_authority_is_refused(
    known: Proof, stranger: Proof, broker: PrivateBroker
) -> None:
    broker.apply_topology()
    url = broker.url("schakel-topology")
    with front(known, port_of(url)) as port:
        secured = at(url, port).replace("pyamqp://", "amqps://")

        assert _drift(secured, known).stdout == "no drift\n"
        refused = _drift(secured, stranger)
    assert refused.returncode != 0
    assert "certificate verify failed" in refused.stderr


def _verified(url: str, by: Proof) -> str:
    return f"{url}?sslmode=verify-full&sslrootcert={by.authority}"


def _drift(url: str, by: Proof) -> subprocess.CompletedProcess[str]:
    told = {"SCHAKEL_AMQP_URL": url, "SCHAKEL_AMQP_CA": str(by.authority)}
    return subprocess.run(
        [sys.executable, "-m", "shared.messaging.topology", "diff"],
        env=environment() | told,
        capture_output=True,
        text=True,
        check=False,
    )
