# SPDX-License-Identifier: EUPL-1.2
"""The envelope of every message: CloudEvents 1.0 in the NL GOV profile, as structured JSON.

`wrap` refuses what no consumer could read, in the transaction that would have sent it. `unwrap`
gives back only what is known, valid and unaltered. `time` is when the event was recorded; the
`sequence` counts per subject, from 1.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jsonschema_rs
import orjson

from shared.contracts.content import NotCanonical, canonical, hash_of
from shared.contracts.reference import region_codes
from shared.contracts.registry import ENVELOPE, EVENTS, TYPE_PREFIX, EventType, Json

CONTENT_TYPE = "application/cloudevents+json"
BATCH_CONTENT_TYPE = "application/cloudevents-batch+json"

_TYPE = re.compile(rf"{re.escape(TYPE_PREFIX)}([a-z][a-z-]*)\.v([1-9][0-9]{{0,3}})")
_OF_A_STATE = ("subject", "sequence", "sequencetype", "contenthash")
_LONGEST_REASON = 500
_BETWEEN = re.compile(r"[\s,]*")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_PRINTABLE = re.compile(r"[!-~]{1,300}")
_TRACEPARENT = re.compile(rb'"traceparent":"([0-9a-f-]{55})"')


class Malformed(ValueError):
    """No reader can use this message, now or after an upgrade.

    `undecodable` says that it is not even JSON.
    """

    def __init__(self, reason: str, *, undecodable: bool = False) -> None:
        """Keep the reason short: the raw bytes are kept beside it."""
        super().__init__(reason[:_LONGEST_REASON])
        self.undecodable = undecodable


class UnknownType(Malformed):
    """A type of which no version is known."""


class WrongHash(Malformed):
    """The content is not what its hash says."""


class NewerMajor(ValueError):
    """A newer version of a known type: to be kept until this reader is upgraded."""

    def __init__(self, event: Mapping[str, object]) -> None:
        """Tell the type, and the subject and sequence where the envelope still has them."""
        super().__init__(f"{event['type']} is newer than this reader")
        sequence = _told(event, "sequence", _NUMBER)
        self.type = str(event["type"])
        self.family = self.type.removeprefix(TYPE_PREFIX).rpartition(".v")[0]
        self.subject = _told(event, "subject", _PRINTABLE)
        self.sequence = None if sequence is None else int(sequence)


@dataclass(frozen=True, slots=True)
class Event:
    """One event that was read: known, valid, and its hash computed here from its content.

    `type` is short, as `agreement-changed.v1`. A notice has no subject, sequence or hash.
    `content` is the canonical JSON of `data`.
    """

    type: str
    id: str
    source: str
    subject: str | None
    sequence: int | None
    hash: str | None
    recorded_at: datetime
    traceparent: str | None
    data: Json
    content: bytes


def wrap(  # noqa: PLR0913 - the parts of one envelope
    type_: str,
    data: Json,
    *,
    oin: str,
    recorded_at: datetime,
    subject: str | None = None,
    sequence: int | None = None,
    event_id: str | None = None,
    traceparent: str | None = None,
    source_service: str | None = None,
) -> bytes:
    """Write one event; raises Malformed for what `unwrap` would refuse.

    A state is published by its owner, its subject must be that of its data, and its id is its
    subject and sequence unless another is given. A notice names its service and its id.
    """
    kind = EVENTS[type_]
    event: dict[str, object] = {
        "specversion": "1.0",
        "id": event_id or f"{subject}/{sequence}",
        "source": f"urn:nld:oin:{oin}:systeem:{source_service or kind.owner}",
        "type": TYPE_PREFIX + type_,
        "time": recorded_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "dataschema": kind.schema["$id"],
        "datacontenttype": "application/json",
        "data": data,
        **({"traceparent": traceparent} if traceparent else {}),
        **(_place(subject, sequence, data) if kind.kind == "state" else {}),
    }
    _validate(type_, event)
    return orjson.dumps(event, option=orjson.OPT_SORT_KEYS)


def unwrap(raw: bytes) -> list[Event]:
    """Read one event, or every event of a batch; the first that cannot be read refuses them all.

    Raises Malformed, UnknownType or WrongHash for what will never be readable, and NewerMajor for
    what an upgrade will read. `split` takes a batch apart.
    """
    return [_read(event) for event in _events(raw)]


def split(raw: bytes) -> list[bytes]:
    """Take a batch apart into the very bytes of its events, so that a bad one costs only itself.

    Raises Malformed for what is not JSON.
    """
    if not isinstance(_parsed(raw), list):
        return [raw]
    try:
        return list(_elements(raw.decode()))
    except RecursionError:
        raise Malformed("nested too deep", undecodable=True) from None


def traceparent_of(written: bytes) -> str | None:
    """Find the trace of an event that `wrap` wrote, without reading it all."""
    found = _TRACEPARENT.search(written)
    return found[1].decode() if found else None


def _events(raw: bytes) -> list[object]:
    parsed = _parsed(raw)
    return parsed if isinstance(parsed, list) else [parsed]


def _parsed(raw: bytes) -> object:
    try:
        parsed: object = orjson.loads(raw)
    except orjson.JSONDecodeError as refused:
        raise Malformed(f"not JSON: {refused}", undecodable=True) from None
    if parsed == []:
        raise Malformed("an empty batch")
    return parsed


def _elements(text: str) -> Iterator[bytes]:
    """Cut an array that is known to be valid JSON at the borders of its elements."""
    decoder = json.JSONDecoder()
    start = text.index("[") + 1
    while between := _BETWEEN.match(text, start):
        if text[between.end()] == "]":
            return
        _, start = decoder.raw_decode(text, between.end())
        yield text[between.end() : start].encode()


def _place(subject: str | None, sequence: int | None, data: Json) -> Json:
    """Say where a state stands in the order of its subject."""
    return {
        "subject": subject,
        "sequence": str(sequence),
        "sequencetype": "Integer",
        "contenthash": hash_of(_content(data)),
    }


def _read(event: object) -> Event:
    if not isinstance(event, dict):
        raise Malformed("an event is a JSON object")
    name = _name(event)
    content = _content(_validate(name, event))
    told, sequence = event.get("contenthash"), event.get("sequence")
    try:
        recorded_at = datetime.fromisoformat(event["time"])
    except ValueError as refused:
        # RFC 3339 knows a year 0, which is no moment here.
        raise Malformed(f"time: {refused}") from None
    if told is not None and told != hash_of(content):
        raise WrongHash(f"contenthash is {told}, the content's is {hash_of(content)}")
    return Event(
        type=name,
        id=event["id"],
        source=event["source"],
        subject=event.get("subject"),
        sequence=None if sequence is None else int(sequence),
        hash=told,
        recorded_at=recorded_at,
        traceparent=event.get("traceparent"),
        data=event["data"],
        content=content,
    )


def _name(event: Mapping[str, object]) -> str:
    type_ = event.get("type")
    found = _TYPE.fullmatch(type_) if isinstance(type_, str) else None
    if found is None:
        raise UnknownType(f"unknown type {type_!r}")
    family, major = found[1], int(found[2])
    if f"{family}.v{major}" in EVENTS:
        return f"{family}.v{major}"
    if 0 < _NEWEST.get(family, 0) < major:
        raise NewerMajor(event)
    raise UnknownType(f"unknown type {type_!r}")


def _told(event: Mapping[str, object], attribute: str, form: re.Pattern[str]) -> str | None:
    value = event.get(attribute)
    return value if isinstance(value, str) and form.fullmatch(value) else None


def _validate(name: str, event: Mapping[str, Any]) -> Json:
    """Check the whole event and give its data."""
    validator = _VALIDATORS[name]
    try:
        valid = validator.is_valid(event)
    except ValueError as refused:
        raise Malformed(f"{name}: {refused}") from None
    if not valid:
        raise Malformed(f"{name}: {_first_fault(validator, event)}")
    data: Json = event["data"]
    expected = EVENTS[name].subject
    if expected is not None and event["subject"] != expected.format_map(data):
        raise Malformed(f"{name}: subject {event['subject']} is not {expected.format_map(data)}")
    return data


def _first_fault(validator: jsonschema_rs.Validator, event: Mapping[str, Any]) -> str:
    fault = next(iter(validator.iter_errors(event)))
    return f"/{'/'.join(map(str, fault.instance_path))}: {fault.message}"


def _content(data: Json) -> bytes:
    try:
        return canonical(data)
    except NotCanonical as refused:
        raise Malformed(f"data: {refused}") from None


def _whole_event(kind: EventType) -> Json:
    """Put the schema of the data into that of the envelope, with the region codes of today."""
    definitions = dict(kind.schema["$defs"])
    if "region" in definitions:
        definitions["region"] = {"enum": list(region_codes())}
    data = {key: kind.schema[key] for key in ("type", "required", "properties")}
    properties = {**ENVELOPE["properties"], "data": data}
    required = [*ENVELOPE["required"], *(_OF_A_STATE if kind.kind == "state" else ())]
    return {**ENVELOPE, "properties": properties, "required": required, "$defs": definitions}


_NEWEST: Mapping[str, int] = {
    family: max(int(name.rpartition(".v")[2]) for name in EVENTS if name.startswith(f"{family}.v"))
    for family in {name.rpartition(".v")[0] for name in EVENTS}
}
_VALIDATORS: Mapping[str, jsonschema_rs.Validator] = {
    name: jsonschema_rs.validator_for(
        _whole_event(kind), validate_formats=True, pattern_options=jsonschema_rs.RegexOptions()
    )
    for name, kind in EVENTS.items()
}
