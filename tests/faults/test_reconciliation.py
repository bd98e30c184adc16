# SPDX-License-Identifier: EUPL-1.2
"""Databases are altered by hand and restored from old backups: reconciliation tells all of it.

What is missing or stale comes back by itself; what could hide the truth is left as it is.
"""

from urllib.request import urlopen
from uuid import uuid4

import pytest

from shared.contracts.reference import region_codes
from tests.e2e.commands import SOMEBODY, Schakel
from tests.e2e.door import Door, done, refused
from tests.e2e.story import DRECHTSTEDEN, ZWOLLE, Agreement, Given, Then, When
from tests.faults.proof import Proof
from tests.faults.tampering import Found, Hands, found
from tests.servers import RunningStack
from tests.waiting import wait_until

SECONDS = 120.0
# The services that take in what offering a place under an agreement needs.
FRAMED = ("placements", "providers")
OPEN = "SELECT 1 FROM deliveries WHERE state IN ('pending', 'refused')"
HELD = "SELECT recipient, subject, sequence, hash FROM holdings"
LOSE = "DELETE FROM region_agreements WHERE region = 'AM36' AND agreement_id = %(id)s"
UNGATE = "DELETE FROM gate WHERE recipient = 'AM36' AND subject = %(subject)s"
ALTER = """
UPDATE region_agreements SET content = content || %(content)s
WHERE region = 'AM36' AND agreement_id = %(id)s
"""
AGE = """
UPDATE region_agreements SET sequence = 0, content = %(content)s
WHERE region = 'AM36' AND agreement_id = %(id)s
"""
NEVER_RISES = """
SELECT 1 FROM (
    SELECT sequence - lag(sequence) OVER (PARTITION BY recipient ORDER BY id) AS step
    FROM witnessed WHERE place = 'region_agreements' AND subject = %(id)s
) AS w WHERE step <= 0
"""
INVENT = """
INSERT INTO region_agreements
    (region, agreement_id, sequence, content, status, employer_id, applied_at)
SELECT region, %(invented)s, 1, content, status, employer_id, applied_at FROM region_agreements
WHERE region = 'AM36' AND agreement_id = %(id)s
"""


def subject_of(agreement: Agreement) -> str:
    return f"agreement/{agreement.id}"


def metric(stack: RunningStack, kind: str) -> float:
    """Read how many subjects Zwolle does not hold as it must, by kind."""
    with urlopen(f"{stack.admin_url('agreements')}/metrics") as answer:
        text = answer.read().decode()
    name = f'schakel_reconcile_divergent_rows{{class="{kind}",region="AM36"}} '
    return sum(float(line.removeprefix(name)) for line in text.splitlines() if name in line)


def comes_back(hands: Hands, then: Then, agreement: Agreement) -> None:
    """Wait until Zwolle holds what was published, and nothing is owed any more."""
    newest = then.deliveries(agreement, region=ZWOLLE)[0]

    def held() -> bool:
        copy = then.copy(agreement, ZWOLLE)
        assert (copy["sequence"], copy["hash"]) == (newest["sequence"], newest["hash"])
        return hands.count("agreements", OPEN) == 0

    wait_until(held, SECONDS)


def test_what_was_altered_by_hand_is_told_and_what_was_lost_comes_back(
    stack: RunningStack, hands: Hands, schakel: Schakel, given: Given, then: Then
) -> None:
    lost, ungated, aged, altered, gate, copied = (
        given.published_agreement({ZWOLLE, DRECHTSTEDEN}) for _ in range(6)
    )
    invented = str(uuid4())
    hands.do("regions", LOSE, id=lost.id)
    hands.do("regions", LOSE, id=ungated.id)
    hands.do("regions", UNGATE, subject=subject_of(ungated))
    hands.do("regions", AGE, id=aged.id, content=b"{}")
    hands.do("regions", ALTER, id=altered.id, content=b" ")
    hands.do("regions", UNGATE, subject=subject_of(gate))
    hands.do("regions", INVENT, id=copied.id, invented=invented)

    report = schakel.json("reconcile", status=1)

    left: Found = {
        (ZWOLLE, "differs", subject_of(altered)),
        (ZWOLLE, "differs", subject_of(gate)),
        (ZWOLLE, "ghost", f"agreement/{invented}"),
    }
    assert (found(report), report["repaired"]) == (left, 3)
    for agreement in (lost, ungated, aged):
        comes_back(hands, then, agreement)
    for kind, figure in (("ghost", 1), ("differs", 2), ("missing", 0), ("stale", 0)):
        wait_until(lambda k=kind, f=figure: metric(stack, k) == f, SECONDS)
    again = schakel.json("reconcile", status=1)
    assert (found(again), again["repaired"]) == (left, 0)
    # Only the region that is asked for is looked at, and this one holds everything.
    assert found(schakel.json("reconcile", "--region", DRECHTSTEDEN)) == set()
    # Whoever has looked takes the altered away, and what is owed comes back.
    for one in (altered.id, gate.id, invented):
        hands.do("regions", LOSE, id=one)
    assert found(schakel.json("reconcile")) == set()
    comes_back(hands, then, altered)


