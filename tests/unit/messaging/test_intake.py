# SPDX-License-Identifier: EUPL-1.2
"""Whatever comes in is an arrival, or a letter or a parked event with its reason; never a crash."""

import copy
import uuid
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.errors import UniqueViolation

from shared.contracts.registry import EVENTS, examples
from shared.contracts.topology import SERVICES
from shared.messaging import intake, letters
from shared.messaging.intake import Intake, Lately, Raw
from shared.messaging.letters import Parked
from shared.messaging.notices import RECEIPTS, Receipt
from shared.messaging.publishers import LOOKED_AT, USER, WrongPublisher, must_own

ACCEPTS = frozenset({"agreement-changed.v1", "receipts-recorded.v1"})
LARGEST = 2**63 - 1
OWNER = "schakel-agreements"
Event = dict[str, Any]


def state(**more: object) -> Event:
    """Give a valid state, with some members as told."""
    return {**copy.deepcopy(examples()["agreement-changed.v1"]), **more}


def take(
    body: bytes | Event | list[object],
    *,
    recipient: str = "AM36",
    publisher: str | None = OWNER,
) -> Intake:
    """Take in one message of a region's queue."""
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    message = Raw(f"regions.{recipient}", recipient, raw, {}, publisher=publisher)
    return intake.take_in([message], ACCEPTS)


def newer(event: Event) -> Event:
    """Give the event in a version that only an upgrade reads."""
    return {
        **event,
        "id": f"newer than {event['id']}",
        "type": event["type"].replace(".v1", ".v2"),
    }


def test_a_valid_state_arrives_with_its_own_bytes_and_hash() -> None:
    [one] = take(state()).states
    assert (one.recipient, one.subject) == ("AM36", state()["subject"])
    assert one.sequence == int(state()["sequence"])
    assert one.hash == state()["contenthash"]
    assert orjson.loads(one.content) == state()["data"]


def test_a_forged_event_that_hides_behind_the_id_of_a_true_one_is_never_taken_in() -> None:
    forged = {**copy.deepcopy(examples()["placement-changed.v1"]), "id": state()["id"]}

    for packed in ([state(), forged], [forged, state()], [newer(state()), state(), forged]):
        found = take(packed)

        assert (found.states, found.parked) == ([], [])
        assert [one.error for one in found.letters] == [str(intake.TWICE)]


def test_a_batch_in_a_batch_is_a_letter_and_nothing_of_it_is_lost() -> None:
    inner = [state(id="inside"), {"x": 1}]

    found = take([inner, state()])

    assert [one.event_id for one in found.states] == [state()["id"]]
    assert [orjson.loads(one.body) for one in found.letters] == [inner]


@pytest.mark.parametrize(
    ("body", "origin"),
    [
        (b"", "undecodable"),
        (b"\xff\xfe", "undecodable"),
        (b'{"half": ', "undecodable"),
        (b"5", "invalid"),
        (b"{}", "unknown"),
        (orjson.dumps(state(type="nl.landelijke-werkgevers.unheard-of.v1")), "unknown"),
        (orjson.dumps(examples()["employer-changed.v1"]), "unknown"),
        (orjson.dumps(state(sequence="0")), "invalid"),
        # A moment of RFC 3339, but of no calendar that Python knows.
        (orjson.dumps(state(time="0000-01-01T00:00:00Z")), "invalid"),
        (orjson.dumps(state(contenthash="0" * 64)), "invalid"),
        (b" " * 16_000_001, "too-large"),
    ],
)
def test_what_cannot_be_read_is_a_letter_with_its_raw_bytes(body: bytes, origin: str) -> None:
    found = take(body)
    [letter] = found.letters
    assert (letter.origin, letter.recipient) == (origin, "AM36")
    assert letter.error
    assert letter.body == body or orjson.loads(letter.body) == orjson.loads(body)
    assert (found.states, found.parked) == ([], [])


def test_one_bad_event_of_a_pack_costs_only_itself() -> None:
    found = take([state(), 5, newer(state()), {}])

    assert len(found.states) == 1
    assert sorted(one.origin for one in found.letters) == ["invalid", "unknown"]
    assert [one.reason for one in found.parked] == ["schema"]


def test_a_good_event_can_be_parked_whatever_it_was_packed_with() -> None:
    [one] = take([5, {}, [], state()]).states

    parked = Parked.of("regions.AM36", one, RuntimeError("no room"))

    assert orjson.loads(parked.body) == state()


@pytest.mark.parametrize(
    "sequence", ["", "0", "-1", "1.5", "²", "٣", "9" * 30, "1" * 5000, 7, None, True]
)
def test_a_newer_version_with_any_sequence_is_parked(sequence: object) -> None:
    [one] = take(newer(state(sequence=sequence))).parked

    assert one.reason == "schema"
    assert 0 <= one.sequence <= LARGEST


@pytest.mark.parametrize("publisher", ["schakel-employers", "schakel-gateway", "agreements", None])
@pytest.mark.parametrize("make", [dict, newer])
def test_a_state_that_is_not_its_publishers_to_say_is_a_letter_and_nothing_else(
    make: Callable[[Event], Event], publisher: str | None
) -> None:
    for body in (make(state()), [make(state()), "no event"]):
        found = take(body, publisher=publisher)

        assert (found.states, found.parked) == ([], [])
        letter = found.letters[0]
        assert (letter.origin, letter.error_class) == ("invalid", "WrongPublisher")
        assert letter.error.startswith(f"{OWNER} may say this, not ")
        assert letter.headers == {USER: publisher}


