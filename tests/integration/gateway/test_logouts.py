# SPDX-License-Identifier: EUPL-1.2
"""Whoever logs out at one gateway is nobody at another, nor at one that starts later."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict

import amqp
import httpx
import psutil
import pytest

from services.cli.stack import ports
from services.cli.stack.readiness import answers
from services.gateway.browser import sessions
from services.gateway.browser.pages import FIELD
from shared.contracts.topology import LOGOUT_STREAM
from shared.messaging import topology
from tests.e2e.intruder import Intruder
from tests.servers import RunningStack
from tests.waiting import wait_until
from tests.whose import officer

SECONDS = 60.0
CSRF = "one-time"


@pytest.fixture(scope="module")
def environ(stack: RunningStack) -> Mapping[str, str]:
    """Give what the stack's gateway was started with."""
    pid = stack.pids["gateway"]
    assert pid is not None
    return psutil.Process(pid).environ()


@pytest.fixture(scope="module")
def other(environ: Mapping[str, str]) -> Iterator[str]:
    """Run a second gateway beside that of the stack, and give its address."""
    chosen = ports.choose(["http", "admin"], {})
    told = {"HTTP": str(chosen["http"]), "ADMIN": str(chosen["admin"])}
    process = subprocess.Popen(
        [sys.executable, "-m", "shared.serve", "gateway"],
        env={**environ, **{f"SCHAKEL_{name}_PORT": port for name, port in told.items()}},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: answers(chosen["admin"], "/readyz"), SECONDS)
        yield f"http://127.0.0.1:{chosen['http']}"
    finally:
        process.terminate()
        process.wait(SECONDS)


def status(url: str, token: str) -> int:
    """Tell how a gateway answers a token."""
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{url}/v1/regions", headers=headers, timeout=20).status_code


def answered(url: str, token: str) -> bool:
    """Tell whether a gateway answers at all."""
    try:
        return bool(status(url, token))
    except httpx.TransportError:
        return False


def log_out(url: str, token: str, secret: str) -> None:
    """Log out as a browser does that has this token."""
    session = asdict(sessions.Session(token, CSRF))
    cookie = str(sessions._signer(secret, sessions.SESSION).dumps(session))
    with httpx.Client(base_url=url, cookies={sessions.SESSION: cookie}, timeout=20) as browser:
        assert browser.post("/logout", data={FIELD: CSRF}).status_code == 303


def test_whoever_logs_out_at_one_gateway_is_nobody_at_another(
    stack: RunningStack, other: str, environ: Mapping[str, str]
) -> None:
    token, bystander = (stack.tokens.fresh(officer(region))[0] for region in ("AM36", "AM23"))
    assert (status(stack.base_url, token), status(other, token)) == (200, 200)

    log_out(stack.base_url, token, environ["SCHAKEL_SESSION_SECRET"])

    wait_until(lambda: status(other, token) == 401, SECONDS)
    assert status(stack.base_url, token) == 401
    assert (status(stack.base_url, bystander), status(other, bystander)) == (200, 200)


def test_a_gateway_that_starts_again_knows_who_logged_out(
    stack: RunningStack, environ: Mapping[str, str]
) -> None:
    token, bystander = (stack.tokens.fresh(officer(region))[0] for region in ("AM36", "AM23"))
    log_out(stack.base_url, token, environ["SCHAKEL_SESSION_SECRET"])

    stack.kill("gateway")
    # Before it is ready it lets nobody in, as it cannot tell yet.
    wait_until(lambda: answered(stack.base_url, token), SECONDS)
    assert status(stack.base_url, token) in {401, 503}

    stack.wait_ready("gateway")
    assert (status(stack.base_url, token), status(stack.base_url, bystander)) == (401, 200)


def test_a_stream_that_is_lost_is_told_again_by_whoever_knows(
    stack: RunningStack, other: str, environ: Mapping[str, str]
) -> None:
    token, later = (stack.tokens.fresh(officer(region))[0] for region in ("AM36", "AM23"))
    log_out(stack.base_url, token, environ["SCHAKEL_SESSION_SECRET"])
    wait_until(lambda: status(other, token) == 401, SECONDS)

    topology.renew(stack.amqp_url("schakel-topology"), LOGOUT_STREAM.name)
    # What comes behind it is heard; so that was told again before.
    log_out(other, later, environ["SCHAKEL_SESSION_SECRET"])
    wait_until(lambda: status(stack.base_url, later) == 401, SECONDS)
    stack.kill("gateway")
    stack.wait_ready("gateway")

    assert (status(stack.base_url, token), status(stack.base_url, later)) == (401, 401)


def test_nobody_but_a_gateway_can_log_anybody_out(stack: RunningStack) -> None:
    for user in ("schakel-regions", "schakel-agreements"):
        with pytest.raises(amqp.AccessRefused):
            Intruder(stack).logs_out(b'{"told": ["4000000000/somebody"]}', user=user)


def test_what_cannot_be_read_is_passed_over(
    stack: RunningStack, other: str, environ: Mapping[str, str]
) -> None:
    token = stack.tokens.fresh(officer("AM36"))[0]
    for odd in (b"", b"[]", b"7", b'{"told": 7}', b'{"told": [7]}', b'{"told": ["x/y"]}', b"\xff"):
        Intruder(stack).logs_out(odd, user="schakel-gateway")

    log_out(stack.base_url, token, environ["SCHAKEL_SESSION_SECRET"])

    wait_until(lambda: status(other, token) == 401, SECONDS)
