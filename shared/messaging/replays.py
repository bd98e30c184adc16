# SPDX-License-Identifier: EUPL-1.2
"""Dead letters are dealt with: tried again through the code of the first attempt, or discarded.

A job freezes its list of letters, has a name, a reason and a rate, and keeps what came of each.
A letter is settled in the transaction that applies it: a crash loses and repeats nothing.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog

from shared.contracts import Json
from shared.contracts.topology import queues_of
from shared.messaging import gate, letters, policy
from shared.messaging.apply import Applier
from shared.messaging.inspection import page
from shared.messaging.intake import Raw, take_in
from shared.messaging.journal import QUERIES
from shared.messaging.publishers import LOOKED_AT, USER
from shared.runtime import Answer, Call, Cursor, Database, NotFound, clock, page_of, tracing
from shared.runtime.clock import moment_text
from shared.runtime.crash import crash_point
from shared.runtime.db import confine, passes_by_itself
from shared.runtime.scope import Scope

log = structlog.get_logger()
Row = dict[str, Any]
COUNTS = ("letters", "waiting", "resolved", "superseded", "failed", "discarded")
MOST_SHOWN = 200


class StillUnusable(Exception):
    """The letter is as unreadable here as it was, or was never for this service."""


class Replays:
    """Tries the letters of waiting jobs again; any number of processes may do so at once."""

    def __init__(self, service: str, db: Database, applier: Applier) -> None:
        self._service = service
        self._recipients = {queue.name: queue.recipient for queue in queues_of(service)}
        self._db = db
        self._applier = applier

    def look(self, accepts: frozenset[str]) -> float | None:
        """Try the next letter that is due; give how long to wait after it, None where none is."""
        now = clock.now()
        with self._db.transaction() as cur:
            row = cur.execute(QUERIES["next_item"], {"now": now}).fetchone()
            if row is None:
                return None
            result, error = self._attempt(cur, row, accepts, now)
            settled = {
                "job_id": row["job_id"],
                "ids": [row["letter_id"]],
                "result": result,
                "error": error,
                "now": now,
            }
            cur.execute(QUERIES["settle_items"], settled)
            cur.execute(QUERIES["move_job"], settled)
            crash_point("replay.before-commit")
        log.info("letter_replayed", letter=row["letter_id"], result=result, error=error)
        return 1 / int(row["per_second"])

    def _attempt(
        self, cur: Cursor, row: Row, accepts: frozenset[str], now: datetime
    ) -> tuple[str, str | None]:
        """Apply one letter under a savepoint; say what came of it."""
        try:
            with cur.connection.transaction():
                return self._apply(cur, row, accepts, now), None
        except Exception as error:
            if passes_by_itself(error):
                raise
            return "failed", f"{type(error).__name__}: {letters.words_of(error)}"[:2000]

    def _apply(self, cur: Cursor, row: Row, accepts: frozenset[str], now: datetime) -> str:
        # The last nets catch what died in the queues of others; their gates are not here.
        if row["queue"] not in self._recipients:
            raise StillUnusable(f"{self._service} does not consume the queue {row['queue']}")
        recipient = row["recipient"] or self._recipients[row["queue"]]
        publisher = row["headers"].get(USER)
        # What was tried until it was given up was looked at when it came, by a release of any age.
        if row["origin"] == "exhausted":
            publisher = publisher or LOOKED_AT
        raw = Raw(row["queue"], recipient, bytes(row["body"]), row["headers"], publisher=publisher)
        taken = take_in([raw], accepts)
        unusable = [one.error for one in taken.letters] + [one.error for one in taken.parked]
        if unusable:
            raise StillUnusable("; ".join(unusable))
        held = {
            (receipt.recipient, receipt.subject): receipt.sequence
            for receipt in gate.held(cur, {state.key for state in taken.states})
        }
        confine(cur, Scope.of_recipients([recipient]))
        carried = (one.traceparent for _, one in taken.came)
        with tracing.repeating("replay", "consumer", carried, queues=[row["queue"]]):
            self._applier.apply(cur, taken.states, taken.notices, now=now)
        if taken.notices or any(held.get(one.key, 0) < one.sequence for one in taken.states):
            return "resolved"
        return "superseded"


def start_replay(service: str) -> Callable[[Cursor, Call], Answer]:
    """Give what has letters of a service tried again, in the background."""

    def start(cur: Cursor, call: Call) -> Answer:
        ids, skipped = _chosen(cur, call, service)
        job = None
        if ids and not call.body.get("dryRun"):
            job = _job(cur, call, "replay", ids)
        return _started(job, [f"{service}-{one}" for one in ids], skipped, status=202)

    return start


def discard_dead_letters(service: str) -> Callable[[Cursor, Call], Answer]:
    """Give what puts letters of a service aside, for a reason."""

    def discard(cur: Cursor, call: Call) -> Answer:
        ids, skipped = _chosen(cur, call, service)
        job = None
        if ids and not call.body.get("dryRun"):
            job = _job(cur, call, "discard", ids)
            settled = {"job_id": job, "ids": ids, "result": "discarded", "error": None}
            cur.execute(QUERIES["settle_items"], {**settled, "now": call.now})
            cur.execute(QUERIES["move_job"], {"job_id": job, "now": call.now})
        return _started(job, [f"{service}-{one}" for one in ids], skipped, status=200)

    return discard


def list_dead_letter_causes(cur: Cursor, call: Call) -> Answer:
    """Answer a page of why open letters were given up, the most frequent first."""
    rows, total = page(cur, "causes", {}, call)
    items: list[Json] = [
        {
            "cause": row["cause"],
            "origin": row["origin"],
            "queue": row["queue"],
            "errorClass": row["error_class"],
            "letters": row["letters"],
            "firstAt": moment_text(row["first_at"]),
            "lastAt": moment_text(row["last_at"]),
        }
        for row in rows
    ]
    return page_of(items, total, call)


def list_replays(cur: Cursor, call: Call) -> Answer:
    """Answer a page of jobs, newest first: who dealt with which letters, when and why."""
    rows, total = page(cur, "jobs", {"id": None}, call)
    return page_of([_told(row) for row in rows], total, call)


def get_replay(service: str) -> Callable[[Cursor, Call], Answer]:
    """Give what answers one job of a service with its letters, those that failed first."""

    def show(cur: Cursor, call: Call) -> Answer:
        asked = {"id": call.params["id"], "limit": 1, "offset": 0, "most": MOST_SHOWN}
        row = cur.execute(QUERIES["jobs"], asked).fetchone()
        if row is None:
            raise NotFound(f"there is no job {call.params['id']} here")
        results: list[Json] = [
            {
                "letter": f"{service}-{item['letter_id']}",
                "result": item["result"],
                "error": item["error"],
                "doneAt": item["done_at"] and moment_text(item["done_at"]),
            }
            for item in cur.execute(QUERIES["items"], asked)
        ]
        return Answer({**_told(row), "results": results})

    return show


def _chosen(cur: Cursor, call: Call, service: str) -> tuple[list[int], list[str]]:
    """Give the open letters that are meant, and those asked for by name that are not open."""
    named = {
        int(letter.rpartition("-")[2]): letter
        for letter in call.body.get("letters") or ()
        if letter.rpartition("-")[0] == service
    }
    wanted = {
        "everything": bool(call.body.get("all")),
        "ids": list(named),
        "cause": call.body.get("cause"),
        "most": policy.LETTERS_OF_A_JOB,
    }
    ids = [row["id"] for row in cur.execute(QUERIES["choose_letters"], wanted)]
    skipped = named.keys() - set(ids)
    return ids, [letter for number, letter in named.items() if number in skipped]


def _job(cur: Cursor, call: Call, action: str, ids: list[int]) -> int:
    job = {
        "action": action,
        "requested_by": call.principal.subject,
        "reason": call.body["reason"],
        "per_second": call.body.get("perSecond") or policy.REPLAYS_PER_SECOND,
        "now": call.now,
    }
    row = cur.execute(QUERIES["add_job"], job).fetchone() or {}
    cur.execute(QUERIES["freeze_letters"], {"job_id": row["id"], "ids": ids})
    number: int = row["id"]
    return number


def _started(job: int | None, meant: list[str], skipped: list[str], *, status: int) -> Answer:
    body: Json = {
        "id": None if job is None else str(job),
        "letters": meant,
        "skipped": skipped,
    }
    return Answer(body, status=status)


def _told(row: Row) -> Json:
    return {
        "id": str(row["id"]),
        "action": row["action"],
        "requestedBy": row["requested_by"],
        "reason": row["reason"],
        "perSecond": row["per_second"],
        "requestedAt": moment_text(row["requested_at"]),
        "finishedAt": row["finished_at"] and moment_text(row["finished_at"]),
        **{name: row[name] for name in COUNTS},
    }
