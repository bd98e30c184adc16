# SPDX-License-Identifier: EUPL-1.2
"""The door itself, over real sockets: limits, slow clients, and how it leaves."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.waiting import wait_until

REPOSITORY = Path(__file__).parents[3]
PROGRAM = """
import eventlet
eventlet.monkey_patch()
from tests.integration.gateway.door_program import main
main()
"""
SECONDS = 10.0
MEBIBYTE = 1 << 20


class Door:
    """A process with a door, and raw ways to knock on it."""

    def __init__(self, patience: float = 1) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", PROGRAM],
            cwd=REPOSITORY,
            env={**os.environ, "SCHAKEL_HTTP_PORT": "0", "DOOR_PATIENCE": str(patience)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        self.port = next(int(line) for line in self.process.stdout if line.strip().isdigit())
        self.url = f"http://127.0.0.1:{self.port}"

    def knock(self, source: str = "127.0.0.1") -> socket.socket:
        """Open a connection, from an address of this machine."""
        address = ("127.0.0.1", self.port)
        return socket.create_connection(address, timeout=SECONDS, source_address=(source, 0))

    def cut(self, reason: str) -> int:
        """Say how many connections were cut for a reason."""
        with self.knock("127.0.0.9") as client:
            client.sendall(f"GET /cut?reason={reason} HTTP/1.0\r\n\r\n".encode())
            return int(rest_of(client).rpartition(b"\r\n\r\n")[2])

    def say(self, raw: bytes) -> bytes:
        """Send bytes, and read until the door closes the connection."""
        with self.knock() as client:
            client.sendall(raw)
            return rest_of(client)

    def tell_to_stop(self) -> None:
        """Begin the end of the process."""
        self.process.send_signal(signal.SIGTERM)


def rest_of(client: socket.socket) -> bytes:
    return b"".join(iter(lambda: client.recv(65_536), b""))


def until(client: socket.socket, end: bytes) -> bytes:
    heard = b""
    while not heard.endswith(end):
        chunk = client.recv(1)
        assert chunk, heard
        heard += chunk
    return heard


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    """Give a door that is open for the whole module."""
    opened = Door()
    yield opened
    opened.process.kill()
    opened.process.communicate()


@pytest.fixture(scope="module")
def patient() -> Iterator[Door]:
    """Give a door that waits long for a client that is idle, or stalls."""
    opened = Door(patience=30)
    yield opened
    opened.process.kill()
    opened.process.communicate()


@pytest.fixture
def leaving() -> Iterator[Door]:
    """Give a door that a test may close."""
    opened = Door()
    yield opened
    opened.process.kill()
    opened.process.communicate()


def status_and_problem(raw: bytes) -> tuple[int, str]:
    head, _, body = raw.partition(b"\r\n\r\n")
    assert b"api-version: 1.0.0" in head.lower()
    assert b"connection: close" in head.lower()
    assert b"application/problem+json" in head.lower()
    return int(head.split()[1]), json.loads(body)["type"]


def test_a_request_is_answered_and_the_connection_kept(door: Door) -> None:
    with httpx.Client(base_url=door.url) as client:
        first = client.post("/echo", content=b"x" * MEBIBYTE)
        second = client.get("/echo")
    assert (first.text, second.text) == (f"POST {MEBIBYTE}", "GET 0")
    assert "close" not in first.headers.get("Connection", "")


@pytest.mark.parametrize("size", [MEBIBYTE + 1, 17_000_000])
def test_a_body_that_says_it_is_too_large_is_413_unread(door: Door, size: int) -> None:
    response = httpx.post(f"{door.url}/echo", content=b"x" * size)
    assert response.status_code == 413
    assert response.json()["type"] == "/problems/content-too-large"


def test_a_body_that_does_not_say_its_size_is_413_too(door: Door) -> None:
    chunks = (b"x" * 65_536 for _ in range(17))
    assert httpx.post(f"{door.url}/echo", content=chunks).status_code == 413


@pytest.mark.parametrize(
    ("raw", "status", "slug"),
    [
        (b"GET /" + b"x" * 9_000 + b" HTTP/1.1\r\n\r\n", 414, "uri-too-long"),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 9_000 + b"\r\n\r\n", 431, "headers-too-large"),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20_000 + b"\r\n", 431, "headers-too-large"),
        (b"nonsense\r\n\r\n", 400, "malformed-request"),
        (b"GET / HTTP/9.9\r\n\r\n", 400, "malformed-request"),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400, "malformed-request"),
        (b"POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\nx", 400, "malformed-request"),
        (
            b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
            400,
            "malformed-request",
        ),
        (
            b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
            "malformed-request",
        ),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 400, "malformed-request"),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 101 + b"\r\n", 431, "headers-too-large"),
    ],
)
def test_what_cannot_be_read_is_a_problem_too(
    door: Door, raw: bytes, status: int, slug: str
) -> None:
    assert status_and_problem(door.say(raw)) == (status, f"/problems/{slug}")


# Where two readers could disagree, one request could hide in another.
@pytest.mark.parametrize(
    "raw",
    [
        b"GET /echo\r\n\r\n",
        b"GET  /echo HTTP/1.1\r\n\r\n",
        b"GET /\x0becho HTTP/1.1\r\n\r\n",
        b"GET /\xa0 HTTP/1.1\r\n\r\n",
        b"GET /\xc3\xa9 HTTP/1.1\r\n\r\n",
        b"G(T /echo HTTP/1.1\r\n\r\n",
        b"GET /echo HTTP/1.1\n\n",
        b"GET /echo HTTP/1.1\r\nX: y\n\r\n",
        b"GET /echo HTTP/1.1\r\nX: a\rTransfer-Encoding: chunked\r\n\r\n",
        b"GET /echo HTTP/1.1\r\nX: a\x00b\r\n\r\n",
        b"GET /echo HTTP/1.1\r\nX: a\r\n folded\r\n\r\n",
        b"GET /echo HTTP/1.1\r\n: nameless\r\n\r\n",
        b"GET /echo HTTP/1.1\r\nnothing\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nContent-Length : 1\r\n\r\nx",
        b"POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    ],
)
def test_a_head_that_can_be_read_in_two_ways_is_400(door: Door, raw: bytes) -> None:
    assert status_and_problem(door.say(raw)) == (400, "/problems/malformed-request")


@pytest.mark.parametrize(
    "chunks",
    [
        b"zz\r\n",
        b"0x1\r\nx\r\n0\r\n\r\n",
        b"+1\r\nx\r\n0\r\n\r\n",
        b"-1\r\nx\r\n0\r\n\r\n",
        b"1_0\r\n0123456789abcdef\r\n0\r\n\r\n",
        b" 1\r\nx\r\n0\r\n\r\n",
        b"1\nx\r\n0\r\n\r\n",
        b"1\r\nxy\r\n0\r\n\r\n",
        b"1\r\nx" + b"y" * 100_000,
        b"1;" + b"y" * 100_000,
        b"0\r\nX: " + b"y" * 100_000,
        b"0\r\n" + b"X: y\r\n" * 1_000 + b"\r\n",
        b"FFFFFFFFF\r\n",
    ],
)
def test_a_body_in_pieces_that_are_unclear_or_endless_is_400(door: Door, chunks: bytes) -> None:
    raw = door.say(b"POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
    assert status_and_problem(raw) == (400, "/problems/malformed-request")


def test_a_body_in_pieces_is_read_whole_with_what_may_stand_around_it(door: Door) -> None:
    head = b"POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    body = b"A;name=value\r\n0123456789\r\n1\r\nx\r\n0\r\nTrailer: x\r\n\r\n"
    with door.knock() as client:
        for _ in range(2):
            client.sendall(head + body)
            until(client, b"POST 11")


def test_requests_that_come_without_waiting_are_answered_in_their_order(door: Door) -> None:
    with door.knock() as client:
        requests = [b"POST /echo HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % n for n in range(50)]
        client.sendall(b"".join(head + b"x" * n for n, head in enumerate(requests)))
        for number in range(50):
            until(client, b"\r\n\r\nPOST %d" % number)


def test_a_body_that_ends_before_its_length_is_400(door: Door) -> None:
    with door.knock() as client:
        client.sendall(b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf")
        client.shutdown(socket.SHUT_WR)
        assert status_and_problem(rest_of(client))[0] == 400


def test_a_client_that_does_not_finish_its_body_is_408(door: Door) -> None:
    raw = door.say(b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf")
    assert status_and_problem(raw) == (408, "/problems/request-timeout")


def test_a_client_that_does_not_finish_its_headers_is_left(door: Door) -> None:
    assert door.say(b"GET / HTTP/1.1\r\nHost: ") == b""


def test_a_client_that_says_nothing_is_left(door: Door) -> None:
    assert door.say(b"") == b""


def test_a_client_that_spells_its_first_line_is_left(door: Door) -> None:
    with door.knock() as client:
        client.settimeout(0.3)
        for _ in range(60):
            try:
                heard = client.recv(1)
            except TimeoutError:
                client.send(b"G")
            else:
                assert heard == b""
                return
    pytest.fail("one letter at a time earned it all the time it wanted")


def test_a_client_that_does_not_read_a_large_answer_in_time_is_cut(patient: Door) -> None:
    before = patient.cut("slow-reader")
    with patient.knock() as client:
        client.sendall(b"GET /large HTTP/1.1\r\n\r\n")
        assert wait_until(lambda: patient.cut("slow-reader") == before + 1)
        head, _, body = rest_of(client).partition(b"\r\n\r\n")
    assert int(head.lower().partition(b"content-length: ")[2].split()[0]) > len(body)


def test_one_address_cannot_take_every_connection(patient: Door) -> None:
    before = patient.cut("address")
    with ExitStack() as held:
        for _ in range(40):
            held.enter_context(patient.knock("127.0.0.2"))
        one_more = held.enter_context(patient.knock("127.0.0.2"))
        assert rest_of(one_more) == b""
        assert patient.cut("address") == before + 1
        other = held.enter_context(patient.knock("127.0.0.3"))
        other.sendall(b"GET /echo HTTP/1.1\r\n\r\n")
        until(other, b"GET 0")


def test_a_full_door_makes_room_by_closing_what_has_been_idle_longest(patient: Door) -> None:
    before = patient.cut("full")
    with ExitStack() as held:
        listening = held.enter_context(patient.knock("127.0.0.4"))
        listening.sendall(b"GET /endless HTTP/1.1\r\n\r\n")
        until(listening, b"data: here\n\n\r\n")
        addresses = [f"127.0.0.{5 + number % 3}" for number in range(60)]
        idle = [held.enter_context(patient.knock(address)) for address in addresses]
        client = held.enter_context(patient.knock("127.0.0.8"))
        client.sendall(b"GET /echo HTTP/1.1\r\n\r\n")
        until(client, b"GET 0")
        assert rest_of(idle[0]) == b""
        listening.settimeout(0.2)
        with pytest.raises(TimeoutError):
            listening.recv(1)
    assert patient.cut("full") >= before + 10


def test_an_error_of_ours_tells_nothing_of_the_inside(door: Door) -> None:
    response = httpx.get(f"{door.url}/broken")
    assert response.status_code == 500
    assert response.json()["type"] == "/problems/internal-error"
    assert "RuntimeError" not in response.text


def test_many_listeners_and_one_that_does_not_read_hold_up_nobody(door: Door) -> None:
    deaf = door.knock()
    deaf.sendall(b"GET /flood HTTP/1.1\r\n\r\n")
    listeners = [door.knock() for _ in range(30)]
    for listener in listeners:
        listener.sendall(b"GET /endless HTTP/1.1\r\n\r\n")
    for listener in listeners:
        assert b"text/event-stream" in until(listener, b"data: here\n\n")
    assert httpx.get(f"{door.url}/echo", timeout=SECONDS).text == "GET 0"
    for client in (deaf, *listeners):
        client.close()


def test_a_door_that_leaves_answers_what_runs_and_takes_nothing_new(leaving: Door) -> None:
    with leaving.knock() as held, leaving.knock() as idle, leaving.knock() as listener:
        idle.sendall(b"GET /echo HTTP/1.1\r\n\r\n")
        until(idle, b"GET 0")
        listener.sendall(b"GET /endless HTTP/1.1\r\n\r\n")
        until(listener, b"data: here\n\n")
        other = leaving.knock()
        held.sendall(b"GET /held HTTP/1.1\r\n\r\n")
        other.sendall(b"GET /echo HTTP/1.1\r\n\r\n")
        until(other, b"GET 0")
        other.sendall(b"POST /release HTTP/1.1\r\nContent-Length: 1\r\n\r\n")
        leaving.tell_to_stop()
        assert rest_of(idle) == b""
        rest_of(listener)
        with pytest.raises(ConnectionRefusedError):
            leaving.knock()
        other.sendall(b"x")
        answered = rest_of(held)
        other.close()
    assert answered.endswith(b"released")
    assert b"connection: close" in answered.lower()
    assert leaving.process.wait(SECONDS) == 0


def test_a_door_that_leaves_cuts_what_does_not_end_in_time(leaving: Door) -> None:
    with leaving.knock() as held:
        held.sendall(b"GET /held HTTP/1.1\r\n\r\n")
        httpx.get(f"{leaving.url}/echo")
        leaving.tell_to_stop()
        assert rest_of(held) == b""
