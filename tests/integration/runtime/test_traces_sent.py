# SPDX-License-Identifier: EUPL-1.2
"""Spans go to a collector by OTLP over HTTP, and nobody waits for a collector that is mute."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.collector import MUTE_SECONDS, Collector, listening
from tests.servers import environment

REPOSITORY = Path(__file__).parents[3]
SPANS = 500
LIMIT_SECONDS = 15.0


@pytest.fixture
def collector() -> Iterator[Collector]:
    """Give a collector that listens."""
    with listening() as server:
        yield server


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

    assert {service for service, _ in collector.spans} == {"regions"}
    assert len({span.span_id for _, span in collector.spans}) == SPANS
    assert {span.name for _, span in collector.spans} == {"GET /v1/agreements"}


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
