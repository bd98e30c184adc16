# SPDX-License-Identifier: EUPL-1.2
"""A Prometheus as the local stack runs it, asking a process that tells the product's figures."""

import json
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from services.cli.stack import ports, prometheus
from services.cli.stack.home import open_home
from services.cli.stack.readiness import answers
from tests.waiting import wait_until

SECONDS = 60.0
QUIET: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
# In a process of its own: the services' modules bring eventlet with them.
TELLS = """
import importlib, sys, threading
from prometheus_client import start_http_server
for path in sys.argv[2:]:
    importlib.import_module(f"services.{path}.service")
importlib.import_module("shared.runtime.process")
start_http_server(int(sys.argv[1]), addr="127.0.0.1")
threading.Event().wait()
"""


@contextmanager
def running() -> Iterator[str]:
    """Run both, and give where Prometheus answers once it has asked and judged."""
    chosen = ports.choose(["told", prometheus.PROMETHEUS], {})
    port = chosen[prometheus.PROMETHEUS]
    names = sorted(path.parent.name for path in Path("services").glob("*/service.py"))
    figures = [sys.executable, "-W", "ignore", "-c", TELLS, str(chosen["told"]), *names]
    with tempfile.TemporaryDirectory() as folder:
        found = prometheus.find()
        watching = prometheus.program(
            open_home(Path(folder)), str(found), port, dict.fromkeys(names, chosen["told"])
        )
        processes = [subprocess.Popen(one, **QUIET) for one in (figures, watching.argv)]
        try:
            wait_until(lambda: answers(port, "/-/ready"), SECONDS)
            url = f"http://{ports.LOOPBACK}:{port}"
            wait_until(lambda: ask(url, "ALERTS"), SECONDS)
            wait_until(lambda: len(ask(url, 'up{job="schakel"} == 1')) == len(names), SECONDS)
            yield url
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(SECONDS)


def ask(url: str, query: str) -> list[Any]:
    """Ask a query, and give what it found."""
    words = urllib.parse.urlencode({"query": query})
    with urllib.request.urlopen(f"{url}/api/v1/query?{words}", timeout=SECONDS) as reply:
        found: list[Any] = json.load(reply)["data"]["result"]
    return found


def refused(queries: Sequence[str]) -> list[str]:
    """Name the queries that a Prometheus with our rules and figures cannot answer."""
    wrong = []
    with running() as url:
        for query in queries:
            try:
                ask(url, query)
            except OSError as error:
                wrong.append(f"{query}: {error}")
    return wrong
