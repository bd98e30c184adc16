# SPDX-License-Identifier: EUPL-1.2
"""Compares two versions of an event's schema: what was promised must stand, and may only grow.

Two kinds of reader must go on working. A consumer of before reads events of today, so nothing
that it was promised may go or change its kind. A consumer of today reads events of before, sent
again from the journal, so nothing new may be demanded. A new value of a closed list is growth:
consumers are upgraded first.
"""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
Node = Any

_WORDS = {"$schema", "$defs", "$comment", "title", "description", "examples"}


def breakages(before: Schema, today: Schema) -> list[str]:
    """Say everything in which today's schema breaks a promise of the one before."""
    return list(_compare(_inlined(before, before), _inlined(today, today), ""))


def _compare(before: Schema, today: Schema, path: str) -> Iterator[str]:
    for rule in sorted((before.keys() | today.keys()) - _WORDS):
        yield from _compare_rule(rule, before.get(rule), today.get(rule), path)


def _compare_rule(rule: str, before: Node, today: Node, path: str) -> Iterator[str]:
    match rule:
        case "properties":
            yield from _compare_properties(before or {}, today or {}, path)
        case "items":
            yield from _compare(before or {}, today or {}, f"{path}/*")
        case "required":
            yield from (f"{path}/{name} is not promised any more" for name in _lost(before, today))
            yield from (f"{path}/{name} is demanded now" for name in _lost(today, before))
        case "enum" if before and today:
            yield from (f"{path} does not know {value} any more" for value in _lost(before, today))
        case "anyOf" if before and today and len(before) == len(today):
            for old, new in zip(before, today, strict=True):
                yield from _compare(old, new, path)
        case _ if before != today:
            yield f"{path or '/'} has another {rule}: {before} became {today}"


def _compare_properties(before: Schema, today: Schema, path: str) -> Iterator[str]:
    for name, schema in before.items():
        if name in today:
            yield from _compare(schema, today[name], f"{path}/{name}")
        else:
            yield f"{path}/{name} is gone"


def _lost(before: list[str] | None, today: list[str] | None) -> list[str]:
    return [value for value in before or [] if value not in (today or [])]


def _inlined(node: Node, root: Schema) -> Node:
    if isinstance(node, list):
        return [_inlined(one, root) for one in node]
    if not isinstance(node, dict):
        return node
    target = root["$defs"][node["$ref"].rpartition("/")[2]] if "$ref" in node else {}
    own = {key: value for key, value in node.items() if key not in {"$ref", "$defs"}}
    return {key: _inlined(value, root) for key, value in {**target, **own}.items()}
