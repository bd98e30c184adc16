# SPDX-License-Identifier: EUPL-1.2
"""The admin port of every process: /healthz, /readyz and /metrics."""

import socket
from collections.abc import Callable, Iterable
from typing import Any

import eventlet
import eventlet.wsgi
import orjson
from prometheus_client import REGISTRY
from prometheus_client.exposition import choose_encoder

from shared.runtime.health import health

StartResponse = Callable[[str, list[tuple[str, str]]], object]


def _json(body: object, *, fine: bool) -> tuple[str, str, bytes]:
    status = "200 OK" if fine else "503 Service Unavailable"
    return status, "application/json", orjson.dumps(body)


def _healthz(_: str) -> tuple[str, str, bytes]:
    silent = health.silent()
    return _json({"status": "stuck" if silent else "alive", "silent": silent}, fine=not silent)


def _readyz(_: str) -> tuple[str, str, bytes]:
    unmet = health.unmet()
    return _json({"status": "not ready" if unmet else "ready", "unmet": unmet}, fine=not unmet)


def _metrics(accept: str) -> tuple[str, str, bytes]:
    encode, content_type = choose_encoder(accept)
    return "200 OK", content_type, encode(REGISTRY)


PAGES = {"/healthz": _healthz, "/readyz": _readyz, "/metrics": _metrics}


def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Serve one admin page."""
    page = PAGES.get(environ["PATH_INFO"])
    if page is None:
        status, content_type, body = "404 Not Found", "text/plain", b"not here\n"
    else:
        status, content_type, body = page(environ.get("HTTP_ACCEPT", ""))
    start_response(status, [("Content-Type", content_type), ("Content-Length", str(len(body)))])
    return [body]


def serve_admin(host: str, port: int) -> int:
    """Serve the admin pages in the background, and give the port that was taken."""
    listener = eventlet.listen((host, port), reuse_port=False)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    eventlet.spawn(eventlet.wsgi.server, listener, application, log_output=False, socket_timeout=30)
    taken: int = listener.getsockname()[1]
    return taken
