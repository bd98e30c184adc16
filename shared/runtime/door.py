# SPDX-License-Identifier: EUPL-1.2
"""An HTTP server that cannot be held open by a slow client and knows how to leave.

nameko's own web server goes on accepting while it drains and then cuts connections in mid-answer;
this one closes its listener first, says `Connection: close`, and waits for what runs. It also
reads strictly (`shared/runtime/reading.py`) and gives nobody more than a share of itself.
"""

import socket
import ssl
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

import eventlet
import structlog
from eventlet import wsgi
from greenlet import GreenletExit
from prometheus_client import Counter
from werkzeug.exceptions import BadRequest, HTTPException, default_exceptions
from werkzeug.wrappers import Response

from shared.runtime.config import Network
from shared.runtime.reading import REQUEST_LINE, Body, HeaderLines, UnclearHead
from shared.runtime.tls import secured

log = structlog.get_logger()

Refuse = Callable[[HTTPException], Response]
CUT = Counter("schakel_http_connections_cut", "Connections cut to spare the others.", ["reason"])
for _reason in ("address", "full", "slow-reader"):
    CUT.labels(_reason)

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client may take of a door.

    A request line has the idle time to arrive whole; headers, and then the body, have the
    request's. An answer must be read in the answer's time, and never stall for longer than that.
    """

    body_bytes: int = 1 << 20
    line_bytes: int = 8_192
    connections: int = 512
    connections_of_one: int = 256
    request_seconds: float = 10.0
    idle_seconds: float = 30.0
    stall_seconds: float = 10.0
    answer_seconds: float = 60.0
    drain_seconds: float = 15.0


class _Connection(wsgi.HttpProtocol):  # type: ignore[misc]
    """One client's connection: requests one after another, each within the limits."""

    def setup(self) -> None:
        super().setup()
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.linger = False
        self._hurry: Any = None

    def _read_request_line(self) -> bytes | str:
        with eventlet.Timeout(self.server.limits.idle_seconds, TimeoutError):
            line: bytes | str = super()._read_request_line()
        if len(line) >= self.server.url_length_limit:
            self.send_error(414)
            return ""
        return line

    def parse_request(self) -> bool:
        """Read the headers, or refuse the request and the connection with it."""
        if not REQUEST_LINE.fullmatch(self.raw_requestline):
            self.send_error(400)
            return False
        self.rfile: Any = HeaderLines(self.rfile)
        try:
            with eventlet.Timeout(self.server.limits.request_seconds, TimeoutError):
                if not super().parse_request():
                    return False
        except (wsgi.HeaderLineTooLong, wsgi.HeadersTooLarge):
            self.send_error(431)
            return False
        except UnclearHead:
            self.send_error(400)
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
        if isinstance(self.request, ssl.SSLSocket):
            environ["wsgi.url_scheme"] = "https"
        environ["wsgi.input"] = environ["eventlet.input"] = Body.of(environ["eventlet.input"])
        return environ

    def handle_one_response(self) -> None:
        try:
            super().handle_one_response()
        finally:
            if self._hurry is not None:
                self._hurry.cancel()

    def hurry(self) -> None:
        """Cut this connection unless its client reads the answer in time."""
        self._hurry = eventlet.spawn_after(self.server.limits.answer_seconds, self._cut)

    def _cut(self) -> None:
        CUT.labels("slow-reader").inc()
        _shut(self.request)

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

    def __init__(
        self,
        application: Application,
        refuse: Refuse,
        limits: Limits,
        proxies: Iterable[Network] = (),
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._tls = tls
        self._application = application
        self._refuse = refuse
        self._limits = limits
        self._proxies = tuple(proxies)
        self._of_one: defaultdict[str, int] = defaultdict(int)
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
            if not self._may_come_in(address[0]):
                CUT.labels("address").inc()
                client.close()
                continue
            self._make_room()
            client.settimeout(self._limits.stall_seconds)
            state = [address, client, wsgi.STATE_IDLE]
            self._of_one[address[0]] += 1
            self._clients[self._pool.spawn(self._serve, state)] = state

    def _may_come_in(self, address: str) -> bool:
        """Say whether an address has room for one more; a proxy of ours brings many clients."""
        if self._of_one[address] < self._limits.connections_of_one:
            return True
        return any(ip_address(address) in network for network in self._proxies)

    def _make_room(self) -> None:
        """Close the oldest connection that waits for a request, where none is left."""
        if self._pool.free() > 0:
            return
        for client in self._clients.values():
            if client[2] == wsgi.STATE_IDLE:
                CUT.labels("full").inc()
                client[2] = wsgi.STATE_CLOSE
                _shut(client[1])
                return

    def _serve(self, state: list[Any]) -> None:
        try:
            if self._tls is not None:
                state[1] = secured(self._tls, state[1], self._limits.request_seconds)
            self._server.process_request(state)
        except (GreenletExit, OSError):
            _shut(state[1])
        except Exception:
            log.exception("connection_broken")
        finally:
            self._clients.pop(eventlet.getcurrent(), None)
            self._streams.discard(eventlet.getcurrent())
            self._left(state[0][0])
            state[1].close()

    def _left(self, address: str) -> None:
        self._of_one[address] -= 1
        if not self._of_one[address]:
            del self._of_one[address]


def _shut(client: Any) -> None:  # noqa: ANN401 - eventlet's socket
    try:
        client.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
