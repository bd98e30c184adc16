# SPDX-License-Identifier: EUPL-1.2
"""Who did what, on what, from where, and with which result: a line in the very transaction.

What is committed here stands there for good; a duty seals it into a chain later (`sealing.py`),
so that writers never wait for one another.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import orjson

from shared.contracts.policy import SERVICE
from shared.runtime.call import Call
from shared.runtime.db import Cursor
from shared.runtime.problems import Json
from shared.runtime.queries import load_queries

QUERIES = load_queries(__package__ or "shared.runtime", "audit.sql")
THE_CLOCK = "clock"
NOT_ITS_WORD = "/problems/caller-refused"
SYSTEM = "system"
OK = 200

# Telling a head grows the chain of whoever keeps it: a line for that would be told, for ever. What
# is not told keeps no key either: it must be such that it may happen twice.
NOT_TOLD = frozenset({"keep_audit_head"})

# What stands in a path is the plural of what it is called elsewhere, but for these.
_CALLED = {"annexes": "annex", "support-providers": "provider", "support-requests": "support"}


def lines_of(call: Call, reply: Json) -> str:
    """Write the line of a call and its outcome, as the one parameter of a statement."""
    if call.operation in NOT_TOLD:
        return written(())
    problem = (reply.get("problem") or {}).get("type")
    location, etag = reply.get("location"), reply.get("etag")
    told = {
        "at": call.now,
        **_who(call, proven=problem != NOT_ITS_WORD),
        "operation": call.operation,
        "aggregate": aggregate_of(location.split("/")[2:]) if location else call.aggregate,
        "version": call.if_match if etag is None else etag,
        "origin": call.origin,
        "status": reply["status"],
        "problem": problem,
        "trace": trace_of(call.traceparent),
    }
    return written([told])


def _who(call: Call, *, proven: bool) -> Json:
    """Say who asked; whoever speaks for somebody without being let to is told, not that one."""
    if not proven:
        return {"subject": call.caller or "nobody", "role": SERVICE, "scope": {}}
    who = call.principal
    return {"subject": who.subject, "role": who.role, "scope": dict(who.scope)}


def of_the_clock(kind: str, subjects: Iterable[str], now: datetime) -> str:
    """Write a line for each thing that happened because its moment had come."""
    return written(
        [
            {
                "at": now,
                "subject": THE_CLOCK,
                "role": SYSTEM,
                "scope": {},
                "operation": kind,
                "aggregate": subject,
                "status": OK,
            }
            for subject in subjects
        ]
    )


def written(lines: Sequence[Json]) -> str:
    """Write lines as the one parameter of a statement."""
    return orjson.dumps(lines).decode()


def add(cur: Cursor, lines: str) -> None:
    """Tell it in this transaction; what is rolled back was never told."""
    cur.execute(QUERIES["add_lines"], {"lines": lines})


def trace_of(traceparent: str | None) -> str | None:
    """Give the id of the trace that a call belongs to."""
    return traceparent.split("-")[1] if traceparent else None


def aggregate_of(path: Sequence[str]) -> str | None:
    """Name what a path leads to: `agreements/5e1a/publications` is about `agreement/5e1a`."""
    pairs = zip(path[::2], path[1::2], strict=False)
    return (
        "/".join(f"{_CALLED.get(many, many.removesuffix('s'))}/{one}" for many, one in pairs)
        or None
    )
