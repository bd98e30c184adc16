# SPDX-License-Identifier: EUPL-1.2
"""Reconciliation: the owner asks each recipient what it really holds, and mends what it may.

    digests of 256 buckets ──► unequal ones, subject by subject ──► missing, stale: sent again
                                                              └───► ahead, differs, ghost: seen

A round is a row: one that a crash cut short is taken up again. What it finds counts when the
round after it finds exactly the same, so that what was on its way is not taken for lost.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

import orjson
import structlog

from shared.contracts import EVENTS, Json
from shared.contracts.registry import expectations
from shared.contracts.topology import recipients_of
from shared.messaging import journal, policy
from shared.messaging.journal import QUERIES
from shared.messaging.mismatch import Held, Owed, State, compare
from shared.runtime import Database, ServiceUnavailable, clock, settings
from shared.runtime.crash import crash_point
from shared.runtime.db import connect

log = structlog.get_logger()
SCHEDULE = "schedule"


class Ask(Protocol):
    """Asks another service; raises ServiceUnavailable where it gets no answer."""

    def __call__(self, service: str, operation: str, params: Json) -> Json:
        """Give the body of the answer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One recipient to ask: whose it is, and the families of this owner that it gets."""

    recipient: str
    service: str
    families: tuple[str, ...]


@dataclass(slots=True)
class _Round:
    """What is known of the round in hand."""

    id: int
    digests: dict[str, dict[int, str]]
    subjects: Counter[str]
    repaired: int = 0
    troubles: dict[str, str] = field(default_factory=dict)


def audience_of(owner: str) -> list[Asked]:
    """Give everyone who may hold something of this owner, whether it is owed to them or not."""
    families: dict[tuple[str, str], set[str]] = defaultdict(set)
    for service, name in expectations():
        event = EVENTS[name]
        if event.kind == "state" and event.owner == owner:
            for recipient in recipients_of(service, event.family):
                families[recipient, service].add(event.family)
    return [Asked(r, s, tuple(sorted(families[r, s]))) for r, s in sorted(families)]


class Reconciliation:
    """Runs the rounds of one owner; of all its processes one at a time."""

    def __init__(self, service: str, db: Database, ask: Ask) -> None:
        self._service = service
        self._db = db
        self._ask = ask
        self._since = clock.now()

    def look(self, keep_on: Callable[[], bool]) -> bool:
        """Run the round that waits or has become due; tell whether there was one."""
        if not self._due():
            return False
        name = f"schakel-{self._service}-reconcile"
        with connect(settings().need_database_url(), application_name=name) as lock:
            taken = lock.execute(QUERIES["take_rounds"]).fetchone()
            if taken is None or not taken["taken"] or not self._due():
                return False
            started = self._start()
            if started is None:
                return False
            self._run(*started, keep_on)
        return True

    def _due(self) -> bool:
        """Tell whether a round waits, or whether the last one is so long ago."""
        with self._db.transaction(mode="read") as cur:
            times = cur.execute(QUERIES["round_times"]).fetchone() or {}
        last: datetime = times.get("last_at") or self._since
        every, now = timedelta(seconds=settings().reconcile_seconds), clock.now()
        # A round that lies ahead was asked for by a clock that was ahead.
        return times.get("open") is not None or not last <= now < last + every

    def _start(self) -> tuple[_Round, list[Asked]] | None:
        """Take up the oldest round, or the one that the schedule asks for now."""
        now = clock.now()
        with self._db.transaction() as cur:
            row = cur.execute(QUERIES["start_round"], {"now": now}).fetchone()
            if row is None:
                asked = {"requested_by": SCHEDULE, "recipients": None, "now": now}
                cur.execute(QUERIES["request_round"], asked)
                row = cur.execute(QUERIES["start_round"], {"now": now}).fetchone()
        if row is None:
            return None
        wanted = row["recipients"]
        chosen = [
            one for one in audience_of(self._service) if wanted is None or one.recipient in wanted
        ]
        return self._owed(row["id"], chosen), chosen

    def _owed(self, round_id: int, chosen: Sequence[Asked]) -> _Round:
        """Digest what everybody must hold, in one reading of the ledger."""
        recipients = [one.recipient for one in chosen]
        one = _Round(round_id, defaultdict(dict), Counter())
        with self._db.transaction(mode="read") as cur:
            for row in cur.execute(QUERIES["digest_owed"], {"recipients": recipients}):
                one.digests[row["recipient"]][row["bucket"]] = row["digest"]
                one.subjects[row["recipient"]] += row["subjects"]
        return one

    def _run(self, one: _Round, chosen: Iterable[Asked], keep_on: Callable[[], bool]) -> None:
        by_recipient = {asked.recipient: asked for asked in chosen}
        for asked in by_recipient.values():
            if not keep_on():
                return
            if asked.service not in one.troubles:
                self._attempt(one, asked, self._check)
        crash_point("reconcile.after-check")
        for recipient, lost in self._conclude(one).items():
            asked = by_recipient[recipient]
            if asked.service not in one.troubles:
                self._attempt(one, asked, partial(self._repair, lost))
        self._end(one)

    def _attempt(self, one: _Round, asked: Asked, work: Callable[[_Round, Asked], None]) -> None:
        """Work on one recipient; a service that does not answer is asked no more this time."""
        try:
            work(one, asked)
        except ServiceUnavailable as error:
            one.troubles[asked.service] = str(error)
            log.warning("reconcile_unanswered", service=asked.service, error=str(error))

    def _check(self, one: _Round, asked: Asked) -> None:
        """Compare what one recipient holds with what it must, and keep the difference."""
        scope = {"recipient": asked.recipient, "families": list(asked.families)}
        told = self._ask(asked.service, "digest_holdings", scope)["digests"]
        digests = {int(bucket): digest for bucket, digest in told.items()}
        due = one.digests[asked.recipient]
        unequal = sorted(b for b in due.keys() | digests.keys() if due.get(b) != digests.get(b))
        found = self._found(asked, scope, unequal) if unequal else []
        noted = {"recipient": asked.recipient, "round_id": one.id, "now": clock.now()}
        with self._db.transaction() as cur:
            if found:
                noted["found"] = orjson.dumps(found).decode()
                cur.execute(QUERIES["note_mismatches"], noted)
            cur.execute(QUERIES["forget_mismatches"], noted)
            checked = {"checked": one.subjects[asked.recipient], "round_id": one.id}
            cur.execute(QUERIES["count_checked"], checked)

    def _found(self, asked: Asked, scope: Json, unequal: Sequence[int]) -> list[Json]:
        """Compare the unequal buckets subject by subject.

        The ledger is read last: whatever is held was owed before, so nobody seems ahead who
        was only quick.
        """
        held: dict[str, Held] = {}
        for first in range(0, len(unequal), policy.BUCKETS_AT_A_TIME):
            some = list(unequal[first : first + policy.BUCKETS_AT_A_TIME])
            told = self._ask(asked.service, "list_holdings", {**scope, "buckets": some})
            held |= {row["subject"]: Held.from_json(row) for row in told["items"]}
        with self._db.transaction(mode="read") as cur:
            where = {"recipient": asked.recipient, "buckets": list(unequal)}
            owed = {
                row["subject"]: Owed(State(row["sequence"], row["hash"]), row["open"])
                for row in cur.execute(QUERIES["list_owed"], where)
            }
        return [mismatch.to_row() for mismatch in compare(owed, held)]

    def _conclude(self, one: _Round) -> dict[str, list[dict[str, Any]]]:
        """Freeze what is ahead, and give what may be sent again, by recipient."""
        with self._db.transaction() as cur:
            about = {"round_id": one.id, "now": clock.now(), "most": policy.REPAIRS_OF_A_ROUND}
            for row in cur.execute(QUERIES["freeze"], about):
                log.error("anomaly_noted", kind="ahead", **row)
            lost = defaultdict(list)
            for row in cur.execute(QUERIES["repairable"], about):
                lost[row["recipient"]].append(row)
        return lost

    def _repair(self, lost: Sequence[dict[str, Any]], one: _Round, asked: Asked) -> None:
        """Send again what one recipient lost, once its gate says no more than what it stores."""
        subjects = [row["subject"] for row in lost]
        scope = {"recipient": asked.recipient, "subjects": subjects}
        self._ask(asked.service, "lower_gate", scope)
        crash_point("reconcile.after-lower")
        now = clock.now()
        with self._db.transaction() as cur:
            repair = {
                "recipient": asked.recipient,
                "lost": orjson.dumps(lost).decode(),
                "check_at": journal.check_at(now),
                "now": now,
            }
            sent = cur.execute(QUERIES["repair"], repair).fetchall()
        one.repaired += len(sent)
        log.warning("deliveries_repaired", recipient=asked.recipient, rows=len(sent))

    def _end(self, one: _Round) -> None:
        troubles = [f"{service}: {why}" for service, why in sorted(one.troubles.items())]
        ended = {
            "round_id": one.id,
            "now": clock.now(),
            "error": "; ".join(troubles) or None,
            "repaired": one.repaired,
        }
        with self._db.transaction() as cur:
            cur.execute(QUERIES["end_round"], ended)
        log.info("reconciled", round=one.id, repaired=one.repaired, error=ended["error"])
