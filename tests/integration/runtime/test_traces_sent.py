# SPDX-License-Identifier: EUPL-1.2
"""Spans go to a collector by OTLP over HTTP, and nobody waits for a collector that is mute."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.servers import environment

REPOSITORY = Path(__file__).parents[3]
SPANS = 500
# Mute for longer than a process that waited could hide.
MUTE_SECONDS = 30.0
LIMIT_SECONDS = 15.0


class Collector(ThreadingHTTPServer):
    """Takes what is sent to it, or hears it and never answers."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Desk)
        self.mute = False
        self.over = threading.Event()
        self.asked = threading.Event()
        self.came: list[ExportTraceServiceRequest] = []

    @property
    def url(self) -> str:
        """Where it takes traces."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1/traces"


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


@pytest.fixture
def collector() -> Iterator[Collector]:
    """Give a collector that listens."""
    server = Collector()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()
    thread.join()


def recorded(url: str) -> tuple[float, float]:
    """Have a process record spans; give how long it worked after that, and took to stop."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.runtime.traced_program", str(SPANS)],
        env={**environment(), "SCHAKEL_TRACES": url},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
        timeout=4 * MUTE_SECONDS,
    )
    worked, stopped = map(float, done.stdout.split())
    return worked, stopped


def test_every_span_reaches_the_collector_with_the_name_of_its_service(
    collector: Collector,
) -> None:
    recorded(collector.url)

    told = [one for request in collector.came for one in request.resource_spans]
    names = {
        pair.value.string_value
        for one in told
        for pair in one.resource.attributes
        if pair.key == "service.name"
    }
    spans = [span for one in told for scope in one.scope_spans for span in scope.spans]
    assert names == {"regions"}
    assert len({span.span_id for span in spans}) == SPANS
    assert {span.name for span in spans} == {"GET /v1/agreements"}


def test_a_collector_that_never_answers_holds_up_neither_work_nor_the_end(
    collector: Collector,
) -> None:
    collector.mute = True

    worked, stopped = recorded(collector.url)

    assert collector.asked.is_set()
    assert worked < LIMIT_SECONDS
    assert stopped < LIMIT_SECONDS


def test_a_collector_that_is_away_holds_up_neither_work_nor_the_end(collector: Collector) -> None:
    url = collector.url
    collector.server_close()

    worked, stopped = recorded(url)

    assert (worked < LIMIT_SECONDS, stopped < LIMIT_SECONDS) == (True, True)
