# SPDX-License-Identifier: EUPL-1.2
"""A service with nothing but a door: what it is asked decides how it answers.

Whoever imports this has called `eventlet.monkey_patch()` before anything else.
"""

import os
import signal
import sys
from collections.abc import Iterator

import eventlet
from eventlet.event import Event
from nameko.containers import ServiceContainer
from prometheus_client import REGISTRY
from werkzeug.wrappers import Request, Response

from services.gateway.problems import refuse
from shared.runtime.door import Limits
from shared.runtime.http import http

PATIENCE = float(os.environ.get("DOOR_PATIENCE", "1"))
LIMITS = Limits(
    connections=48,
    connections_of_one=40,
    request_seconds=1.0,
    idle_seconds=2.0 * PATIENCE,
    stall_seconds=1.0 * PATIENCE,
    answer_seconds=1.0,
    drain_seconds=2.0,
)
LARGE = 1 << 25
RELEASED = Event()


class Service:
    """Answers as the path says."""

    name = "door"

    @http(refuse=refuse, limits=LIMITS)
    def answer(self, request: Request) -> Response:
        """Answer one request."""
        match request.path:
            case "/held":
                RELEASED.wait()
                return Response("released")
            case "/release":
                RELEASED.send()
            case "/endless":
                return Response(self._endless(), mimetype="text/event-stream")
            case "/flood":
                return Response(iter(lambda: b"x" * 65_536, b""))
            case "/large":
                return Response(b"x" * LARGE)
            case "/cut":
                return Response(_cut(request.args["reason"]))
            case "/broken":
                raise RuntimeError
        return Response(f"{request.method} {len(request.get_data())}")

    def _endless(self) -> Iterator[bytes]:
        yield b"data: here\n\n"
        Event().wait()


def _cut(reason: str) -> str:
    found = REGISTRY.get_sample_value("schakel_http_connections_cut_total", {"reason": reason})
    return str(int(found or 0))


def main() -> None:
    """Print the port, and serve until SIGTERM."""
    container = ServiceContainer(Service, {})
    told = Event()
    signal.signal(signal.SIGTERM, lambda *_: eventlet.spawn(told.send))
    container.start()
    [entrypoint] = list(container.entrypoints)
    sys.stdout.write(f"{entrypoint.port}\n")
    sys.stdout.flush()
    while not told.ready():
        # A tick, without which an idle hub sleeps through its signal.
        told.wait(timeout=0.02)
    container.stop()
