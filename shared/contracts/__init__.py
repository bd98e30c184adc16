# SPDX-License-Identifier: EUPL-1.2
"""The one place where the shape of a message, a request, an answer or a code is written."""

from shared.contracts.content import NotCanonical, canonical, content_hash
from shared.contracts.envelope import (
    Event,
    Malformed,
    NewerMajor,
    UnknownType,
    WrongHash,
    split,
    unwrap,
    wrap,
)
from shared.contracts.registry import EVENTS, EventType, Json

__all__ = [
    "EVENTS",
    "Event",
    "EventType",
    "Json",
    "Malformed",
    "NewerMajor",
    "NotCanonical",
    "UnknownType",
    "WrongHash",
    "canonical",
    "content_hash",
    "split",
    "unwrap",
    "wrap",
]
