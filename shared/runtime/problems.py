# SPDX-License-Identifier: EUPL-1.2
"""Refusals, as RFC 9457 problems: each named once, all faults of a request at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, ValidationError

from shared.contracts.personal import TODAY
from shared.runtime import clock

Json = dict[str, Any]
# Nobody reads more at once, and a small request must not ask for an endless answer.
FAULTS_TOLD = 100


@dataclass(frozen=True, slots=True)
class Refusal:
    """How a refusal of the domain is told to the outside.

    `awaited` says that what the decision needs may still be on its way by message: the
    doorway then tries again for half a second before it refuses.
    """

    status: int
    slug: str
    title: str
    awaited: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a request: where, which rule, and what to do about it."""

    pointer: str
    detail: str
    code: str = "invalid"
    place: str = "body"

    def to_json(self) -> Json:
        """Write it as the Dutch API Design Rules have the items of `errors`."""
        location = {"pointer": self.pointer} if self.place == "body" else {"name": self.pointer}
        return {
            "in": self.place,
            "location": location,
            "code": self.code,
            "detail": self.detail,
        }


class Faults(Exception):
    """The request does not say what it must; `faults` has every reason."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{fault.pointer}: {fault.detail}" for fault in faults))
        self.faults = tuple(faults)


class StaleVersion(Exception):
    """If-Match named a revision that is no longer the newest."""


class VersionRequired(Exception):
    """A change came without If-Match."""


class SubjectFrozen(Exception):
    """A recipient is ahead of its owner: nothing may be published until somebody decides."""


class NoConflict(Exception):
    """An owner was to be moved past its recipients, who do not contradict it."""


class NotFound(Exception):
    """What was asked for is not here."""


# Domains refuse by names of their own; these are the words for them, everywhere the same.
NOT_FOR_THIS_ROLE = Refusal(403, "not-for-this-role", "Another role does this")
NOT_THEIRS = Refusal(403, "not-theirs", "It belongs to somebody else")

REFUSALS_OF_THE_HOUSE: Mapping[type[Exception], Refusal] = {
    NotFound: Refusal(404, "not-found", "It is not here"),
    SubjectFrozen: Refusal(409, "subject-frozen", "Publishing is stopped until ops decides"),
    NoConflict: Refusal(409, "no-conflict", "There is nothing to decide here"),
    StaleVersion: Refusal(412, "stale-version", "Somebody changed it meanwhile"),
    VersionRequired: Refusal(428, "version-required", "If-Match is required"),
}


def problem(refusal: Refusal, detail: str, errors: Sequence[Json] = ()) -> Json:
    """Write a reply that refuses: status, and the members of an RFC 9457 problem."""
    body: Json = {
        "type": f"/problems/{refusal.slug}",
        "title": refusal.title,
        "status": refusal.status,
        "detail": detail,
    }
    if errors:
        body["errors"] = list(errors[:FAULTS_TOLD])
    if len(errors) > FAULTS_TOLD:
        body["detail"] = f"{detail} (the first {FAULTS_TOLD} of {len(errors)})"
    return {"status": refusal.status, "problem": body}


def load(schema: Schema, data: Any) -> Json:  # noqa: ANN401 - whatever came in from outside
    """Check data against a marshmallow schema, or raise Faults with all that is wrong."""
    counted_from = TODAY.set(clock.date_of(clock.now()))
    try:
        loaded: Json = schema.load({} if data is None else data)
    except ValidationError as error:
        raise Faults(tuple(_faults(error.messages, ""))) from error
    finally:
        TODAY.reset(counted_from)
    return loaded


def _faults(messages: Any, pointer: str) -> list[Fault]:  # noqa: ANN401 - marshmallow's tree
    if isinstance(messages, Mapping):
        return [
            fault
            for key, value in messages.items()
            for fault in _faults(value, pointer if key == "_schema" else f"{pointer}/{_part(key)}")
        ]
    if isinstance(messages, str):
        return [Fault(pointer, messages)]
    return [fault for message in messages for fault in _faults(message, pointer)]


def _part(key: object) -> str:
    """Write one step of a JSON pointer (RFC 6901)."""
    return str(key).replace("~", "~0").replace("/", "~1")
