# SPDX-License-Identifier: EUPL-1.2
"""Seals what the audit tells into a chain, so that whoever touches a line later is found.

Writers wait for nobody: they put their lines down side by side, and one process of the service
chains them here, in the order in which it finds them. A line that commits late comes later.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

import eventlet
import orjson
import structlog
from nameko.extensions import DependencyProvider
from prometheus_client import Counter, Gauge

from shared.contracts.chain import BEFORE_THE_FIRST, TOLD, Link, keeper_of, sealed
from shared.runtime import clock
from shared.runtime.audit import QUERIES
from shared.runtime.clock import moment_text
from shared.runtime.db import Cursor, Database, Transient
from shared.runtime.entrypoints import wait_for
from shared.runtime.health import health
from shared.runtime.problems import Json
from shared.runtime.remote import Replies, ServiceUnavailable, caller_for

log = structlog.get_logger()
SEALED = Counter("schakel_audit_sealed", "Lines of the audit that were sealed.")
UNSEALED_AGE_SECONDS = Gauge(
    "schakel_audit_oldest_unsealed_age_seconds",
    "Age of the oldest line that is not sealed; where sealing fails, since when it does.",
)
HEAD = Gauge("schakel_audit_head", "Place of the newest link of the chain.")
HEAD_DIGITS = Gauge(
    "schakel_audit_head_digits", "The first 12 hexadecimal digits of its hash, as a number."
)
HEAD_TOLD = Gauge(
    "schakel_audit_head_told", "Place of the link that another service was told of last."
)

MOST = 500
LOOK_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 5.0
TELL_SECONDS = 10.0
THIN_SECONDS = 3600.0
STOP_SECONDS = 5
DIGITS = 12

Row = Mapping[str, Any]
Ask = Callable[[str, str, Json], Json]


class Sealer:
    """Seals the lines of one service; any number of processes may try, one does at a time."""

    def __init__(self, service: str, db: Database, ask: Ask) -> None:
        self._service = service
        self._db = db
        self._ask = ask
        self._told = 0
        self._next_telling = self._next_thinning = 0.0
        self._last_look = time.monotonic()
        self._failures = 0
        self.head = (0, BEFORE_THE_FIRST)

    def turn(self) -> float:
        """Seal and tell, and give how long to wait before the next turn; nothing of it raises.

        What fails is tried again, later each time: writers need no seal, and the alert on its age
        tells who looks after the service.
        """
        try:
            done = self.look()
            self.tell()
            self.thin()
        except Exception as error:
            self._failures += 1
            self.interrupted()
            unforeseen = not isinstance(error, Transient)
            told = {"error": str(error), "failures": self._failures}
            log.warning("sealing_interrupted", **told, exc_info=unforeseen)
            return min(LOOK_SECONDS * 2.0 ** min(self._failures - 1, 10), LONGEST_PAUSE_SECONDS)
        self._failures = 0
        return 0 if done == MOST else LOOK_SECONDS

    def look(self) -> int:
        """Seal a batch of what waits; give how many lines that were."""
        with self._db.transaction() as cur:
            taken = cur.execute(QUERIES["take_sealing"]).fetchone()
            if taken is None or not taken["taken"]:
                self._last_look = time.monotonic()
                return 0
            rows = cur.execute(QUERIES["unsealed_lines"], {"most": MOST}).fetchall()
            head = _head(cur) if rows or self.head[0] == 0 else self.head
            if rows:
                head = _seal(cur, rows, head)
        # Only what is committed is a head that others may be told of.
        self.head = head
        self._show(rows)
        return len(rows)

    def interrupted(self) -> None:
        """Show that nothing is sealed, and since when."""
        UNSEALED_AGE_SECONDS.set(time.monotonic() - self._last_look)

    def tell(self) -> None:
        """Have another service remember the head, now and then, where it has moved."""
        seq, digest = self.head
        if seq == self._told or time.monotonic() < self._next_telling:
            return
        self._next_telling = time.monotonic() + TELL_SECONDS
        log.info("audit_head", seq=seq, hash=digest)
        try:
            self._ask(keeper_of(self._service), "keep_audit_head", {"seq": seq, "hash": digest})
        except ServiceUnavailable as error:
            log.warning("audit_head_not_kept", seq=seq, error=str(error))
            return
        self._told = seq
        HEAD_TOLD.set(seq)

    def thin(self) -> None:
        """Forget, once an hour, what is no more needed of the heads that others told."""
        if time.monotonic() < self._next_thinning:
            return
        self._next_thinning = time.monotonic() + THIN_SECONDS
        with self._db.transaction() as cur:
            cur.execute(QUERIES["thin_heads"])

    def _show(self, rows: list[dict[str, Any]]) -> None:
        seq, digest = self.head
        self._last_look = time.monotonic()
        SEALED.inc(len(rows))
        age = (clock.now() - min(row["at"] for row in rows)).total_seconds() if rows else 0
        UNSEALED_AGE_SECONDS.set(max(0.0, age))
        HEAD.set(seq)
        HEAD_DIGITS.set(int(digest[:DIGITS], 16))


def line_of(row: Row) -> Json:
    """Give what a row tells, as it is sealed."""
    return {name: row[name] for name in TOLD} | {"at": moment_text(row["at"])}


def _head(cur: Cursor) -> tuple[int, str]:
    row = cur.execute(QUERIES["head"]).fetchone()
    return (0, BEFORE_THE_FIRST) if row is None else (row["seq"], row["hash"])


def _seal(cur: Cursor, rows: list[dict[str, Any]], behind: tuple[int, str]) -> tuple[int, str]:
    now = clock.now()
    lines = [(row["id"], line_of(row)) for row in rows]
    links = [_written(link) for link in sealed(lines, behind=behind, sealed_at=moment_text(now))]
    cur.execute(QUERIES["seal"], {"links": orjson.dumps(links).decode(), "now": now})
    return links[-1]["seq"], links[-1]["hash"]


def _written(link: Link) -> Json:
    return {"seq": link.seq, "line_id": link.line_id, "digest": link.digest, "hash": link.hash}


class SealDuty(DependencyProvider):  # type: ignore[misc]
    """Seals in the background, for as long as its service lives."""

    db = Database()
    replies = Replies()

    def setup(self) -> None:
        """Not stopping yet."""
        self._stopping = False

    def start(self) -> None:
        """Look every second for what waits."""
        self._thread = self.container.spawn_managed_thread(self._run)

    def stop(self) -> None:
        """End after the batch in hand, and listen for no more answers."""
        self._stopping = True
        wait_for(self._thread, STOP_SECONDS)
        self.replies.stop()

    def _run(self) -> None:
        ask = caller_for("sealing", self.container, self.replies).ask
        sealer = Sealer(self.container.service_name, self.db, ask)
        while not self._stopping:
            health.beat("sealing")
            eventlet.sleep(sealer.turn())
        health.forget("sealing")
