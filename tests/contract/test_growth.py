# SPDX-License-Identifier: EUPL-1.2
"""`v1` only grows, and the comparer that says so sees every kind of breakage."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shared.contracts import EVENTS
from tests.contract.growth import breakages

Schema = dict[str, Any]

FROZEN = {
    file.stem: json.loads(file.read_text("utf-8"))
    for file in (Path(__file__).parent / "frozen").glob("*.json")
}
PARTICIPATION = FROZEN["participation-changed.v1"]
AGREEMENT = FROZEN["agreement-changed.v1"]


def test_every_event_is_frozen() -> None:
    assert FROZEN.keys() == EVENTS.keys()


@pytest.mark.parametrize("name", sorted(FROZEN))
def test_event_keeps_what_was_promised(name: str) -> None:
    assert breakages(FROZEN[name], EVENTS[name].schema) == []


def _terms(schema: Schema) -> Schema:
    terms: Schema = schema["properties"]["versions"]["items"]["properties"]["terms"]
    return terms


def _rename(schema: Schema) -> None:
    schema["properties"]["until"] = schema["properties"].pop("respondBy")
    schema["required"][schema["required"].index("respondBy")] = "until"


BREAKAGES: dict[str, tuple[Schema, Callable[[Schema], Any], str]] = {
    "removed field": (
        PARTICIPATION,
        lambda s: (s["properties"].pop("reason"), s["required"].remove("reason")),
        "/reason is gone",
    ),
    "renamed field": (PARTICIPATION, _rename, "/respondBy is gone"),
    "promise withdrawn": (
        PARTICIPATION,
        lambda s: s["required"].remove("reason"),
        "/reason is not promised any more",
    ),
    "new field demanded": (
        PARTICIPATION,
        lambda s: (s["properties"].update(note={"type": "string"}), s["required"].append("note")),
        "/note is demanded now",
    ),
    "another type": (
        PARTICIPATION,
        lambda s: s["$defs"]["number"].update(type="string"),
        "another type: integer became string",
    ),
    "null where there was none": (
        PARTICIPATION,
        lambda s: s["properties"].update(
            region={"anyOf": [{"$ref": "#/$defs/region"}, {"type": "null"}]}
        ),
        "/region has another anyOf",
    ),
    "no null where there was one": (
        PARTICIPATION,
        lambda s: s["properties"].update(reason={"$ref": "#/$defs/text"}),
        "/reason has another anyOf",
    ),
    "value gone from a closed list": (
        PARTICIPATION,
        lambda s: s["properties"]["status"]["enum"].remove("considering"),
        "/status does not know considering any more",
    ),
    "open text closed to a list": (
        AGREEMENT,
        lambda s: _terms(s)["properties"].update(
            kinds={"type": "array", "items": {"type": "string", "enum": ["placement"]}}
        ),
        "/versions/*/terms/kinds/* has another enum",
    ),
    "tighter pattern": (
        AGREEMENT,
        lambda s: s["$defs"]["code"].update(pattern="^[a-z]+$"),
        "another pattern",
    ),
    "new limit": (
        AGREEMENT,
        lambda s: s["properties"]["title"].update(maxLength=10),
        "/title has another maxLength: None became 10",
    ),
    "deep field removed": (
        AGREEMENT,
        lambda s: _terms(s)["properties"]["guidance"]["properties"].pop("model"),
        "/versions/*/terms/guidance/model is gone",
    ),
    "closed to growth": (
        AGREEMENT,
        lambda s: s.update(additionalProperties=False),
        "another additionalProperties",
    ),
    "another subject": (
        AGREEMENT,
        lambda s: s.update({"x-subject": "agreements/{id}"}),
        "another x-subject",
    ),
}


@pytest.mark.parametrize("planted", sorted(BREAKAGES))
def test_comparer_sees(planted: str) -> None:
    before, change, expected = BREAKAGES[planted]
    today = copy.deepcopy(before)
    change(today)

    found = breakages(before, today)

    assert any(expected in breakage for breakage in found), found


GROWTH: dict[str, tuple[Schema, Callable[[Schema], Any]]] = {
    "new optional field": (
        AGREEMENT,
        lambda s: _terms(s)["properties"].update(note={"type": "string"}),
    ),
    "new value in a closed list": (
        PARTICIPATION,
        lambda s: s["properties"]["status"]["enum"].append("paused"),
    ),
    "other words": (AGREEMENT, lambda s: s["properties"]["title"].update(description="Its name.")),
    "definition written out": (
        AGREEMENT,
        lambda s: s["properties"].update(id=s["$defs"]["id"]),
    ),
}


@pytest.mark.parametrize("grown", sorted(GROWTH))
def test_comparer_lets_pass(grown: str) -> None:
    before, change = GROWTH[grown]
    today = copy.deepcopy(before)
    change(today)

    assert today != before
    assert breakages(before, today) == []
