# SPDX-License-Identifier: EUPL-1.2
"""A collector of traces that keeps what is sent to it, by OTLP over HTTP."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

# Mute for longer than a process that waited could hide.
MUTE_SECONDS = 30.0
PATH = "/v1/traces"


class Collector(ThreadingHTTPServer):
    """Takes what is sent to it, or hears it and never answers."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__((host, port), _Desk)
        self.mute = False
        self.over = threading.Event()
        self.asked = threading.Event()
        self.came: list[ExportTraceServiceRequest] = []

    @property
    def url(self) -> str:
        """Where it takes traces."""
        host, port, *_ = self.server_address
        return f"http://{host!s}:{port}{PATH}"

    @property
    def spans(self) -> list[tuple[str, Span]]:
        """What came, each span with the name of its service."""
        told = [one for request in list(self.came) for one in request.resource_spans]
        return [
            (pair.value.string_value, span)
            for one in told
            for pair in one.resource.attributes
            if pair.key == "service.name"
            for scope in one.scope_spans
            for span in scope.spans
        ]


class _Desk(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        """Take spans."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.set()
        if self.server.mute:
            self.server.over.wait(MUTE_SECONDS)
            return
        self.server.came.append(ExportTraceServiceRequest.FromString(body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def listening(host: str = "127.0.0.1", port: int = 0) -> Iterator[Collector]:
    """Give a collector that listens; port 0 is any that is free."""
    server = Collector(host, port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
