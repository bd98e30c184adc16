# SPDX-License-Identifier: EUPL-1.2
"""A message that cannot be used is kept with its reason and its bytes, and the queue goes on."""

import base64
import json
from collections.abc import Callable, Mapping
from importlib.resources import files
from uuid import uuid4

import pytest

from shared.contracts import content_hash
from tests.e2e.books import Books
from tests.e2e.commands import Schakel
from tests.e2e.door import Door, Json
from tests.e2e.intruder import Intruder, spoiled
from tests.e2e.story import ZWOLLE, Given, Then
from tests.waiting import wait_until

PLACE = "/operations/dead-letters"
QUEUE = f"regions.{ZWOLLE}"
SECONDS = 30.0
OWN = "nl.landelijke-werkgevers"
EXAMPLES = files("shared.contracts").joinpath("examples")
CONTACT = EXAMPLES.joinpath("contact-changed.v1.json")
RECEIPT = EXAMPLES.joinpath("receipts-recorded.v1.json")

# Each makes of an event, and of a mark that it has not seen before, what nobody can use.
UNUSABLE: Mapping[str, tuple[Callable[[bytes, str], bytes], str, str]] = {
    "malformed JSON": (lambda event, mark: event[:-20] + mark.encode(), "undecodable", "not JSON"),
    "no text": (lambda _, mark: b"\x00\xff\xfe" + mark.encode(), "undecodable", "not JSON"),
    "unknown type": (
        lambda event, mark: spoiled(event, type=f"{OWN}.agreement-eaten.v1", id=mark),
        "unknown",
        "unknown type",
    ),
    "type of others": (
        lambda event, mark: spoiled(event, type="com.example.thing", id=mark),
        "unknown",
        "unknown type",
    ),
    "no envelope": (
        lambda _, mark: json.dumps({"agreement": mark}).encode(),
        "unknown",
        "unknown type",
    ),
    "event for another service": (
        lambda _, mark: spoiled(CONTACT.read_bytes(), id=mark),
        "unknown",
        "not consumed here",
    ),
    "wrong schema": (
        lambda event, mark: spoiled(event, data={**json.loads(event)["data"], "status": mark}),
        "invalid",
        "/data/status",
    ),
    "other content than its hash": (
        lambda event, mark: spoiled(event, data={**json.loads(event)["data"], "title": mark}),
        "invalid",
        "contenthash",
    ),
    "17 MB": (
        lambda event, mark: event + mark.encode() + b" " * 17_000_000,
        "too-large",
        "16000000 bytes",
    ),
}


