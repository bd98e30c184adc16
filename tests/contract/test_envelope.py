# SPDX-License-Identifier: EUPL-1.2
"""What cannot be read is refused with its reason, and nothing else is."""

import copy
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import (
    EVENTS,
    Malformed,
    NewerMajor,
    UnknownType,
    WrongHash,
    content_hash,
    split,
    unwrap,
    wrap,
)
from shared.contracts.registry import ENVELOPE, TYPE_PREFIX, examples

Event = dict[str, Any]

NAME = "participation-changed.v1"
AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
OIN = "00000099000000001000"


def example(name: str = NAME) -> Event:
    return copy.deepcopy(examples()[name])


def changed(change: Callable[[Event], object], *, rehash: bool = True) -> bytes:
    event = example()
    change(event)
    if rehash:
        event["contenthash"] = content_hash(event["data"])
    return orjson.dumps(event)


def test_batch_is_read_in_order() -> None:
    batch = [example(name) for name in sorted(EVENTS)]

    assert [event.type for event in unwrap(orjson.dumps(batch))] == sorted(EVENTS)


def test_batch_with_a_bad_event_can_be_taken_apart() -> None:
    batch = orjson.dumps([example(), {"type": "nonsense"}, example()])

    with pytest.raises(UnknownType):
        unwrap(batch)
    first, bad, last = split(batch)

    assert unwrap(first) == unwrap(last) == unwrap(orjson.dumps(example()))
    with pytest.raises(UnknownType):
        unwrap(bad)


def test_event_outside_a_batch_keeps_its_bytes() -> None:
    assert split(b'{"n" : 1e99} ') == [b'{"n" : 1e99} ']


@given(st.lists(st.sampled_from([b"{}", b'{"a]," : [1, [2]]}', b"1e99", b'"\xc3\xab"', b"[ ]"])))
def test_parts_of_a_batch_keep_their_bytes(parts: list[bytes]) -> None:
    batch = b" [ " + b" ,\n ".join(parts) + b"\t] "

    if parts:
        assert split(batch) == parts


@pytest.mark.parametrize("depth", [100, 300, 1000, 5000])
def test_content_of_any_depth_is_read_or_refused(depth: int) -> None:
    deep = b"[" * depth + b"]" * depth
    raw = orjson.dumps(example("hint.v1")).replace(b'"data":{', b'"data":{"deep":' + deep + b",")

    for read in (unwrap, split):
        with suppress(Malformed):
            read(b"[" + raw + b"]")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.sampled_from(sorted(EVENTS)),
    st.dictionaries(st.sampled_from([*ENVELOPE["properties"], "other"]), anything, max_size=3),
    st.sampled_from([".v1", ".v2", ".v0"]),
)
def test_whatever_comes_is_read_or_refused(name: str, noise: Event, version: str) -> None:
    event = {**example(name), **noise}
    if "type" not in noise:
        event["type"] = event["type"].replace(".v1", version)

    with suppress(Malformed, NewerMajor):
        unwrap(json.dumps(event).encode())


@pytest.mark.parametrize("sequence", ["\u00b2", "9" * 5000, "", "-1", "1.0", 1, None])
def test_newer_version_with_an_odd_place_still_waits(sequence: object) -> None:
    odd = {"type": f"{TYPE_PREFIX}hint.v2", "sequence": sequence, "subject": "a\0b"}

    with pytest.raises(NewerMajor) as newer:
        unwrap(orjson.dumps(odd))

    assert (newer.value.subject, newer.value.sequence) == (None, None)


def test_content_that_grew_is_read_and_kept_whole() -> None:
    (event,) = unwrap(changed(lambda e: e["data"].update(note="later")))

    assert event.data["note"] == "later"
    assert b'"note":"later"' in event.content
    assert event.hash == content_hash(event.data)


def test_extension_attribute_that_we_do_not_know_is_passed_over() -> None:
    assert unwrap(changed(lambda e: e.update(partitionkey="AM36")))


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"\xff\xfe", b'{"a":NaN}', b'{"a":"\xed\xa0\x80"}', b"[" * 5000]
)
def test_what_is_not_json_is_undecodable(raw: bytes) -> None:
    for read in (unwrap, split):
        with pytest.raises(Malformed) as refused:
            read(raw)
        assert refused.value.undecodable


@pytest.mark.parametrize("raw", [b"[]", b"3", b"null", b'"text"', b"[[]]", b"[3]"])
def test_json_that_is_no_event_is_malformed(raw: bytes) -> None:
    with pytest.raises(Malformed) as refused:
        unwrap(raw)
    assert not refused.value.undecodable


@pytest.mark.parametrize(
    "type_",
    [
        None,
        7,
        "",
        NAME,
        f"{TYPE_PREFIX}placement-lost.v1",
        f"{TYPE_PREFIX}participation-changed",
        f"{TYPE_PREFIX}participation-changed.v0",
        f"{TYPE_PREFIX}participation-changed.v1\n",
        f"{TYPE_PREFIX}participation-changed.v99999",
        "nl.elsewhere.participation-changed.v2",
    ],
)
def test_type_that_nobody_knows_is_unknown(type_: object) -> None:
    with pytest.raises(UnknownType):
        unwrap(changed(lambda e: e.update(type=type_)))


