# SPDX-License-Identifier: EUPL-1.2
"""Each alert is seen to fire by a real fault, and to end by what the runbook says to do.

A real Prometheus asks a real stack. Its rules are ours but for durations, which are divided:
tests/operations/haste.py. The alerts that are not here are told of in docs/testing.md.
"""

import json
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import LiteralString

import pytest

from services.cli.stack import ports
from shared.contracts.registry import examples
from shared.messaging import topology
from tests import tls
from tests.e2e.commands import Schakel
from tests.e2e.door import Door
from tests.e2e.intruder import Intruder, spoiled
from tests.e2e.story import DRECHTSTEDEN, ZUID_LIMBURG, ZWOLLE, Given, Then, When
from tests.faults.tampering import Hands
from tests.operations.lookout import Lookout
from tests.servers import RunningStack
from tests.waiting import wait_until

pytestmark = pytest.mark.nightly
SECONDS = 120.0
WHY = ("--reason", "Gezien in de proef")
LOSE: LiteralString = """
DELETE FROM region_agreements WHERE region = 'AM36' AND agreement_id = %(id)s
"""
ALTER: LiteralString = """
UPDATE region_agreements SET content = '{}' WHERE region = 'AM36' AND agreement_id = %(id)s
"""
NO_ROOM: LiteralString = "ALTER TABLE employers ADD CONSTRAINT no_room CHECK (false) NOT VALID"
ROOM: LiteralString = "ALTER TABLE employers DROP CONSTRAINT no_room"
NO_LINKS: LiteralString = "ALTER TABLE audit_chain ADD CONSTRAINT no_links CHECK (false) NOT VALID"
LINKS: LiteralString = "ALTER TABLE audit_chain DROP CONSTRAINT no_links"
HOLD_BACK: LiteralString = """
CREATE FUNCTION held_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'nothing happens here'; END $$;
CREATE TRIGGER held_back BEFORE DELETE ON timers FOR EACH ROW EXECUTE FUNCTION held_back();
INSERT INTO timers (kind, subject, due_at, next_at)
VALUES ('expire-agreement', 'agreement/nobody', clock_timestamp(), clock_timestamp())
"""
LET_GO: LiteralString = "DROP FUNCTION held_back CASCADE"


@pytest.fixture(scope="module")
def settings() -> Mapping[str, str]:
    """Do often what is done seldom, and let a canary fly."""
    often = {"RETRY": "1", "RECONCILE": "2", "CANARY": "2"}
    return {f"SCHAKEL_{name}_SECONDS": seconds for name, seconds in often.items()}


@pytest.fixture(scope="module")
def lookout(field: RunningStack) -> Lookout:
    """Give what sees the alerts."""
    return Lookout(field).start()


def dies(stack: RunningStack, lookout: Lookout, name: str) -> None:
    """Kill a process, and wait until the one that was started instead was asked."""
    started = f'max(process_start_time_seconds{{service="{name}"}})'
    before = lookout.asked(started)
    stack.kill(name)
    wait_until(lambda: lookout.asked(started) > before, SECONDS, every=0.5)


def test_a_service_that_is_down(
    stack: RunningStack, lookout: Lookout, door: Door, given: Given, when: When
) -> None:
    agreement = given.published_agreement({ZWOLLE, DRECHTSTEDEN})
    etag = door.etag(agreement.path)
    stack.stop("agreements")
    when.signed(agreement, ZWOLLE)

    lookout.sees("SchakelServiceDown", service="agreements")
    lookout.sees("SchakelProcessDown", service="agreements")

    # The first that this gateway ever failed at.
    for _ in range(3):
        suspended = door.ask(
            "POST", f"{agreement.path}/suspensions", {"reason": "Pauze"}, etag=etag
        )
        assert suspended.status_code >= 500
    lookout.sees("SchakelWritesFail", severity="page")
    lookout.sees("SchakelReconcileStale", service="employers")
    lookout.sees("SchakelAuditHeadNotKept", service="regions")
    lookout.sees("SchakelDecisionsUnanswered", region=ZWOLLE, seconds=SECONDS)

    stack.start("agreements")

    mended = ("ServiceDown", "ProcessDown", "WritesFail", "ReconcileStale")
    mended += ("AuditHeadNotKept", "DecisionsUnanswered")
    lookout.sees_no_more(*(f"Schakel{one}" for one in mended), seconds=2 * SECONDS)


def test_a_process_that_dies_again_and_again(stack: RunningStack, lookout: Lookout) -> None:
    for _ in range(4):
        dies(stack, lookout, "placements")

    lookout.sees("SchakelProcessRestarts", service="placements")
    lookout.sees_no_more("SchakelProcessRestarts", seconds=2 * SECONDS)