def test_what_one_may_say_another_may_not_say_after_it() -> None:
    body = orjson.dumps(state())
    raws = [
        Raw("regions.AM36", "AM36", body, {}, publisher=one) for one in (OWNER, "schakel-employers")
    ]

    found = intake.take_in(raws, ACCEPTS)

    assert (len(found.states), len(found.letters)) == (1, 1)


@pytest.mark.parametrize(
    ("recipient", "publisher", "taken"),
    [
        ("AM36", "schakel-regions", 1),
        ("agreements", OWNER, 1),
        ("AM36", "schakel-employers", 0),
        ("agreements", "schakel-regions", 0),
        ("AM36", None, 0),
    ],
)
def test_a_service_gives_receipts_for_its_own_recipients_only(
    recipient: str, publisher: str | None, taken: int
) -> None:
    notice = copy.deepcopy(examples()[RECEIPTS])
    for receipt in notice["data"]["receipts"]:
        receipt["recipient"] = recipient

    assert len(take(notice, recipient="agreements", publisher=publisher).notices) == taken


def test_what_was_looked_at_when_it_came_is_not_looked_at_again() -> None:
    assert len(take(state(), publisher=LOOKED_AT).states) == 1


def test_what_must_wait_keeps_who_published_it() -> None:
    [waits] = take(newer(state())).parked
    [(queue, arrival)] = take(state()).came

    assert waits.publisher == OWNER
    assert Parked.of(queue, arrival, RuntimeError("no room")).publisher == OWNER


def test_every_type_of_event_has_a_publisher() -> None:
    services = {f"schakel-{service}" for service in SERVICES}
    for name, kind in EVENTS.items():
        able = {one for one in services if not refused(one, name)}
        assert able == (services if kind.owner == "*" else {f"schakel-{kind.owner}"})


def refused(publisher: str, name: str) -> bool:
    """Tell whether a publisher may not say an event of this type."""
    try:
        must_own(publisher, name)
    except WrongPublisher:
        return True
    return False


def test_newer_versions_of_different_notices_are_parked_apart() -> None:
    notices = [
        newer({**examples()["receipts-recorded.v1"], "id": str(uuid.uuid4())}) for _ in range(2)
    ]

    parked = [one for notice in notices for one in take(notice, recipient="agreements").parked]

    assert len({(one.recipient, one.subject, one.sequence) for one in parked}) == 2


def test_what_the_last_net_caught_is_a_letter_whatever_it_holds() -> None:
    headers = {"x-first-death-queue": "regions.AM36", "x-first-death-reason": "delivery_limit"}
    headers |= {USER: "of the sender's own making"}
    raw = Raw("dead", "agreements", orjson.dumps(state()), headers, net=True, publisher=OWNER)

    [letter] = intake.take_in([raw], ACCEPTS).letters

    assert (letter.origin, letter.queue, letter.error) == (
        "broker",
        "regions.AM36",
        "delivery_limit",
    )
    assert letter.headers == {**headers, USER: OWNER}, "a replay asks who published it"


def test_the_same_message_given_up_for_the_same_cause_has_one_fingerprint() -> None:
    one, same, other = (take(body).letters[0] for body in (b"{1", b"{1", b"{2"))

    assert one.fingerprint == same.fingerprint != other.fingerprint


def test_a_service_has_many_queues_and_each_arrival_knows_its_own() -> None:
    """An operator who reads the name of the wrong queue looks in the wrong place."""
    queues = {"agreements.decisions": "decision-submitted.v1", "agreements.receipts": RECEIPTS}
    raws = [
        Raw(queue, "agreements", orjson.dumps(examples()[type_]), {}, publisher="schakel-regions")
        for queue, type_ in queues.items()
    ]

    found = intake.take_in(raws, frozenset(queues.values()))

    came_from = {one.type: queue for queue, one in found.came}
    assert came_from == {type_: queue for queue, type_ in queues.items()}


def test_a_receipt_may_say_more_than_is_known_here() -> None:
    told = examples()[RECEIPTS]["data"]["receipts"][0]
    known = Receipt.from_json({**told, "colour": "green"})

    assert known.to_json() == told


def test_words_of_an_error_are_words_that_a_database_takes() -> None:
    assert letters.words_of(RuntimeError("a\x00b")) == "a\ufffdb"
    assert letters.words_of(KeyError()) == "KeyError"


def test_words_of_a_row_that_was_refused_are_not_those_of_its_values() -> None:
    said = 'duplicate key value violates unique constraint "references"'
    refused = UniqueViolation(f"{said}\nDETAIL:  Key (reference)=(AM23-7K4M) already exists.")

    assert letters.words_of(refused) == said


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(
    changes=st.dictionaries(
        st.sampled_from([*state(), "traceparent", "more"]), JUNK, min_size=1, max_size=3
    ),
    version=st.sampled_from(["v1", "v2"]),
    packed=st.lists(JUNK, max_size=2),
)
def test_no_message_stops_the_consumer(changes: Event, version: str, packed: list[object]) -> None:
    event = state(type=f"nl.landelijke-werkgevers.agreement-changed.{version}") | changes

    found = take([event, *packed])

    came = len(found.states) + len(found.letters) + len(found.parked)
    assert came == 1 + len(packed)
    for one in found.states:
        Parked.of("regions.AM36", one, RuntimeError("no room"))


def test_a_message_is_read_once_for_several_batches_and_forgotten_when_others_come() -> None:
    one, other = orjson.dumps(state()), orjson.dumps([state()])
    lately = Lately(most_bytes=len(one))

    def data_of(body: bytes) -> object:
        raw = Raw("regions.AM36", "AM36", bytes(bytearray(body)), {}, publisher=OWNER)
        return intake.take_in([raw], ACCEPTS, lately).states[0].data

    first = data_of(one)
    assert data_of(one) is first
    assert data_of(other) == first
    assert data_of(one) is not first