def test_newer_version_of_a_known_type_waits_for_an_upgrade() -> None:
    def upgrade(event: Event) -> None:
        event["type"] = f"{TYPE_PREFIX}participation-changed.v2"
        event["data"] = {"of": "another shape"}

    with pytest.raises(NewerMajor) as newer:
        unwrap(changed(upgrade))

    assert newer.value.type == f"{TYPE_PREFIX}participation-changed.v2"
    assert newer.value.subject == example()["subject"]
    assert newer.value.sequence == 1


def test_newer_version_may_have_another_envelope() -> None:
    with pytest.raises(NewerMajor) as newer:
        unwrap(orjson.dumps({"type": f"{TYPE_PREFIX}hint.v2", "sequence": 4, "subject": None}))

    assert (newer.value.subject, newer.value.sequence) == (None, None)


def test_content_that_was_altered_is_refused() -> None:
    with pytest.raises(WrongHash, match="contenthash"):
        unwrap(changed(lambda e: e["data"].update(reason="Anders"), rehash=False))


REFUSED: dict[str, tuple[Callable[[Event], object], str]] = {
    "no specversion": (lambda e: e.pop("specversion"), "specversion"),
    "another specversion": (lambda e: e.update(specversion="0.3"), "/specversion"),
    "no id": (lambda e: e.pop("id"), "id"),
    "a source without OIN": (lambda e: e.update(source="/agreements"), "/source"),
    "no subject": (lambda e: e.pop("subject"), "subject"),
    "no sequence": (lambda e: e.pop("sequence"), "sequence"),
    "sequence 0": (lambda e: e.update(sequence="0"), "/sequence"),
    "a sequence that is a number": (lambda e: e.update(sequence=1), "/sequence"),
    "a sequence beyond 32 bits": (lambda e: e.update(sequence="2147483648"), "/sequence"),
    "no hash": (lambda e: e.pop("contenthash"), "contenthash"),
    "a local time": (lambda e: e.update(time="2026-12-01T10:00:00+01:00"), "/time"),
    "a day that does not exist": (lambda e: e.update(time="2026-02-30T09:00:00Z"), "/time"),
    "no data": (lambda e: e.pop("data"), "data"),
    "data that is a text": (lambda e: e.update(data="x"), "/data"),
    "a field less": (lambda e: e["data"].pop("status"), "status"),
    "an unknown status": (lambda e: e["data"].update(status="lost"), "/data/status"),
    "a date that does not exist": (lambda e: e["data"].update(signedOn="2026-02-30"), "signedOn"),
    "a null character": (lambda e: e["data"].update(reason="a\0b"), "/data/reason"),
    "a fraction": (lambda e: e["data"].update(share=0.5), "0.5 is not a whole number"),
    "a whole number with a fraction": (lambda e: e["data"].update(version=1.0), "1.0 is not"),
    "a subject of another region": (lambda e: e["data"].update(region="AM23"), "subject"),
}


@pytest.mark.parametrize("what", sorted(REFUSED))
def test_event_is_refused_with(what: str) -> None:
    change, reason = REFUSED[what]
    event = example()
    change(event)

    with pytest.raises(Malformed, match=reason):
        unwrap(orjson.dumps(event))


@pytest.mark.parametrize("code", ["AM04", "AM16", "AM31", "AM99", "AM1", "am36", "GM0193"])
def test_event_of_a_region_that_does_not_exist_is_refused(code: str) -> None:
    def move(event: Event) -> None:
        event["data"]["region"] = code
        event["subject"] = event["subject"].replace("AM36", code)

    with pytest.raises(Malformed, match="/data/region"):
        unwrap(changed(move))


def test_reason_of_a_refusal_stays_short() -> None:
    with pytest.raises(Malformed) as refused:
        unwrap(changed(lambda e: e["data"].update(status="x" * 100_000)))

    assert len(str(refused.value)) <= 500


def test_state_is_wrapped_under_its_subject_and_sequence() -> None:
    data = example()["data"]
    subject = example()["subject"]

    raw = wrap(NAME, data, oin=OIN, recorded_at=AT, subject=subject, sequence=3)

    (event,) = unwrap(raw)
    assert event.id == f"{subject}/3"
    assert event.source == f"urn:nld:oin:{OIN}:systeem:agreements"
    assert (event.subject, event.sequence, event.recorded_at) == (subject, 3, AT)
    assert (event.hash, event.data) == (content_hash(data), data)


def test_notice_is_wrapped_without_an_order() -> None:
    data = example("hint.v1")["data"]

    raw = wrap("hint.v1", data, oin=OIN, recorded_at=AT, event_id="1", source_service="regions")

    (event,) = unwrap(raw)
    assert (event.subject, event.sequence, event.hash) == (None, None, None)
    assert event.source.endswith(":regions")


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": "participation/elsewhere/AM36"},
        {"subject": None},
        {"sequence": 0},
        {"sequence": None},
        {"oin": "1"},
        {"traceparent": "00-nonsense"},
        {"data": {}},
        {"data": {"region": 0.5}},
    ],
)
def test_what_no_consumer_could_read_is_not_wrapped(wrong: dict[str, Any]) -> None:
    right = {
        "data": example()["data"],
        "oin": OIN,
        "recorded_at": AT,
        "subject": example()["subject"],
        "sequence": 1,
    }
    with pytest.raises(Malformed):
        wrap(NAME, **{**right, **wrong})
