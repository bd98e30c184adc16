# SPDX-License-Identifier: EUPL-1.2
"""An HTTP server that cannot be held open by a slow client and knows how to leave.

nameko's own web server goes on accepting while it drains and then cuts connections in mid-answer;
this one closes its listener first, says `Connection: close`, and waits for what runs.
"""

import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import eventlet
import structlog
from eventlet import wsgi
from greenlet import GreenletExit
from werkzeug.exceptions import BadRequest, HTTPException, default_exceptions
from werkzeug.wrappers import Response

log = structlog.get_logger()

Refuse = Callable[[HTTPException], Response]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client may take of a door."""

    body_bytes: int = 1 << 20
    line_bytes: int = 8_192
    connections: int = 512
    request_seconds: float = 10.0
    idle_seconds: float = 30.0
    stall_seconds: float = 10.0
    drain_seconds: float = 15.0


class _Connection(wsgi.HttpProtocol):  # type: ignore[misc]
    """One client's connection: requests one after another, each within the limits."""

    def setup(self) -> None:
        super().setup()
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.linger = False

    def _read_request_line(self) -> bytes | str:
        line: bytes | str = super()._read_request_line()
        if len(line) >= self.server.url_length_limit:
            self.send_error(414)
            return ""
        return line

    def parse_request(self) -> bool:
        """Read the headers, or refuse the request and the connection with it."""
        try:
            with eventlet.Timeout(self.server.limits.request_seconds, TimeoutError):
                if not super().parse_request():
                    return False
        except (wsgi.HeaderLineTooLong, wsgi.HeadersTooLarge):
            self.send_error(431)
            return False
        if self._length_is_unclear():
            self.send_error(400)
            return False
        return True

    def _length_is_unclear(self) -> bool:
        """Say whether two readers could disagree on where the body ends."""
        lengths = self.headers.get_all("content-length", [])
        codings = self.headers.get_all("transfer-encoding", [])
        if codings:
            return bool(lengths) or [coding.lower() for coding in codings] != ["chunked"]
        return len(lengths) > 1 or any(not (n.isascii() and n.isdigit()) for n in lengths)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what could not even be read as a request."""
        del message, explain
        self.leave()
        response = self.server.refuse(default_exceptions.get(code, BadRequest)())
        response.headers["Connection"] = "close"
        head = [f"HTTP/1.1 {response.status}", *(f"{k}: {v}" for k, v in response.headers)]
        text = "\r\n".join([*head, "", ""]).encode("latin-1") + response.get_data()
        self.wfile.write(text)
        self.wfile.flush()

    def get_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environ()
        environ["door.connection"] = self
        return environ

    def leave(self) -> None:
        """End this connection with the answer in hand, whatever of the request is unread."""
        self.close_connection = True
        self.linger = True

    def finish(self) -> None:
        if self.linger:
            self._let_the_client_read()
        super().finish()

    def _let_the_client_read(self) -> None:
        """Swallow what is still coming: closing on it would destroy the answer on its way."""
        try:
            self.request.shutdown(socket.SHUT_WR)
            with eventlet.Timeout(2, TimeoutError):
                while self.request.recv(1 << 16):
                    pass
        except OSError:
            return


class Door:
    """Serves one WSGI application until it is closed."""

    def __init__(self, application: Application, refuse: Refuse, limits: Limits) -> None:
        self._application = application
        self._refuse = refuse
        self._limits = limits
        self._pool = eventlet.GreenPool(limits.connections)
        self._clients: dict[Any, list[Any]] = {}
        self._streams: set[Any] = set()
        self._closed = False

    def open(self, host: str, port: int) -> int:
        """Listen, and give the port: the one asked for, or a free one for 0."""
        # Two doors on one port would share its clients by chance: eventlet's default.
        self._listener = eventlet.listen((host, port), backlog=256, reuse_port=False)
        address: tuple[str, int] = self._listener.getsockname()
        self._server = wsgi.Server(
            self._listener,
            address,
            self._application,
            protocol=_Connection,
            keepalive=self._limits.idle_seconds,
            socket_timeout=self._limits.stall_seconds,
            url_length_limit=self._limits.line_bytes,
            log_output=False,
            debug=False,
        )
        self._server.refuse = self._refuse
        self._server.limits = self._limits
        self._acceptor = eventlet.spawn(self._accept)
        return address[1]

    def close(self, within_seconds: float) -> None:
        """Take nothing new, let running requests end, and cut what is left after the time given.

        A stream has no end of its own, so it is cut at once.
        """
        if self._closed:
            return
        self._closed = True
        self._listener.close()
        self._acceptor.kill()
        self._server.keepalive = False
        for thread, client in list(self._clients.items()):
            if thread in self._streams:
                thread.kill()
            elif client[2] == wsgi.STATE_IDLE:
                _shut(client[1])
            client[2] = wsgi.STATE_CLOSE
        with eventlet.Timeout(within_seconds, False):  # noqa: FBT003 - eventlet's own interface
            self._pool.waitall()
        for thread in list(self._clients):
            thread.kill()

    def stream(self) -> None:
        """Say that the answer of the running request has no end."""
        self._streams.add(eventlet.getcurrent())

    def _accept(self) -> None:
        while not self._closed:
            try:
                client, address = self._listener.accept()
            except OSError as error:
                if not self._closed:
                    log.warning("accept_failed", error=str(error))
                    eventlet.sleep(0.1)
                continue
            client.settimeout(self._limits.stall_seconds)
            state = [address, client, wsgi.STATE_IDLE]
            self._clients[self._pool.spawn(self._serve, state)] = state

    def _serve(self, state: list[Any]) -> None:
        try:
            self._server.process_request(state)
        except (GreenletExit, OSError):
            _shut(state[1])
        except Exception:
            log.exception("connection_broken")
        finally:
            self._clients.pop(eventlet.getcurrent(), None)
            self._streams.discard(eventlet.getcurrent())
            state[1].close()


def _shut(client: Any) -> None:  # noqa: ANN401 - eventlet's socket
    try:
        client.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
