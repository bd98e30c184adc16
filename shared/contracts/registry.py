# SPDX-License-Identifier: EUPL-1.2
"""Every event there is, read once from the schema files: its owner, its family and its shape."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

import orjson

Json = dict[str, Any]
Kind = Literal["state", "notice"]

TYPE_PREFIX = "nl.landelijke-werkgevers."


@dataclass(frozen=True, slots=True)
class EventType:
    """One type of event.

    A state has one owner, a family that queues are bound by, and a subject made of its data. A
    notice may come from any service (`owner` is `*`) and has no subject.
    """

    name: str
    owner: str
    family: str
    kind: Kind
    subject: str | None
    schema: Json = field(repr=False, compare=False)


def _event(name: str, schema: Json) -> EventType:
    return EventType(
        name=name,
        owner=schema["x-owner"],
        family=schema["x-family"],
        kind=schema["x-kind"],
        subject=schema.get("x-subject"),
        schema=schema,
    )


def _folder(name: str) -> dict[str, Json]:
    folder = files("shared.contracts").joinpath(name)
    found = sorted((file.name, file) for file in folder.iterdir() if file.name.endswith(".json"))
    return {name.removesuffix(".json"): orjson.loads(file.read_bytes()) for name, file in found}


EVENTS: Mapping[str, EventType] = MappingProxyType(
    {name: _event(name, schema) for name, schema in _folder("events").items()}
)
"""By name, as `agreement-changed.v1`."""

ENVELOPE: Json = orjson.loads(files("shared.contracts").joinpath("envelope.json").read_bytes())


@cache
def examples() -> Mapping[str, Json]:
    """Give a whole event of every type, by name."""
    return MappingProxyType(_folder("examples"))


@cache
def expectations() -> Mapping[tuple[str, str], Json]:
    """Give what each consumer reads of an event, by (service, name of the event)."""
    found = _folder("consumers")
    split = {name: name.partition(".") for name in found}
    return MappingProxyType({(split[name][0], split[name][2]): found[name] for name in found})
