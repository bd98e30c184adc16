# SPDX-License-Identifier: EUPL-1.2
"""A line between the services and a server, which can be cut, frozen, half open or very narrow."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

Mode = Literal["through", "frozen", "cut", "half-open", "sliced"]
LOOPBACK = "127.0.0.1"
CHUNK = 65536
# With this a close is a reset, as from a machine that knows nothing of the connection.
RESET = struct.pack("ii", 1, 0)


class Line:
    """Carries connections to one server; `disturbed` makes it a bad line for a while.

    frozen: nothing passes either way, and nobody is told; all of it passes later.
    cut: every connection is reset, and new ones are refused at once.
    half-open: what the server says is lost; its end is found out when the line is mended.
    sliced: every byte comes by itself.
    """

    def __init__(self, port: int) -> None:
        self._server_port = port
        self._listener = socket.create_server((LOOPBACK, 0))
        self.port: int = self._listener.getsockname()[1]
        self._mode: Mode = "through"
        self._thaw = threading.Event()
        self._thaw.set()
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._lock = threading.Lock()
        self._held = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Carry nothing more."""
        self._listener.close()
        self._cut()

    @contextmanager
    def disturbed(self, mode: Mode) -> Iterator[None]:
        """Be a bad line for the length of the block."""
        self._held = 0
        self._mode = mode
        if mode == "frozen":
            self._thaw.clear()
        if mode == "cut":
            self._held = self._cut()
        try:
            yield
        finally:
            self._mode = "through"
            self._thaw.set()
            if mode == "half-open":
                self._cut()

    @property
    def held(self) -> int:
        """How many connections or pieces of them have met the disturbance so far."""
        return self._held

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._carry, args=[client], daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        if self._mode == "cut":
            self._held += 1
            _reset(client)
            return
        try:
            server = socket.create_connection((LOOPBACK, self._server_port))
        except OSError:
            _reset(client)
            return
        pair = (client, server)
        for end in pair:
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._pairs.add(pair)
        back = threading.Thread(
            target=self._pump, args=[server, client], kwargs={"from_server": True}, daemon=True
        )
        back.start()
        self._pump(client, server, from_server=False)
        back.join()
        with self._lock:
            self._pairs.discard(pair)
        for end in pair:
            end.close()

    def _pump(self, source: socket.socket, target: socket.socket, *, from_server: bool) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                if self._mode != "through":
                    self._held += 1
                self._thaw.wait()
                if self._mode == "sliced":
                    for place in range(len(data)):
                        target.sendall(data[place : place + 1])
                elif not (self._mode == "half-open" and from_server):
                    target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)

    def _cut(self) -> int:
        with self._lock:
            pairs = list(self._pairs)
        for pair in pairs:
            for end in pair:
                with suppress(OSError):
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                    end.shutdown(socket.SHUT_RDWR)
        return len(pairs)


def _reset(end: socket.socket) -> None:
    with suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    end.close()