def test_copies_of_every_family_come_back(
    hands: Hands, schakel: Schakel, door: Door, given: Given
) -> None:
    agreement = given.published_agreement({ZWOLLE})
    given.acceptance(agreement, ZWOLLE)
    path = f"/regions/{ZWOLLE}/contacts/{agreement.employer_id}"
    done(door.ask("PUT", path, {"role": "accountmanager", "telephone": "038 000 0000"}))
    for service in ("agreements", "regions", "employers"):
        wait_until(lambda one=service: hands.count(one, OPEN) == 0, SECONDS)
    held = {service: hands.rows(service, HELD) for service in ("agreements", "regions")}
    assert {one[1].partition("/")[0] for one in held["agreements"]} == {
        "employer",
        "decision",
        "contact",
    }
    hands.do("regions", "DELETE FROM region_participations WHERE region = 'AM36'")
    hands.do("regions", "DELETE FROM employers WHERE id = %(id)s", id=agreement.employer_id)
    hands.do("agreements", "DELETE FROM contacts")
    hands.do("agreements", "DELETE FROM decisions")
    hands.do("agreements", "UPDATE employers SET sequence = 0, content = '{}'")

    assert schakel.json("reconcile")["repaired"] > 4

    def restored() -> bool:
        for service, rows in held.items():
            # A decision that is settled anew is answered anew: that participation moves on.
            now = {one for one in hands.rows(service, HELD) if "participation" not in one[1]}
            assert now == {one for one in rows if "participation" not in one[1]}
        return True

    wait_until(restored, SECONDS)
    for service in held:
        wait_until(lambda one=service: hands.count(one, OPEN) == 0, SECONDS)
    assert schakel.json("reconcile")["mismatches"] == []


@pytest.mark.parametrize("point", ["reconcile.after-check", "reconcile.after-lower"])
def test_a_round_that_a_crash_cut_short_is_taken_up_again(
    stack: RunningStack, hands: Hands, schakel: Schakel, given: Given, then: Then, point: str
) -> None:
    agreement = given.published_agreement({ZWOLLE})
    stack.stop("agreements")
    stack.start_doomed("agreements", point)
    hands.do("regions", LOSE, id=agreement.id)

    schakel.json("reconcile")

    assert stack.restarts("agreements") == 1
    comes_back(hands, then, agreement)


def test_rounds_come_by_themselves(
    stack: RunningStack, hands: Hands, given: Given, then: Then
) -> None:
    agreement = given.published_agreement({ZWOLLE})
    stack.restart("agreements", SCHAKEL_RECONCILE_SECONDS="0.5")

    hands.do("regions", LOSE, id=agreement.id)

    comes_back(hands, then, agreement)
    stack.restart("agreements")