class Letters:
    """The dead letters that came since the story began."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._before = {one["id"] for one in self._listed()}

    def new(self) -> list[Json]:
        """Give those that came."""
        return [one for one in self._listed() if one["id"] not in self._before]

    def the_new_one(self) -> Json:
        """Wait for the one that must come."""
        [letter] = wait_until(self.new, SECONDS)
        return letter

    def body(self, letter: Json) -> bytes:
        """Read a letter, and give the bytes that came."""
        shown = wait_until(lambda: self._door.get(f"{PLACE}/{letter['id']}"), SECONDS)
        assert {name: shown[name] for name in letter} == letter
        return base64.b64decode(shown["body"])

    def _listed(self) -> list[Json]:
        # Told without one of the services, its old letters would pass for new ones afterwards.
        [found] = wait_until(lambda: (self._door.every(PLACE),), SECONDS)
        return found


@pytest.fixture
def letters(door: Door) -> Letters:
    return Letters(door)


@pytest.fixture
def event(given: Given, books: Books) -> bytes:
    """Give an event as it was published, of an agreement that nobody takes part in."""
    return published_event(given, books)


def published_event(given: Given, books: Books) -> bytes:
    agreement = given.published_agreement()
    return bytes(journal(books, f"agreement/{agreement.id}"))


def journal(books: Books, subject: str) -> bytes:
    query = "SELECT body FROM journal WHERE subject = %(subject)s"
    [row] = books.rows("agreements", query, subject=subject)
    return bytes(row["body"])


@pytest.mark.parametrize("kind", UNUSABLE)
def test_unusable_message_is_a_dead_letter_with_its_bytes_and_the_queue_goes_on(
    kind: str, event: bytes, intruder: Intruder, letters: Letters, given: Given
) -> None:
    make, origin, reason = UNUSABLE[kind]
    body = make(event, uuid4().hex)

    intruder.puts(QUEUE, body)
    given.published_agreement({ZWOLLE})

    letter = letters.the_new_one()
    assert (letter["origin"], letter["queue"], letter["recipient"]) == (origin, QUEUE, ZWOLLE)
    assert (letter["service"], letter["state"], letter["times"]) == ("regions", "open", 1)
    assert letter["bytes"] == len(body)
    assert reason in letter["error"]
    assert letters.body(letter) == body


def test_same_unusable_message_again_is_counted_not_repeated(
    intruder: Intruder, letters: Letters
) -> None:
    body = uuid4().bytes

    for _ in range(3):
        intruder.puts(QUEUE, body)

    wait_until(lambda: [one["times"] for one in letters.new()] == [3], SECONDS)


def test_letter_is_listed_and_shown_on_the_command_line(
    intruder: Intruder, letters: Letters, schakel: Schakel
) -> None:
    body = uuid4().bytes
    intruder.puts(QUEUE, body)
    letter = letters.the_new_one()

    assert letter in schakel.json("dead-letters", "list")["items"]
    shown = schakel.json("dead-letters", "show", letter["id"])

    assert {name: shown[name] for name in letter} == letter
    assert base64.b64decode(shown["body"]) == body


def test_event_for_a_region_that_does_not_exist_is_kept(
    event: bytes, intruder: Intruder, letters: Letters
) -> None:
    intruder.addresses("AM99", event)

    letter = letters.the_new_one()
    assert (letter["origin"], letter["queue"]) == ("broker", "unrouted")
    assert letters.body(letter) == event


def test_event_that_names_a_region_that_does_not_exist_is_kept(
    given: Given, then: Then, books: Books, intruder: Intruder, letters: Letters
) -> None:
    agreement = given.published_agreement({ZWOLLE})
    event = journal(books, f"participation/{agreement.id}/{ZWOLLE}")
    bad = spoiled(event, data={**json.loads(event)["data"], "region": "AM99"})

    intruder.puts(QUEUE, bad)

    letter = letters.the_new_one()
    assert (letter["origin"], letter["queue"]) == ("invalid", QUEUE)
    assert "/data/region" in letter["error"]
    assert letters.body(letter) == bad
    assert then.told(agreement, ZWOLLE, "invited")


def test_newer_major_version_is_parked_until_an_upgrade(
    event: bytes, intruder: Intruder, books: Books, given: Given
) -> None:
    subject = json.loads(event)["subject"]
    newer = spoiled(event, type="nl.landelijke-werkgevers.agreement-changed.v2")

    intruder.addresses(ZWOLLE, newer)
    given.published_agreement({ZWOLLE})

    def parked() -> list[Json]:
        query = "SELECT recipient, reason, body FROM parked WHERE subject = %(subject)s"
        return books.rows("regions", query, subject=subject)

    [row] = wait_until(parked, SECONDS)
    assert (row["recipient"], row["reason"]) == (ZWOLLE, "schema")
    assert json.loads(bytes(row["body"])) == json.loads(newer)


def test_bad_event_packed_between_two_good_ones_costs_only_itself(
    given: Given, books: Books, intruder: Intruder, letters: Letters, door: Door
) -> None:
    first, second = published_event(given, books), published_event(given, books)
    spoilt = UNUSABLE["wrong schema"][0](first, uuid4().hex)
    bad = json.dumps({**json.loads(spoilt), "id": uuid4().hex}).encode()

    intruder.addresses(ZWOLLE, b"[" + b",".join((first, bad, second)) + b"]")

    letter = letters.the_new_one()
    assert letter["origin"] == "invalid"
    assert json.loads(letters.body(letter)) == json.loads(bad)
    for told in map(json.loads, (first, second)):
        held = door.get(f"/regions/{ZWOLLE}/agreements/{told['data']['id']}")
        assert held["hash"] == told["contenthash"]


@pytest.mark.parametrize("user", ["schakel-employers", "schakel-regions"])
def test_what_a_service_publishes_of_another_is_a_dead_letter_and_changes_nothing(
    user: str, given: Given, then: Then, books: Books, intruder: Intruder, letters: Letters
) -> None:
    agreement = given.published_agreement({ZWOLLE})
    then.in_force_everywhere(agreement)
    event = journal(books, f"agreement/{agreement.id}")
    data = {**json.loads(event)["data"], "status": "ended"}
    forged = spoiled(
        event,
        data=data,
        sequence="9",
        id=f"agreement/{agreement.id}/9",
        contenthash=content_hash(data),
    )

    intruder.addresses(ZWOLLE, forged, user=user)

    letter = letters.the_new_one()
    assert (letter["origin"], letter["errorClass"]) == ("invalid", "WrongPublisher")
    assert letter["error"] == f"schakel-agreements may say this, not {user}"
    assert letters.body(letter) == forged
    assert then.copy(agreement, ZWOLLE)["sequence"] == 1


def test_a_receipt_for_the_recipient_of_another_service_closes_nothing(
    intruder: Intruder, letters: Letters
) -> None:
    receipt = RECEIPT.read_bytes()

    intruder.answers("agreements", receipt, user="schakel-employers")

    letter = letters.the_new_one()
    assert (letter["queue"], letter["errorClass"]) == ("agreements.receipts", "WrongPublisher")
    assert letters.body(letter) == receipt


def test_unusable_receipt_is_a_dead_letter_of_its_owner(
    intruder: Intruder, letters: Letters, given: Given
) -> None:
    intruder.puts("agreements.receipts", uuid4().bytes)
    given.published_agreement({ZWOLLE})

    letter = letters.the_new_one()
    assert (letter["service"], letter["queue"]) == ("agreements", "agreements.receipts")
