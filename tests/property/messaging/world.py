# SPDX-License-Identifier: EUPL-1.2
"""The world of the machine: an owner and its recipients, on the real code and the real SQL.

Only the broker is two lists. All of it happens inside one transaction that is rolled back, so
that every example begins in an empty database; each transaction of the product is a savepoint.
"""

import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from services.regions import handlers
from shared.contracts import Json, Malformed, unwrap
from shared.contracts.registry import examples
from shared.messaging import (
    Arrival,
    Outgoing,
    StoredHashes,
    holdings,
    journal,
    ledger,
    policy,
    watchdog,
)
from shared.messaging.apply import Applier
from shared.messaging.consumer import BatchConsumer
from shared.messaging.intake import Lately, Raw
from shared.messaging.journal import QUERIES
from shared.messaging.notices import Receipt
from shared.messaging.reconcile import Reconciliation
from shared.messaging.replays import Replays, discard_dead_letters, start_replay
from shared.messaging.retries import Retries
from shared.runtime import Call, Cursor, Database, Principal
from shared.runtime.call import Answer
from shared.runtime.db import Connection, confine
from shared.runtime.scope import EVERYTHING, Scope

REGIONS = ("AM36", "AM23", "AM30")
STATE = "agreement-changed.v1"
CALLS = {
    name: getattr(holdings, name) for name in ("digest_holdings", "list_holdings", "lower_gate")
}
KEPT = """
SELECT recipient, subject, sequence FROM parked
UNION SELECT recipient, subject, sequence FROM dead_letters
"""
LEFT_OVER = """
SELECT 'anomaly ' || kind AS what FROM anomalies
UNION ALL SELECT 'parked ' || subject FROM parked
UNION ALL SELECT 'unsent ' || exchange FROM outbox WHERE sent_at IS NULL AND exchange <> 'live'
UNION ALL SELECT 'mismatch ' || class FROM mismatches
"""
Held = dict[tuple[str, str], tuple[int, str]]


class Poisoned(Exception):
    """The handler of a region fails."""


class Savepoints(Database):
    """A database whose transactions are savepoints of the world's one transaction."""

    def __init__(self, cur: Cursor) -> None:
        self._cur = cur
        confine(cur, EVERYTHING)

    @contextmanager
    def transaction(self, *, scope: Scope = EVERYTHING, **_: object) -> Iterator[Cursor]:
        """Run the block as one transaction, which sees the rows of its scope."""
        with self._cur.connection.transaction():
            confine(self._cur, scope)
            yield self._cur
        confine(self._cur, EVERYTHING)


class Consumer(BatchConsumer):
    """The consumer of the regions, given its batches by hand."""

    accepts = frozenset({STATE})

    def __init__(self, database: Database, applier: Applier) -> None:
        self.db = database
        self.applier = applier
        self._lately = Lately(policy.BATCH.bytes)