def test_a_process_that_stands_still_for_seconds(stack: RunningStack, lookout: Lookout) -> None:
    pid = stack.pids["placements"]
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    lookout.sees("SchakelServiceDown", service="placements")

    os.kill(pid, signal.SIGCONT)

    lookout.sees("SchakelHubBlocked", service="placements")
    lookout.sees_no_more("SchakelServiceDown", "SchakelHubBlocked", seconds=SECONDS)


def test_a_service_that_prometheus_was_not_told_of(lookout: Lookout) -> None:
    lookout.asks("agreements", "employers", "gateway", "placements", "regions")
    lookout.sees("SchakelServiceGone", service="providers")

    lookout.asks()

    lookout.sees_no_more("SchakelServiceGone")


def test_a_database_that_is_away(
    lookout: Lookout, hands: Hands, given: Given, when: When, then: Then
) -> None:
    away = ("SchakelBreakerOpen", "SchakelRelayWithoutOwner", "SchakelConsumerStalled")
    agreement = given.draft({ZWOLLE})
    hands.let_nobody_in("placements")
    when.published(agreement)
    then.in_force_everywhere(agreement)
    for alert in away:
        lookout.sees(alert, service="placements")

    hands.let_all_in("placements")

    lookout.sees_no_more(*away, seconds=SECONDS)


def test_a_broker_without_a_disk_and_a_broker_that_is_down(
    stack: RunningStack, lookout: Lookout
) -> None:
    lookout.asks_the_broker()
    stack.ctl("set_disk_free_limit", "1000000GB")
    full = ("SchakelBrokerAlarm", "SchakelOutboxStuck", "SchakelManyRegionsLate")
    full += ("SchakelRegionSilent", "SchakelCanaryLost")
    for alert in full:
        lookout.sees(alert, seconds=SECONDS)
    stack.ctl("set_disk_free_limit", "200MB")
    lookout.sees_no_more(*full, seconds=SECONDS)

    stack.stop("broker")
    lookout.sees("SchakelBrokerDown")
    lookout.sees("SchakelBrokerNodeDown")
    stack.start("broker")
    lookout.asks_the_broker()
    lookout.sees_no_more("SchakelBrokerDown", "SchakelBrokerNodeDown", *full, seconds=SECONDS)


def test_queues_that_are_gone(
    stack: RunningStack, lookout: Lookout, schakel: Schakel, given: Given, when: When, then: Then
) -> None:
    first, second = given.draft({ZUID_LIMBURG}), given.draft({ZUID_LIMBURG})
    stack.ctl("--vhost", "schakel", "delete_queue", f"regions.{ZUID_LIMBURG}")
    when.published(first)
    lookout.sees("SchakelQueueAside", service="regions")
    lookout.sees("SchakelUnrouted", service="agreements")
    lookout.sees("SchakelDeadLetters", service="agreements", origin="broker")
    stack.ctl("--vhost", "schakel", "delete_queue", "unrouted")
    when.published(second)
    lookout.sees("SchakelOutboxStuck", service="agreements", seconds=SECONDS)

    topology.apply(stack.amqp_url("schakel-topology"))
    then.in_force_everywhere(first)
    then.in_force_everywhere(second)
    assert schakel.run("dead-letters", "discard", "--all", *WHY).returncode == 0

    gone = ("QueueAside", "Unrouted", "DeadLetters", "OutboxStuck")
    lookout.sees_no_more(*(f"Schakel{one}" for one in gone), seconds=SECONDS)


@contextmanager
def full(stack: RunningStack, queue: str) -> Iterator[None]:
    """Have a queue refuse more than a message, and nobody take what it has."""
    here = ("-p", "schakel", "full")
    stack.stop("regions")
    stack.ctl("set_policy", *here, f"^{queue}$", '{"max-length": 1}', "--apply-to", "queues")
    try:
        yield
    finally:
        stack.ctl("clear_policy", *here)
        stack.start("regions")


def test_a_queue_that_is_full(
    stack: RunningStack, lookout: Lookout, schakel: Schakel, given: Given, when: When, then: Then
) -> None:
    agreements = [given.draft({ZUID_LIMBURG}) for _ in range(3)]

    def refused_beside_what_others_take() -> bool:
        when.published(given.draft({ZWOLLE}))
        return bool(schakel.json("outbox", "list")["items"])

    with full(stack, f"regions.{ZUID_LIMBURG}"):
        for agreement in agreements:
            when.published(agreement)
        wait_until(refused_beside_what_others_take, SECONDS)
        lookout.sees("SchakelOutboxBlocked", service="agreements")

    assert schakel.run("outbox", "release", *WHY).returncode == 0
    for agreement in agreements:
        then.in_force_everywhere(agreement)
    lookout.sees_no_more("SchakelOutboxBlocked", seconds=SECONDS)


