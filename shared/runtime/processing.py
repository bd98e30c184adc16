# SPDX-License-Identifier: EUPL-1.2
"""Lines of the Logboek Dataverwerkingen (1.0): which act touched whom, and for which activity.

They are no audit: they say nothing of who acted, they name nobody, and they go to a stream of
their own. Whom a line is about stands there as a pseudonym, made with a key of the settings.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

import orjson
import structlog
from nameko.extensions import DependencyProvider

from shared.contracts.activities import Activity
from shared.runtime import clock
from shared.runtime.config import settings
from shared.runtime.problems import Json

log = structlog.get_logger()
FAILED = 500
REFUSED = 400
SPAN_BYTES = 8
TRACE_BYTES = 16


@dataclass(slots=True)
class Act:
    """One act while it lasts: whom it touches, and how it ended."""

    name: str
    traceparent: str | None
    started_at: datetime
    status: int = FAILED
    touched: set[tuple[Activity, str, str]] = field(default_factory=set)


_ACT: ContextVar[Act | None] = ContextVar("act", default=None)


def touch(activity: Activity, kind: str, subject: str) -> None:
    """Say that what is done now touches somebody; told once, however often it is said."""
    act = _ACT.get()
    if act is not None:
        act.touched.add((activity, kind, subject))


@contextmanager
def followed(name: str, traceparent: str | None) -> Iterator[Act]:
    """Follow an act to its end, and then tell whom it touched."""
    act = Act(name, traceparent, clock.now())
    before = _ACT.set(act)
    try:
        yield act
    finally:
        _ACT.reset(before)
        for activity, kind, subject in sorted(act.touched, key=lambda one: (one[0].name, one[2])):
            _write(_line(act, activity, kind, subject))


def pseudonym_of(subject: str) -> str:
    """Give what stands for somebody in these lines: the same as long as the key is."""
    return hmac.new(_key(), subject.encode(), hashlib.sha256).hexdigest()


def _line(act: Act, activity: Activity, kind: str, subject: str) -> Json:
    parts = (act.traceparent or "").split("-")
    trace, parent = parts[1:3] if len(parts) > 2 else (secrets.token_hex(TRACE_BYTES), None)  # noqa: PLR2004
    chosen = settings()
    return {
        "trace_id": trace,
        "span_id": secrets.token_hex(SPAN_BYTES),
        "parent_span_id": parent,
        "status": _status(act.status),
        "name": act.name,
        "start_time": _moment(act.started_at),
        "end_time": _moment(clock.now()),
        "attributes": {
            "dpl.core.processing_activity_id": activity.uri(chosen.source_oin),
            "dpl.core.data_subject_id": pseudonym_of(subject),
            "dpl.core.data_subject_id_type": kind,
        },
    }


def _status(status: int) -> str:
    """Say how an act ended, in the words of the standard: a refusal is no error of ours."""
    if status >= FAILED:
        return "Error"
    return "Unset" if status >= REFUSED else "Ok"


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _write(line: Json) -> None:
    """Append a line in one write, so that lines of several processes do not mix."""
    os.write(_stream(settings().processing_log), orjson.dumps(line) + b"\n")


@cache
def _stream(file: Path | None) -> int:
    if file is None:
        return 1
    return os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


@cache
def _key() -> bytes:
    told = settings().pseudonym_key
    if told is None:
        log.warning("pseudonym_key_made", detail="pseudonyms end with this process")
        return secrets.token_bytes(32)
    return told.encode()


class Logbook(DependencyProvider):  # type: ignore[misc]
    """Has a service that touches candidates refuse to start where it could not tell it."""

    def setup(self) -> None:
        """Open the stream, and see that there is a key wherever it matters."""
        chosen = settings()
        if chosen.env == "production":
            chosen.need_pseudonym_key()
        _stream(chosen.processing_log)
        _key()
