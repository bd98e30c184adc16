# SPDX-License-Identifier: EUPL-1.2
"""Texts that would do something where a text is run, and the bodies to put them in."""

from collections.abc import Iterator, Mapping
from typing import Any

from shared.contracts.api.kinds import Line, Text

Json = dict[str, Any]

# Ends every text, so that it is found again wherever it comes back, and however it was changed.
MARK = "~merk~"
ANYTHING = (None, Line.form, Text.form)
PAYLOADS: Mapping[str, str] = {
    "sql": f"x'; DROP TABLE agreements; -- {MARK}",
    "sql condition": f"' OR ''='{MARK}",
    "sql pattern": f"%_\\' {MARK}",
    "html": f"<script>alert(1)</script><img src=x onerror=alert(1)>{MARK}",
    "line ends": f"a\r\nSet-Cookie: door=open\r\nX-Injected: 1\r\n\r\n{MARK}",
    "nul": f"a\0b{MARK}",
    "terminal": f"a\x1b[2J\x07{MARK}",
    "formula": f'=HYPERLINK("http://elsewhere.example";"x")+cmd|\'/C calc\'!A0{MARK}',
    "template": f"{{{{7*7}}}} ${{7*7}} %s%n {{0.__class__}} $(id) `id` {MARK}",
    "path": f"../../../etc/passwd {MARK}",
    "document": f'{{"$ne": null}}", "role": "ops{MARK}',
    "unicode": f"\U0001d50d\u202e\u0301\u200d\ufeff\U0001f9d1\u200d\U0001f91d {MARK}",
    "long": "Z\u0351\u036b" * 5_000 + MARK,
}


class Bodies:
    """Makes request bodies out of the description's own examples."""

    def __init__(self, document: Json, known: Mapping[str, str]) -> None:
        """Take a description, and the identities of what is really there by the field's name."""
        self._schemas: Json = document["components"]["schemas"]
        self._known = known

    def with_text(self, schema: Json) -> Iterator[tuple[str, Json]]:
        """Give for each free text of a schema where it stands, and a body with a MARK there."""
        yield from self._objects(self._resolved(schema), "")

    def _objects(self, schema: Json, pointer: str) -> Iterator[tuple[str, Json]]:
        plain = {name: self._example(name, schema["properties"][name]) for name in _needed(schema)}
        for name, inner in schema.get("properties", {}).items():
            for where, value in self._values(self._resolved(inner), f"{pointer}/{name}"):
                yield where, {**plain, name: value}

    def _values(self, schema: Json, pointer: str) -> Iterator[tuple[str, Any]]:
        for choice in schema.get("anyOf", ()):
            yield from self._values(self._resolved(choice), pointer)
        kinds = schema.get("type", ())
        if "object" in kinds:
            yield from self._objects(schema, pointer)
        elif "array" in kinds:
            for where, value in self._values(self._resolved(schema["items"]), f"{pointer}/0"):
                yield where, [value]
        elif "string" in kinds and _is_free(schema):
            yield pointer, MARK

    def _example(self, name: str, schema: Json) -> Any:  # noqa: ANN401 - whatever it describes
        schema = self._resolved(schema)
        if name in self._known:
            return self._known[name]
        if "example" in schema:
            return schema["example"]
        if "anyOf" in schema:
            return self._example(name, schema["anyOf"][0])
        if "object" in schema["type"]:
            return {one: self._example(one, schema["properties"][one]) for one in _needed(schema)}
        return [self._example("", schema["items"])] if "array" in schema["type"] else None

    def _resolved(self, schema: Json) -> Json:
        while "$ref" in schema:
            schema = {**schema, **self._schemas[schema["$ref"].rpartition("/")[2]]}
            del schema["$ref"]
        return schema


def _is_free(schema: Json) -> bool:
    """Tell a text in which everything may be said from one of a fixed form."""
    return not {"enum", "format"} & schema.keys() and schema.get("pattern") in ANYTHING


def _needed(schema: Json) -> list[str]:
    return [name for name in schema.get("required", ()) if name in schema["properties"]]


def filled(value: Any, text: str) -> Any:  # noqa: ANN401 - any JSON
    """Give the same JSON with a text where the MARK was."""
    if isinstance(value, dict):
        return {name: filled(one, text) for name, one in value.items()}
    if isinstance(value, list):
        return [filled(one, text) for one in value]
    return text if value == MARK else value


def texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Give every text in an answer."""
    if isinstance(value, str):
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inner:
        yield from texts(one)