def test_an_owner_that_was_restored_from_a_backup_is_behind_and_publishes_nothing(
    hands: Hands, schakel: Schakel, door: Door, given: Given, when: When, then: Then
) -> None:
    agreement = given.published_agreement("all")
    untouched = given.published_agreement({ZWOLLE})
    employer = f"/employers/{agreement.employer_id}"
    with hands.restored_afterwards("agreements"):
        when.new_version(agreement, targetGroups=["ww"])
        then.in_force_everywhere(agreement)
        forgotten = given.published_agreement({ZWOLLE}, employer=door.get(employer))
        renamed = {"name": f"Hernoemd {uuid4().hex[:8]}"}
        done(door.ask("PATCH", employer, renamed, etag=door.etag(employer)))
        wait_until(lambda: hands.count("employers", OPEN) == 0, SECONDS)

    report = schakel.json("reconcile", status=1)

    ahead = {(code, "ahead", subject_of(agreement)) for code in region_codes()}
    ahead |= {(one, "ahead", f"framework/{agreement.id}") for one in FRAMED}
    ghosts = {
        (ZWOLLE, "ghost", subject_of(forgotten)),
        (ZWOLLE, "ghost", f"participation/{forgotten.id}/{ZWOLLE}"),
        *((one, "ghost", f"framework/{forgotten.id}") for one in FRAMED),
    }
    assert found(report) == ahead | ghosts
    # The restored service has lost the employer's new name too, and hears it again.
    assert report["repaired"] == 1
    known = "SELECT 1 FROM employers WHERE name = %(name)s"
    wait_until(lambda: hands.count("agreements", known, **renamed) == 1, SECONDS)
    # No region is put back, and nothing is published until somebody has decided.
    assert {sequence for sequence, _ in then.holders(agreement).values()} == {2}
    body, etag = {"reason": "Pauze"}, door.etag(agreement.path)
    response = door.ask("POST", f"{agreement.path}/suspensions", body, etag=etag)
    refused(response, 409, "subject-frozen")
    when.suspended(untouched, "Pauze")
    then.in_force_everywhere(untouched)


def test_an_owner_that_is_behind_is_moved_past_its_recipients_and_all_converge(
    stack: RunningStack,
    hands: Hands,
    proof: Proof,
    schakel: Schakel,
    given: Given,
    when: When,
    then: Then,
) -> None:
    del proof
    agreement = given.published_agreement("all")
    with hands.restored_afterwards("agreements"):
        when.new_version(agreement, targetGroups=["ww"])
        then.in_force_everywhere(agreement)
        given.acceptance(agreement, ZWOLLE)
        forgotten = then.holders(agreement)
    schakel.json("reconcile", status=1)
    why = ("--reason", "Teruggezet uit de back-up")

    # What is held is told, and nothing is decided without having asked everybody.
    advance = ("conflicts", "advance", subject_of(agreement), *why)
    [told] = schakel.json(*advance, "--dry-run")["subjects"]
    held = {one["recipient"]: (one["storedSequence"], one["storedHash"]) for one in told["held"]}
    assert (held, told["ownSequence"]) == (forgotten, 1)
    stack.stop("regions")
    assert schakel.run(*advance).returncode == 1
    stack.start("regions")
    stack.wait_ready("regions")

    moved = schakel.json("conflicts", "advance", "--all", *why)["subjects"]

    # Its answer to Zwolle's decision took a number that it had used before: that is overtaken too.
    answer = f"participation/{agreement.id}/{ZWOLLE}"
    assert {subject_of(agreement), answer} <= {one["subject"] for one in moved}
    then.in_force_everywhere(agreement, told["sequence"])
    own = (told["sequence"], told["ownHash"])
    assert then.holders(agreement) == dict.fromkeys(region_codes(), own)
    # What Zwolle decided on the version that its owner forgot is answered anew, when it comes by.
    wait_until(lambda: then.decision_answered(agreement, ZWOLLE)["state"] == "refused", SECONDS)
    when.new_version(agreement, targetGroups=["jongeren"])
    then.in_force_everywhere(agreement, told["sequence"] + 1)
    given.acceptance(agreement, ZWOLLE)
    wait_until(lambda: hands.count("agreements", OPEN) == 0, SECONDS)
    assert hands.count("regions", NEVER_RISES, id=agreement.id) == 0
    assert "ahead" not in {kind for _, kind, _ in found(schakel.json("reconcile", status=1))}
    assert schakel.json("conflicts", "list")["items"] == []
    assert schakel.run(*advance).returncode == 1
    done = schakel.json("conflicts", "history")["items"]
    assert {(one["requestedBy"], one["reason"]) for one in done} == {(SOMEBODY, why[1])}