def test_an_owner_that_forgot_and_a_copy_that_was_altered(
    lookout: Lookout, hands: Hands, schakel: Schakel, given: Given, when: When, then: Then
) -> None:
    agreement = given.published_agreement({ZWOLLE})
    with hands.restored_afterwards("agreements"):
        when.new_version(agreement, targetGroups=["ww"])
        then.in_force_everywhere(agreement)
    # What `schakel reconcile` asks for comes by itself here, every other second.
    lookout.sees("SchakelContradiction", service="agreements", kind="ahead")
    assert schakel.run("conflicts", "advance", "--all", *WHY).returncode == 0
    lookout.sees_no_more("SchakelContradiction", "SchakelCanaryLost", seconds=SECONDS)

    hands.do("regions", ALTER, id=agreement.id)
    divergence = lookout.sees("SchakelDivergence", region=ZWOLLE, seconds=SECONDS)
    assert divergence["class"] == "differs"
    hands.do("regions", LOSE, id=agreement.id)
    lookout.sees_no_more("SchakelDivergence", seconds=SECONDS)


def test_regions_that_are_down_for_more_than_a_minute(
    stack: RunningStack, lookout: Lookout, given: Given, when: When
) -> None:
    drafts = [given.draft("all") for _ in range(3)]
    stack.stop("regions")
    for draft in drafts:
        when.published(draft)
    lookout.sees("SchakelServiceDown", service="regions")
    late = ("SchakelManyRegionsLate", "SchakelRegionSilent", "SchakelCanaryLost")
    for alert in late:
        lookout.sees(alert)
    wait_until(
        lambda: lookout.asked("max(schakel_delivery_oldest_open_age_seconds)") > 70,
        SECONDS,
        every=1.0,
    )

    stack.start("regions")

    promises = ("SchakelDeliveriesSlow", "SchakelDeliveriesVerySlow")
    for alert in promises:
        lookout.sees(alert, severity="page")
    lookout.sees_no_more("SchakelServiceDown", *late, *promises, seconds=2 * SECONDS)


def test_what_fails_and_stays(
    stack: RunningStack, lookout: Lookout, hands: Hands, given: Given, intruder: Intruder
) -> None:
    hands.alter("regions", NO_ROOM)
    hands.alter("agreements", HOLD_BACK)
    hands.alter("employers", NO_LINKS)
    restarts = stack.restarts("employers")
    given.employer()
    intruder.addresses(ZWOLLE, newer_contract())
    lookout.sees("SchakelAuditUnsealed", service="employers")
    lookout.sees("SchakelTimersLate", kind="expire-agreement")
    lookout.sees("SchakelNewerContract", service="regions")
    lookout.sees("SchakelParkedTooLong", service="regions", reason="retry", seconds=SECONDS)
    assert stack.restarts("employers") == restarts

    hands.alter("regions", ROOM)
    hands.alter("agreements", LET_GO)
    hands.alter("employers", LINKS)
    # Nobody can upgrade a service to a contract that there is not: here somebody throws it away.
    hands.do("regions", "DELETE FROM parked WHERE reason = 'schema'")

    stays = ("AuditUnsealed", "TimersLate", "NewerContract", "ParkedTooLong")
    lookout.sees_no_more(*(f"Schakel{one}" for one in stays), seconds=3 * SECONDS)


def test_a_certificate_that_ends_soon(
    stack: RunningStack, lookout: Lookout, tmp_path: Path
) -> None:
    soon = tls.proof(tmp_path, "soon")
    stack.restart("providers", SCHAKEL_CERTIFICATES=str(soon.certificate))
    lookout.sees("SchakelCertificateExpires", service="providers", seconds=SECONDS)

    renewed = tls.proof(tmp_path, "renewed", valid=timedelta(days=90))
    renewed.certificate.replace(soon.certificate)

    lookout.sees_no_more("SchakelCertificateExpires")


def test_two_copies_of_a_database_that_are_both_worked_with(
    stack: RunningStack, lookout: Lookout, hands: Hands
) -> None:
    port = ports.choose(["copy"], {})["copy"]
    hands.copied("agreements", "agreements_copy")
    url = f"{stack.database_url('agreements').rpartition('/')[0]}/agreements_copy"
    told = {"SCHAKEL_DATABASE_URL": url, "SCHAKEL_ADMIN_PORT": str(port)}
    second = stack.stack.program("agreements", **told, SCHAKEL_CANARY_SECONDS="0")
    stack.stack.supervisor.start(replace(second, name="copy"))
    try:
        lookout.also_asks(port, "agreements")
        lookout.sees("SchakelRelayWithTwoOwners", service="agreements")
    finally:
        stack.stop("copy")

    lookout.sees_no_more("SchakelRelayWithTwoOwners")


def newer_contract() -> bytes:
    """Write a state of a contract that is still to come."""
    known = json.dumps(examples()["agreement-changed.v1"]).encode()
    return spoiled(known, type="nl.landelijke-werkgevers.agreement-changed.v2")
