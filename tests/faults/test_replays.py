# SPDX-License-Identifier: EUPL-1.2
"""Dead letters are dealt with: tried again, one, a group or all, or put aside with a reason."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from shared.messaging import wire
from tests.e2e.commands import SOMEBODY, Schakel
from tests.e2e.door import Door, Json, refused
from tests.e2e.intruder import Intruder
from tests.e2e.story import ZWOLLE, Agreement, Given, Then, When
from tests.faults.tampering import Hands
from tests.servers import RunningStack
from tests.waiting import wait_until

SECONDS = 120.0
QUEUE = f"regions.{ZWOLLE}"
WHY = ("--reason", "Hersteld na overleg")
BODY = "SELECT body FROM journal WHERE subject = %(subject)s AND sequence = %(sequence)s"
BURY = """
INSERT INTO dead_letters (origin, queue, recipient, subject, sequence, body, error_class, error,
    fingerprint, first_at, last_at)
VALUES ('exhausted', 'regions.AM36', 'AM36', %(subject)s, %(sequence)s, %(body)s, %(kind)s,
    'no room', %(fingerprint)s, '2026-12-01T09:00:00Z', '2026-12-01T09:00:00Z')
RETURNING 'regions-' || id AS id
"""
LOSE = "DELETE FROM region_agreements WHERE region = 'AM36' AND agreement_id = %(id)s"
UNGATE = "DELETE FROM gate WHERE recipient = 'AM36' AND subject = %(subject)s"
HOLD = "SELECT 1 FROM region_agreements WHERE region = 'AM36' AND agreement_id = %(id)s FOR UPDATE"
WAITS = "SELECT 1 FROM pg_locks WHERE NOT granted"
REPLAY = """
WITH job AS (
    INSERT INTO replay_jobs (action, requested_by, reason, per_second, requested_at, next_at)
    VALUES ('replay', 'ops', 'Hersteld', 10, '2026-12-01T09:00:00Z', '2026-12-01T09:00:00Z')
    RETURNING id
), item AS (
    INSERT INTO replay_items (job_id, letter_id) SELECT id, %(letter)s FROM job
)
UPDATE dead_letters SET state = 'replaying' WHERE id = %(letter)s
"""
TRIED = "SELECT 1 FROM replay_items WHERE letter_id = %(letter)s AND result IS NOT NULL"
REFUSE = """
UPDATE deliveries SET state = 'refused', reason = 'no room', received_at = NULL
WHERE subject = %(subject)s AND recipient = 'AM36'
"""


def bury(hands: Hands, agreement: Agreement, *, sequence: int = 1, kind: str = "KeyError") -> str:
    """Have a state given up for Zwolle, as after its last attempt; give the letter."""
    subject = f"agreement/{agreement.id}"
    [row] = hands.do("agreements", BODY, subject=subject, sequence=sequence)
    letter = {"subject": subject, "sequence": sequence, "body": row["body"], "kind": kind}
    [made] = hands.do("regions", BURY, **letter, fingerprint=uuid4().hex)
    return str(made["id"])


def give_up(hands: Hands, agreement: Agreement, *, kind: str = "KeyError") -> str:
    """Leave Zwolle without an agreement, its letter buried and its delivery refused."""
    hands.do("regions", LOSE, id=agreement.id)
    hands.do("regions", UNGATE, subject=f"agreement/{agreement.id}")
    hands.do("agreements", REFUSE, subject=f"agreement/{agreement.id}")
    return bury(hands, agreement, kind=kind)


def consumers_of(stack: RunningStack, queue: str) -> int:
    """Count who consumes a queue."""
    with wire.connected(stack.amqp_url(), "tests") as broker:
        found = wire.look_at(broker, queue)
    assert found is not None
    counted: int = found.consumer_count
    return counted


def letter_of(door: Door, letter: str) -> Json:
    return door.get(f"/operations/dead-letters/{letter}")


def test_letter_that_is_replayed_is_applied_and_its_delivery_is_received(
    hands: Hands, schakel: Schakel, door: Door, given: Given, then: Then
) -> None:
    agreement = given.published_agreement({ZWOLLE})
    letter = give_up(hands, agreement)
    assert then.ledger(agreement) == {ZWOLLE: "refused"}

    ended = schakel.json("dead-letters", "replay", letter, *WHY)

    [job] = ended["jobs"]
    assert job["results"][0] | {"doneAt": None} == {
        "letter": letter,
        "result": "resolved",
        "error": None,
        "doneAt": None,
    }
    then.in_force_everywhere(agreement)
    assert then.copy(agreement, ZWOLLE)["sequence"] == 1
    settled = letter_of(door, letter)
    assert (settled["state"], settled["reason"]) == ("resolved", WHY[1])
    # Whoever asks later can see who did it and why, and it is not done twice.
    [kept] = [
        one for one in schakel.json("dead-letters", "jobs")["items"] if one["id"] == job["id"]
    ]
    assert (kept["action"], kept["requestedBy"], kept["reason"]) == ("replay", SOMEBODY, WHY[1])
    again = schakel.json("dead-letters", "replay", letter, *WHY, status=1)
    assert (again["letters"], again["skipped"]) == ([], [letter])


def test_letter_that_a_newer_state_has_overtaken_is_superseded(
    hands: Hands, schakel: Schakel, door: Door, given: Given, when: When, then: Then
) -> None:
    agreement = given.published_agreement({ZWOLLE})
    when.new_version(agreement, targetGroups=["ww"])
    then.in_force_everywhere(agreement)
    letter = bury(hands, agreement)

    [job] = schakel.json("dead-letters", "replay", letter, *WHY)["jobs"]

    assert (job["superseded"], letter_of(door, letter)["state"]) == (1, "superseded")
    assert then.copy(agreement, ZWOLLE)["sequence"] == 2


def test_letters_of_one_cause_are_replayed_together_and_a_dry_run_changes_nothing(
    hands: Hands, schakel: Schakel, given: Given, then: Then
) -> None:
    kind = f"Fault{uuid4().hex[:8]}"
    agreements = [given.published_agreement({ZWOLLE}) for _ in range(3)]
    letters = sorted(give_up(hands, one, kind=kind) for one in agreements)
    other = bury(hands, agreements[0])
    causes = {one["errorClass"]: one for one in schakel.json("dead-letters", "causes")["items"]}
    assert (causes[kind]["letters"], causes[kind]["queue"]) == (3, QUEUE)
    group = ("--cause", causes[kind]["cause"], *WHY)

    tried = schakel.json("dead-letters", "replay", *group, "--dry-run")

    assert (sorted(tried["letters"]), tried["jobs"]) == (letters, [])
    assert [then.ledger(one) for one in agreements] == [{ZWOLLE: "refused"}] * 3
    [job] = schakel.json("dead-letters", "replay", *group)["jobs"]
    assert (job["letters"], job["resolved"]) == (3, 3)
    for one in agreements:
        then.in_force_everywhere(one)
    left = {one["id"]: one["state"] for one in schakel.json("dead-letters", "list")["items"]}
    assert left[other] == "open"


def test_letter_that_fails_again_is_open_again_and_can_be_discarded(
    hands: Hands, schakel: Schakel, door: Door, intruder: Intruder
) -> None:
    intruder.puts(QUEUE, b"no JSON " + uuid4().hex.encode())

    def came() -> list[Json]:
        items = door.every("/operations/dead-letters", service="regions")
        return [one for one in items if one["origin"] == "undecodable" and one["state"] == "open"]

    [letter] = wait_until(came, SECONDS)
    ended = schakel.json("dead-letters", "replay", letter["id"], *WHY, status=1)

    [result] = ended["jobs"][0]["results"]
    assert (result["result"], "not JSON" in result["error"]) == ("failed", True)
    assert letter_of(door, letter["id"])["state"] == "open"

    schakel.json("dead-letters", "discard", letter["id"], "--reason", "Niet van ons")

    put_aside = letter_of(door, letter["id"])
    assert (put_aside["state"], put_aside["reason"]) == ("discarded", "Niet van ons")
    who = "SELECT 1 FROM dead_letters WHERE id = %(id)s AND resolved_by = %(by)s"
    number = int(letter["id"].rpartition("-")[2])
    assert hands.count("regions", who, id=number, by=SOMEBODY) == 1


def test_a_job_that_a_crash_cut_short_goes_on_with_the_letters_it_has(
    stack: RunningStack, hands: Hands, schakel: Schakel, given: Given, then: Then
) -> None:
    agreements = [given.published_agreement({ZWOLLE}) for _ in range(4)]
    letters = [give_up(hands, one) for one in agreements]
    stack.stop("regions")
    stack.start_doomed("regions", "replay.before-commit:2")

    [job] = schakel.json("dead-letters", "replay", *letters, *WHY)["jobs"]

    assert stack.restarts("regions") == 1
    assert (job["letters"], job["resolved"], job["waiting"]) == (4, 4, 0)
    for one in agreements:
        then.in_force_everywhere(one)


def test_a_service_that_leaves_tries_letters_by_the_methods_that_left_before_it(
    stack: RunningStack, hands: Hands, door: Door, given: Given, then: Then
) -> None:
    """A call that waits for a row keeps a service from leaving when its consumer has left."""
    awaited, lost = (given.published_agreement({ZWOLLE}) for _ in range(2))
    letter = give_up(hands, lost)
    number = {"letter": int(letter.rpartition("-")[2])}
    path = f"/regions/{ZWOLLE}{awaited.path}/decisions"
    declined = {"decision": "declined", "reason": "no-capacity"}

    def tried_or_gone() -> bool:
        return not leaving.is_alive() or hands.count("regions", TRIED, **number) == 1

    leaving = threading.Thread(target=stack.stop, args=["regions"])
    with ThreadPoolExecutor() as others, hands.holding("regions", HOLD, id=awaited.id):
        others.submit(door.ask, "POST", path, declined)
        wait_until(lambda: hands.count("regions", WAITS))
        leaving.start()
        wait_until(lambda: consumers_of(stack, QUEUE) == 0)
        hands.do("regions", REPLAY, **number)
        wait_until(tried_or_gone, SECONDS)
    leaving.join()
    stack.start("regions")

    wait_until(lambda: hands.count("regions", TRIED, **number), SECONDS)
    assert letter_of(door, letter)["state"] == "resolved"
    then.in_force_everywhere(lost)


def test_all_open_letters_are_dealt_with_and_a_request_must_say_which(
    hands: Hands, schakel: Schakel, door: Door, given: Given
) -> None:
    agreement = given.published_agreement({ZWOLLE})
    letter = bury(hands, agreement)

    discarded = schakel.json("dead-letters", "discard", "--all", "--reason", "Opgeruimd")

    assert letter in discarded["letters"]
    assert {one["state"] for one in door.every("/operations/dead-letters")} & {"open"} == set()
    place = "/operations/dead-letters/replays"
    for body in ({"reason": "Zomaar"}, {"reason": "Zomaar", "all": True, "cause": "1"}, {}):
        refused(door.ask("POST", place, body), 400)
    assert schakel.run("dead-letters", "replay", *WHY).returncode == 2
