# SPDX-License-Identifier: EUPL-1.2
"""The intake: raw bytes become arrivals, or letters that say what was wrong with them.

kombu would acknowledge what it cannot decode, and it would be gone; so the bytes are read here.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from shared.contracts import Event, Malformed, NewerMajor, UnknownType, split, unwrap
from shared.messaging import policy
from shared.messaging.gate import Arrival
from shared.messaging.letters import Letter, Origin, Parked
from shared.messaging.publishers import USER, WrongPublisher, must_be_its_word, must_own

# By its id an event is found again in its message, when it has to wait: it must be the one that
# was looked at.
TWICE = Malformed("two events of one message have the same id")


@dataclass(frozen=True, slots=True)
class Raw:
    """One AMQP message as it came in, and the queue and recipient that it came in for.

    `publisher` is the broker's user that sent it, by the broker's word. What the broker's last
    nets caught, being unroutable or dead there, is a letter whatever it holds.
    """

    queue: str
    recipient: str
    body: bytes
    headers: Mapping[str, Any]
    net: bool = False
    publisher: str | None = None


@dataclass(slots=True)
class Intake:
    """What a batch of messages holds; `came` names the queue of each arrival."""

    states: list[Arrival] = field(default_factory=list)
    notices: list[Arrival] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    parked: list[Parked] = field(default_factory=list)
    came: list[tuple[str, Arrival]] = field(default_factory=list)

    def file(self, arrival: Arrival, queue: str) -> None:
        """Put an arrival with its kind, and remember where it came from."""
        filed = self.states if arrival.sequence else self.notices
        filed.append(arrival)
        self.came.append((queue, arrival))


@dataclass(frozen=True, slots=True)
class _Bad:
    """An event, or a whole message, that cannot be read: why, and its bytes."""

    origin: Origin
    error: Exception
    body: bytes


@dataclass(frozen=True, slots=True)
class _Newer:
    """An event that an upgrade will read."""

    error: NewerMajor
    body: bytes


_Read = Event | _Bad | _Newer


class Lately:
    """What was read lately: the copies of one message may come in several batches."""

    def __init__(self, most_bytes: int = 0) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        # The same bytes of another publisher are another message.
        self._read: dict[tuple[str | None, bytes], list[_Read]] = {}

    def read(self, raw: Raw, accepts: frozenset[str]) -> list[_Read]:
        """Read a message, or give what was read of it before."""
        message = (raw.publisher, raw.body)
        known = self._read.get(message)
        if known is None:
            known = self._read[message] = _kept(raw, accepts)
            self._bytes += len(raw.body)
        return known

    def forget(self) -> None:
        """Forget the oldest, beyond what may be remembered."""
        while self._bytes > self._most_bytes:
            oldest = next(iter(self._read))
            del self._read[oldest]
            self._bytes -= len(oldest[1])


def take_in(
    messages: Iterable[Raw], accepts: frozenset[str], lately: Lately | None = None
) -> Intake:
    """Sort a batch of messages; `accepts` names the types that this service consumes.

    The copies of one message in the queues of many recipients are read and checked once.
    """
    intake, lately = Intake(), lately or Lately()
    for raw in messages:
        if raw.net:
            intake.letters.append(_caught(raw))
            continue
        for one in lately.read(raw, accepts):
            _file(intake, raw, one)
    lately.forget()
    return intake


def arrival_of(
    recipient: str, event: Event, message: bytes, publisher: str | None = None
) -> Arrival:
    """Address an event to one recipient; `message` is the message that it came in."""
    # By position: it is done for every copy of every state.
    return Arrival(
        recipient,
        event.subject or f"notice/{event.id}",
        event.sequence or 0,
        event.hash or "",
        event.type,
        event.recorded_at,
        event.traceparent,
        event.data,
        event.content,
        event.id,
        message,
        publisher,
    )


def _kept(raw: Raw, accepts: frozenset[str]) -> list[_Read]:
    try:
        return list(_read(raw, accepts))
    except Exception as error:  # noqa: BLE001 - what no reader foresaw costs only its own message
        return [_Bad("undecodable", error, raw.body)]


def _read(raw: Raw, accepts: frozenset[str]) -> Iterator[_Read]:
    body = raw.body
    if len(body) > policy.MOST_BYTES:
        yield _Bad("too-large", ValueError(f"more than {policy.MOST_BYTES} bytes"), body)
        return
    try:
        events = unwrap(body)
    except (Malformed, NewerMajor):
        yield from _read_each(raw, accepts)
    else:
        if len({event.id for event in events}) < len(events):
            yield _Bad("invalid", TWICE, body)
            return
        yield from (_accepted(event, raw.publisher, body, accepts) for event in events)


def _read_each(raw: Raw, accepts: frozenset[str]) -> Iterator[_Read]:
    """Something in the message cannot be read: it costs only itself."""
    try:
        parts = split(raw.body)
    except Malformed as malformed:
        yield _Bad("undecodable", malformed, raw.body)
        return
    read = [orjson.loads(part) for part in parts]
    ids = [str(one["id"]) for one in read if isinstance(one, dict) and "id" in one]
    if len(set(ids)) < len(ids):
        yield _Bad("invalid", TWICE, raw.body)
        return
    for part in parts:
        if part.lstrip().startswith(b"["):
            yield _Bad("invalid", Malformed("an event is a JSON object"), part)
            continue
        try:
            yield _accepted(unwrap(part)[0], raw.publisher, part, accepts)
        except NewerMajor as newer:
            yield _awaited(newer, raw.publisher, part)
        except UnknownType as unknown:
            yield _Bad("unknown", unknown, part)
        except Malformed as malformed:
            yield _Bad("invalid", malformed, part)


def _accepted(event: Event, publisher: str | None, body: bytes, accepts: frozenset[str]) -> _Read:
    if event.type not in accepts:
        return _Bad("unknown", UnknownType(f"{event.type} is not consumed here"), body)
    try:
        must_be_its_word(publisher, event)
    except WrongPublisher as error:
        return _Bad("invalid", error, body)
    return event


def _awaited(newer: NewerMajor, publisher: str | None, body: bytes) -> _Read:
    try:
        must_own(publisher, newer.family)
    except WrongPublisher as error:
        return _Bad("invalid", error, body)
    return _Newer(newer, body)


def _caught(raw: Raw) -> Letter:
    died_in = str(raw.headers.get("x-first-death-queue", raw.queue))
    reason = str(raw.headers.get("x-first-death-reason", "no queue wanted it"))
    return Letter("broker", died_in, raw.body, "CaughtByTheNet", reason, headers=_told(raw))


def _file(intake: Intake, raw: Raw, one: _Read) -> None:
    match one:
        case Event():
            intake.file(arrival_of(raw.recipient, one, raw.body, raw.publisher), raw.queue)
        case _Newer():
            intake.parked.append(_parked(raw, one))
        case _Bad():
            intake.letters.append(
                Letter(
                    one.origin,
                    raw.queue,
                    one.body,
                    type(one.error).__name__,
                    str(one.error),
                    recipient=raw.recipient,
                    headers=_told(raw),
                )
            )


def _told(raw: Raw) -> Mapping[str, Any]:
    """Keep who published it beside the headers, whatever the sender put under that name."""
    return {**raw.headers, USER: raw.publisher}


def _parked(raw: Raw, newer: _Newer) -> Parked:
    error = newer.error
    return Parked(
        raw.queue,
        raw.recipient,
        # A notice has no subject, and each is another one.
        error.subject or f"notice/{hashlib.sha256(newer.body).hexdigest()}",
        error.sequence or 0,
        "schema",
        newer.body,
        str(error),
        raw.publisher,
    )
