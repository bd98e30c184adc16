# SPDX-License-Identifier: EUPL-1.2
"""The bench measures what really arrived, fails below a floor, and draws what it measured.

What it finds on a machine that runs tests is no figure: here nothing is timed.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import psycopg
import pytest

from tests.bench import chart, figures, history
from tests.bench.__main__ import QUICK
from tests.bench.figures import Mark
from tests.bench.ground import HOLDER, OWNER, Ground
from tests.bench.load import PLACEMENT, journaled_to_one
from tests.bench.programme import Programme
from tests.bench.report import summary
from tests.bench.running import Run
from tests.bench.verify import NotDelivered, verify, verify_newest
from tests.bench.widened import codes

TINY = replace(
    QUICK,
    seconds=0.5,
    long_seconds=0.5,
    warm_up=0.1,
    idle_count=2,
    history_rows=100,
    sizes=(10, 35),
    sections=("short",),
    systems=("schakel", "ceiling"),
)


@pytest.fixture(scope="module")
def ground(home_folder: Callable[[str], Path]) -> Iterator[Ground]:
    """Give a ground for systems to stand on."""
    with Ground(home_folder("bench")) as started:
        yield started


def test_product_and_ceiling_are_measured_and_every_delivery_is_verified(ground: Ground) -> None:
    said: list[str] = []

    outcome = Programme(TINY, ground, said.append).run()
    told = json.loads(json.dumps(summary(outcome, TINY, 1.0)))

    assert told["faults"] == [], said
    assert told["deliveries_per_second"].keys() == {"schakel", "ceiling"}
    assert told["cpu_us_per_delivery"]["schakel"].keys() == {"broker", "postgresql", "python"}
    assert {mark["floor"] for mark in told["marks"]} == {0.5}
    assert ET.fromstring(chart.drawn(told)).tag.endswith("svg")  # noqa: S314 - our own


@pytest.mark.nightly
def test_what_an_idle_system_takes_and_what_recipients_cost_is_measured(ground: Ground) -> None:
    said: list[str] = []
    plan = replace(TINY, sections=("idle", "sizes"))

    outcome = Programme(plan, ground, said.append).run()
    told = json.loads(json.dumps(summary(outcome, plan, 1.0)))

    assert told["faults"] == [], said
    assert told["idle_ms"]["schakel"].keys() == {"p50", "p99"}
    assert told["cost_per_delivery"].keys() == {"10", "35"}


@pytest.mark.nightly
def test_places_are_followed_counted_and_verified(ground: Ground) -> None:
    said: list[str] = []
    plan = replace(TINY, sections=("placements",))

    outcome = Programme(plan, ground, said.append).run()
    placed = json.loads(json.dumps(summary(outcome, plan, 1.0)))["placements"]

    assert outcome.faults == [], said
    assert placed["seen_ms"].keys() == {"offered", "picked_up", "confirmed", "started"}
    assert placed["counted_ms"]["p50"] >= placed["seen_ms"]["offered"]["p50"]
    assert placed["per_second"] > 0
    assert placed["cpu_ms"].keys() == {"broker", "postgresql", "python"}
    assert placed["message_cpu_us"].keys() == {"placement_to_one", "agreement_to_one"}


def test_a_place_counts_only_if_it_arrived(ground: Ground) -> None:
    place, since = ground.place(owner="placements"), datetime.now(UTC)
    with journaled_to_one(place.databases["placements"], ["AM23"], PLACEMENT) as publish:
        publish([PLACEMENT.new()])

    with pytest.raises(NotDelivered, match="1 of 1 rows of the ledger are not received"):
        verify(place, since, 1)
    assert not verify_newest(place.watched["placements"], place.watched[HOLDER], ["unknown"])


def test_run_does_not_count_when_a_copy_or_a_receipt_is_missing(ground: Ground) -> None:
    place = ground.place()
    made = history.remember(place, deliveries=35 * history.AGREEMENTS)
    since = history.LONG_AGO

    assert verify(place, since, made) == made
    with psycopg.connect(place.watched[HOLDER]) as holder:
        holder.execute("UPDATE region_agreements SET content = 'x' WHERE region = 'AM36'")
    with pytest.raises(NotDelivered, match=f"{history.AGREEMENTS} copies are missing or other"):
        verify(place, since, made)
    with psycopg.connect(place.watched[OWNER]) as owner:
        owner.execute("UPDATE deliveries SET state = 'pending' WHERE recipient = 'AM23'")
    with pytest.raises(NotDelivered, match=f"{history.AGREEMENTS} of {made} rows of the ledger"):
        verify(place, since, made)


def test_a_mark_is_held_against_its_floor_and_its_goal() -> None:
    def run(system: str, seconds: float) -> Run:
        return Run(system, 35, seconds, 1000, {"python": 1.0})

    rounds = [
        {"schakel": run("schakel", 1.0), "celery": run("celery", slower), "ceiling": run("c", 0.4)}
        for slower in (9.0, 12.0, 30.0)
    ]
    marks = {mark.what: mark for mark in figures.throughput_marks(rounds)}
    of_celery = marks["deliveries/s: schakel ÷ celery"]
    of_ceiling = marks["deliveries/s: schakel ÷ ceiling"]

    assert of_celery.value == pytest.approx(12.0)
    assert (of_celery.stands, of_celery.reached) == (True, False)
    assert (of_ceiling.stands, of_ceiling.reached) == (False, False)
    assert not Mark("cost", 1.3, 1.25, lower_is_better=True).reached


def test_synthetic_recipients_stand_after_the_regions() -> None:
    assert codes(10) == codes(35)[:10]
    assert codes(350)[:35] == codes(35)
    assert len(set(codes(350))) == 350
