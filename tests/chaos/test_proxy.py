# SPDX-License-Identifier: EUPL-1.2
"""The line does to connections what it says."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from tests.chaos.proxy import LOOPBACK, Line
from tests.waiting import wait_until

WORDS = b"afspraken"
SECONDS = 10.0
SHORTLY = 0.2


@pytest.fixture
def line() -> Iterator[Line]:
    """Give a line to a server that says back what it hears."""
    with socket.create_server((LOOPBACK, 0)) as server:
        threading.Thread(target=repeat, args=[server], daemon=True).start()
        with closing(Line(server.getsockname()[1])) as made:
            yield made


def repeat(server: socket.socket) -> None:
    with suppress(OSError):
        while True:
            client, _ = server.accept()
            threading.Thread(target=repeat_to, args=[client], daemon=True).start()


def repeat_to(client: socket.socket) -> None:
    with client, suppress(OSError):
        while heard := client.recv(100):
            client.sendall(heard)


def opened(line: Line) -> socket.socket:
    client = socket.create_connection((LOOPBACK, line.port), timeout=SECONDS)
    assert said(client) == WORDS
    return client


def refuses(line: Line) -> bool:
    try:
        with socket.create_connection((LOOPBACK, line.port), timeout=SECONDS) as late:
            return ended(late)
    except ConnectionError:
        return True


def hears_nothing(client: socket.socket) -> bool:
    client.settimeout(SHORTLY)
    try:
        return said(client) == b""
    except TimeoutError:
        return True
    finally:
        client.settimeout(SECONDS)


def said(client: socket.socket, words: bytes = WORDS) -> bytes:
    client.sendall(words)
    return heard(client)


def heard(client: socket.socket) -> bytes:
    found = b""
    while len(found) < len(WORDS) and (more := client.recv(100)):
        found += more
    return found


def test_frozen_line_passes_nothing_and_then_all_of_it(line: Line) -> None:
    with opened(line) as client:
        with line.disturbed("frozen"):
            assert hears_nothing(client)
            wait_until(lambda: line.held)

        assert heard(client) == WORDS


def test_cut_line_resets_and_refuses_until_it_is_mended(line: Line) -> None:
    with opened(line) as client:
        with line.disturbed("cut"):
            assert line.held == 1
            assert refuses(line)
            assert ended(client)

        opened(line).close()


def test_half_open_line_loses_what_the_server_says_and_ends_when_it_is_mended(line: Line) -> None:
    with opened(line) as client:
        with line.disturbed("half-open"):
            assert hears_nothing(client)

        assert ended(client)


def test_sliced_line_loses_nothing(line: Line) -> None:
    with opened(line) as client, line.disturbed("sliced"):
        assert said(client) == WORDS
        assert line.held >= 2


def ended(client: socket.socket) -> bool:
    try:
        return client.recv(100) == b""
    except ConnectionError:
        return True
