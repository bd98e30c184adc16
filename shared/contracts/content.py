# SPDX-License-Identifier: EUPL-1.2
"""One set of bytes per content, and its hash.

The bytes are those of RFC 8785 for what contracts allow: objects with text keys, arrays, texts,
whole numbers that every language holds exactly, true, false and null. A property test compares them
with an independent library.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

_OPTIONS = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_STRICT_INTEGER
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)
_LAST_OF_THE_PLANE = "\uffff"


class NotCanonical(ValueError):
    """Content that different programs would write in different bytes."""


def canonical(data: Mapping[str, Any]) -> bytes:
    """Write content as canonical JSON; raises NotCanonical for what has no single form."""
    try:
        written = orjson.dumps(data, option=_OPTIONS)
    except TypeError as refused:
        raise NotCanonical(str(refused)) from None
    _refuse_fractions(data)
    if not written.isascii():
        _refuse_rare_keys(data)
    return written


def content_hash(data: Mapping[str, Any]) -> str:
    """Give the SHA-256 of the canonical JSON, in lower-case hexadecimal."""
    return hash_of(canonical(data))


def hash_of(content: bytes) -> str:
    """Give the SHA-256 of canonical JSON that is already written."""
    return hashlib.sha256(content).hexdigest()


def _refuse_fractions(value: object) -> None:
    # Exact types and no call for a text: this walk is made for every message that comes in.
    kind = type(value)
    if kind is dict:
        for inner in value.values():  # type: ignore[attr-defined]
            if type(inner) is not str:
                _refuse_fractions(inner)
    elif kind is list or kind is tuple:
        for inner in value:  # type: ignore[attr-defined]
            if type(inner) is not str:
                _refuse_fractions(inner)
    elif kind is float:
        raise NotCanonical(f"{value} is not a whole number")


def _refuse_rare_keys(value: object) -> None:
    """Refuse keys that RFC 8785 sorts by UTF-16 code units and orjson by code points."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if max(key, default="") > _LAST_OF_THE_PLANE:
                raise NotCanonical(f"the key {key!r} has a character beyond the basic plane")
            _refuse_rare_keys(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_rare_keys(inner)