class World:
    """What the machine acts on, and what it looks at."""

    def __init__(self, connection: Connection[Json], clock_file: Path) -> None:
        self.cur: Cursor = connection.cursor()
        self._transaction = connection.transaction(force_rollback=True)
        self._transaction.__enter__()
        self._clock_file = clock_file
        self.now = datetime(2026, 12, 1, tzinfo=UTC)
        self.pass_by(timedelta())
        self.wire: list[tuple[str, bytes]] = []
        self.receipts: list[Receipt] = []
        self.taken: set[tuple[str, str, int]] = set()
        self.not_newer: list[tuple[str, str]] = []
        self.poisoned: set[str] = set()
        database = Savepoints(self.cur)
        applier = Applier("regions", self._store)
        self._consumer = Consumer(database, applier)
        self._retries = Retries(database, applier)
        self._replays = Replays("regions", database, applier)
        self._rounds = Reconciliation("agreements", database, self._ask)

    def end(self) -> None:
        """Undo everything."""
        self._transaction.__exit__(None, None, None)

    def pass_by(self, time: timedelta) -> None:
        """Let time pass, or jump back."""
        self.now += time
        self._clock_file.write_text(self.now.isoformat())

    def publish(self, subject: str, audience: frozenset[str]) -> None:
        """Have the owner commit a next state."""
        content = {"id": subject.rpartition("/")[2], "title": f"Afspraken {self.now}"}
        data = {**examples()[STATE]["data"], **content}
        journal.publish(self.cur, [Outgoing(subject, STATE, data, audience)], now=self.now)

    def join(self, subject: str, region: str) -> None:
        """Owe a region the newest state."""
        journal.resend(self.cur, [subject], audience=frozenset({region}), now=self.now)

    def relay(self, *, marks: bool = True) -> None:
        """Put everything unsent on the wire; a relay that dies has not marked it."""
        rows = self.cur.execute(QUERIES["unsent"], {"window": 1000, "aside": []}).fetchall()
        for row in rows:
            body = bytes(row["body"])
            if row["exchange"] == "recipients":
                self.wire += [(recipient, body) for recipient in row["audience"]]
            elif row["exchange"] == "notices":
                told = unwrap(body)[0].data["receipts"]
                self.receipts += [Receipt.from_json(one) for one in told]
        if marks:
            ids = [row["id"] for row in rows]
            self.cur.execute(QUERIES["mark_sent"], {"ids": ids, "now": self.now})

    def take(self, messages: Sequence[tuple[str, bytes]], *, commits: bool = True) -> None:
        """Have the regions take a batch; one that dies has not committed it."""
        batch = [
            Raw(f"regions.{to}", to, body, {}, publisher="schakel-agreements")
            for to, body in messages
        ]
        with self.cur.connection.transaction() as transaction:
            self._consumer.process(batch)
            if not commits:
                raise psycopg.Rollback(transaction)
        if commits:
            self.taken |= {state for one in messages for state in _states(*one)}

    def hear(self, receipts: Sequence[Receipt]) -> None:
        """Have the owner record receipts."""
        ledger.record_receipts(self.cur, receipts, service="agreements", now=self.now)

    def watch(self) -> None:
        """Have the watchdog look."""
        waiting = {f"regions.{recipient}" for recipient, _ in self.wire}
        watchdog.look(self.cur, lambda queue: queue not in waiting, now=self.now)

    def retry(self) -> None:
        """Give what is parked and due an attempt."""
        while self._retries.look() == 100:
            pass

    def ask_for_replay(self) -> None:
        """Have every open letter tried again, by a job."""
        start_replay("regions")(self.cur, self._call("start_replay"))

    def discard(self) -> None:
        """Put every open letter aside."""
        discard_dead_letters("regions")(self.cur, self._call("discard_dead_letters"))

    def replay(self, *, commits: bool = True) -> None:
        """Try the next letter of a job; a process that dies has not committed it."""
        with self.cur.connection.transaction() as transaction:
            self._replays.look(self._consumer.accepts)
            if not commits:
                raise psycopg.Rollback(transaction)

    def reconcile(self) -> None:
        """Run a round over the regions."""
        asked = {"requested_by": "tests", "recipients": list(REGIONS), "now": self.now}
        self.cur.execute(QUERIES["request_round"], asked)
        self._rounds.look(lambda: True)

    def lose_copy(self, region: str, subject: str) -> None:
        """Delete a region's copy, behind the back of its gate."""
        one = [region, subject.rpartition("/")[2]]
        self.cur.execute(
            "DELETE FROM region_agreements WHERE region = %s AND agreement_id = %s", one
        )

    def held(self) -> Held:
        """Give what is really stored."""
        rows = self.rows("SELECT recipient, subject, sequence, hash FROM holdings")
        return {(row["recipient"], row["subject"]): (row["sequence"], row["hash"]) for row in rows}

    def gates(self) -> Held:
        """Give what the gates say; 0 is nothing."""
        rows = self.rows("SELECT recipient, subject, sequence, hash FROM gate WHERE sequence > 0")
        return {(row["recipient"], row["subject"]): (row["sequence"], row["hash"]) for row in rows}

    def kept(self) -> set[tuple[str, str, int]]:
        """Give what is parked or a dead letter."""
        return {(row["recipient"], row["subject"], row["sequence"]) for row in self.rows(KEPT)}

    def put_aside(self) -> set[tuple[str, str]]:
        """Give whose states somebody discarded the letters of."""
        discarded = "SELECT recipient, subject FROM dead_letters WHERE state = 'discarded'"
        return {(row["recipient"], row["subject"]) for row in self.rows(discarded)}

    def left_over(self) -> list[str]:
        """Name what has not come to rest; a hint that is unsent is worth nothing."""
        return [row["what"] for row in self.rows(LEFT_OVER)]

    def rows(self, question: str) -> list[dict[str, Any]]:
        """Ask the database."""
        return self.cur.execute(question.encode()).fetchall()

    def _store(
        self, type_: str, cur: Cursor, arrivals: Sequence[Arrival], now: datetime
    ) -> StoredHashes:
        del type_
        if bad := self.poisoned & {one.recipient for one in arrivals}:
            raise Poisoned(", ".join(sorted(bad)))
        held = self.held()
        self.not_newer += [
            one.key for one in arrivals if one.sequence <= held.get(one.key, (0, ""))[0]
        ]
        return handlers.adopt_agreements(cur, arrivals, now)

    def _ask(self, service: str, operation: str, params: Json) -> Json:
        """Answer as the service of the recipients does, over a wire of JSON."""
        assert service == "regions"
        answer: Answer = CALLS[operation](self.cur, self._call(operation, params))
        told: Json = json.loads(json.dumps(answer.body))
        return told

    def _call(self, operation: str, params: Json | None = None) -> Call:
        return Call(
            operation=operation,
            params=params or {},
            body={"all": True, "reason": "tests"},
            principal=Principal("tests", "service"),
            if_match=None,
            idempotency_key=str(uuid.uuid4()),
            deadline=0.0,
            traceparent=None,
            now=self.now,
        )


def _states(recipient: str, body: bytes) -> list[tuple[str, str, int]]:
    try:
        events = unwrap(body)
    except Malformed:
        return []
    return [(recipient, event.subject or "", event.sequence or 0) for event in events]
