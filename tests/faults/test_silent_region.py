# SPDX-License-Identifier: EUPL-1.2
"""F32: one region's consumer stands still for an hour. It is told, and then the region catches up.

The hour passes by the clock that every process reads; nothing is lost, and nothing applied twice.
The canary flies meanwhile, and nobody who works is shown it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families as families

from shared.contracts.canary import CANARY
from shared.contracts.reference import region_codes
from tests.chaos.clock import SteppedClock
from tests.e2e.commands import Schakel
from tests.e2e.door import Door, done, refused
from tests.e2e.story import DRECHTSTEDEN, ZWOLLE, Given
from tests.faults.storm import Storm
from tests.operations.lookout import Lookout
from tests.servers import RunningStack
from tests.waiting import wait_until

SECONDS = 60.0
HOUR = timedelta(hours=1)
ALL_OTHERS = ",".join(code for code in region_codes() if code != DRECHTSTEDEN)
NOWHERE = ("/agreements", "/matrix", "/tasks", f"/regions/{DRECHTSTEDEN}/agreements")
Storms = Callable[[int], Storm]
Check = Callable[[Storm], None]


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SteppedClock]:
    """Give the clock that every process reads."""
    ticking = SteppedClock(tmp_path_factory.mktemp("clock") / "now")
    yield ticking
    ticking.close()


@pytest.fixture(scope="module")
def settings(clock: SteppedClock) -> Mapping[str, str]:
    """Let time be moved, and let a canary fly."""
    return {"SCHAKEL_CLOCK_FILE": str(clock.file), "SCHAKEL_CANARY_SECONDS": "5"}


@pytest.fixture(scope="module")
def lookout(field: RunningStack) -> Lookout:
    """Give what sees the alerts; ages are those of the clock, so they are not divided."""
    return Lookout(field, ages="as they are").start()


@contextmanager
def silence(
    stack: RunningStack, clock: SteppedClock, storm: Storms, *, since: timedelta
) -> Iterator[list[Storm]]:
    """Let nobody take anything for Drechtsteden for an hour in which agreements are published."""
    stack.restart("regions", SCHAKEL_REGIONS=ALL_OTHERS)
    storms = []
    for minutes in (0, 20, 40):
        clock.put(since + timedelta(minutes=minutes))
        storms.append(storm(4))
        with storms[-1].raging():
            pass
    clock.put(since + HOUR)
    yield storms
    stack.restart("regions")


def late_by(stack: RunningStack, seconds: float) -> dict[str, float]:
    """Give the regions to which something has been owed for longer, and for how long."""
    ages = by_region(stack, "schakel_delivery_oldest_open_age_seconds")
    return {region: age for region, age in ages.items() if age > seconds}


def confirmed(stack: RunningStack) -> dict[str, float]:
    """Give when what each region confirmed last of the canary was published."""
    return by_region(stack, "schakel_canary_received_timestamp_seconds")


def by_region(stack: RunningStack, figure: str) -> dict[str, float]:
    """Read a figure that agreements tells of each region."""
    with urlopen(f"{stack.admin_url('agreements')}/metrics") as reply:
        read = reply.read().decode()
    return {
        one.labels["region"]: one.value
        for family in families(read)
        for one in family.samples
        if one.name == figure
    }


def test_the_canary_reaches_every_region_again_and_again_and_is_shown_to_nobody(
    stack: RunningStack, door: Door
) -> None:
    first = wait_until(lambda: confirmed(stack), SECONDS, every=0.5)
    assert first.keys() == {*region_codes()}

    def newer() -> bool:
        now = confirmed(stack)
        return all(now[region] > first[region] for region in first)

    wait_until(newer, SECONDS, every=0.5)

    assert [door.every(path) for path in NOWHERE] == [[]] * len(NOWHERE)
    assert {one["agreementCount"] for one in door.every("/regions")} == {0}
    assert CANARY not in str(door.every("/operations/audit"))
    for path in (f"/agreements/{CANARY}", f"/regions/{DRECHTSTEDEN}/agreements/{CANARY}"):
        refused(door.ask("GET", path), 404)


def test_a_region_that_took_nothing_for_an_hour_catches_up_without_loss_or_repetition(
    stack: RunningStack, clock: SteppedClock, storm: Storms, assert_all_delivered: Check
) -> None:
    with silence(stack, clock, storm, since=timedelta()) as storms:

        def told() -> bool:
            canary, late = confirmed(stack), late_by(stack, SECONDS)
            assert late.keys() == {DRECHTSTEDEN}, late
            behind = canary[ZWOLLE] - canary[DRECHTSTEDEN]
            return min(late[DRECHTSTEDEN], behind) >= HOUR.total_seconds()

        wait_until(told, SECONDS, every=0.5)

    for one in storms:
        assert_all_delivered(one)
    wait_until(lambda: late_by(stack, SECONDS) == {}, SECONDS, every=0.5)


@pytest.mark.nightly
def test_somebody_is_told_of_the_region_alone_until_it_has_caught_up(
    stack: RunningStack,
    clock: SteppedClock,
    lookout: Lookout,
    storm: Storms,
    assert_all_delivered: Check,
) -> None:
    with silence(stack, clock, storm, since=2 * HOUR) as storms:
        lookout.sees("SchakelRegionSilent", region=DRECHTSTEDEN)
        assert len(lookout.firing("SchakelRegionSilent")) == 1
        assert lookout.firing("SchakelManyRegionsLate") == []

    for one in storms:
        assert_all_delivered(one)
    lookout.sees("SchakelAmendmentsLate", severity="page")
    lookout.sees_no_more("SchakelRegionSilent", "SchakelAmendmentsLate", seconds=3 * SECONDS)


@pytest.mark.nightly
def test_somebody_is_told_of_places_that_nobody_picks_up(
    clock: SteppedClock, lookout: Lookout, schakel: Schakel, given: Given, door: Door
) -> None:
    agreement = given.published_agreement({DRECHTSTEDEN})
    given.acceptance(agreement, DRECHTSTEDEN)
    needed = (datetime.now(UTC) + timedelta(days=120)).date().isoformat()
    words = ("--function", "schoonmaker", "--sector", "Schoonmaak", "--hours", "24")
    words += ("--municipality", "Dordrecht", "--needed-by", needed)
    offer = ("placements", "offer", agreement.id, *words)
    # Placements hears of the agreement by message.
    place = wait_until(lambda: schakel.json(*offer), SECONDS, every=1.0)
    clock.put(timedelta(days=12))
    lookout.sees("SchakelConfirmationsOverdue", seconds=2 * SECONDS, region=DRECHTSTEDEN)

    path = f"/regions/{DRECHTSTEDEN}/placements/{place['id']}/decisions"
    done(door.ask("POST", path, {"decision": "picked-up"}), 202)

    lookout.sees_no_more("SchakelConfirmationsOverdue")
