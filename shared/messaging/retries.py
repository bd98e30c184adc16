# SPDX-License-Identifier: EUPL-1.2
"""The retry worker: parked messages get their next attempt, through the same code as the first.

After the last attempt a message becomes a dead letter, and its owner's ledger hears `refused`.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import structlog

from shared.contracts import Malformed, NewerMajor, unwrap
from shared.messaging import letters, metrics, policy
from shared.messaging.apply import Applier
from shared.messaging.gate import Arrival
from shared.messaging.intake import arrival_of
from shared.messaging.journal import QUERIES
from shared.messaging.letters import Letter, Origin
from shared.messaging.publishers import LOOKED_AT, USER, WrongPublisher, must_be_its_word
from shared.runtime import Cursor, Database, clock, tracing
from shared.runtime.db import confine, passes_by_itself
from shared.runtime.scope import Scope

log = structlog.get_logger()
Row = dict[str, Any]
MOST = 100
LOOK_SECONDS = 0.5


class Retries:
    """Attempts what is parked and due; any number of processes may do so at once."""

    def __init__(self, db: Database, applier: Applier) -> None:
        self._db = db
        self._applier = applier

    def look(self) -> int:
        """Give what is due, at most 100 messages, one attempt each; give how many there were."""
        now = clock.now()
        with self._db.transaction() as cur:
            when = {"now": now, "latest": now + letters.longest_delay(), "most": MOST}
            due = cur.execute(QUERIES["claim_due"], when).fetchall()
            done = [row["id"] for row in due if self._settled(cur, row, now)]
            if done:
                cur.execute(QUERIES["unpark"], {"ids": done})
        metrics.RETRIES_TOTAL.labels("parked").inc(len(due))
        return len(due)

    def _settled(self, cur: Cursor, row: Row, now: datetime) -> bool:
        """Attempt one message under a savepoint; say whether it need not be parked any more."""
        try:
            with cur.connection.transaction():
                confine(cur, Scope.of_recipients([row["recipient"]]))
                self._attempt(cur, row, now)
        except NewerMajor as error:
            # Only an upgrade helps, and it may come after any number of attempts.
            self._park_again(cur, row, error, now)
            return False
        except WrongPublisher as error:
            # The rightful owner hears nothing of it: it never said this.
            letters.bury(cur, [_letter(row, "invalid", error)], now=now)
            log.warning("message_not_its_word", subject=row["subject"], error=str(error))
        except Exception as error:
            if passes_by_itself(error):
                raise
            if _goes_on(row, error, now):
                self._park_again(cur, row, error, now)
                return False
            self._give_up(cur, row, error, now)
        return True

    def _attempt(self, cur: Cursor, row: Row, now: datetime) -> None:
        arrival = _arrival(row)
        must_be_its_word(row["publisher"] or LOOKED_AT, arrival)
        with tracing.handling("retry", "consumer", [arrival.traceparent], queues=[row["queue"]]):
            self._applier.apply_one(cur, arrival, now=now)

    def _park_again(self, cur: Cursor, row: Row, error: Exception, now: datetime) -> None:
        cur.execute(
            QUERIES["park_again"],
            {
                "id": row["id"],
                "attempts": _attempts(row, error) + 1,
                "reason": letters.reason_of(error),
                "error": f"{type(error).__name__}: {letters.words_of(error)}"[:2000],
                "next_attempt_at": now + letters.delay(row["attempts"] + 1),
            },
        )

    def _give_up(self, cur: Cursor, row: Row, error: Exception, now: datetime) -> None:
        letters.bury(cur, [_letter(row, "exhausted", error)], now=now)
        # What cannot be read names no owner to tell; what it held stays open in that ledger.
        with suppress(Malformed):
            given_up = _arrival(row)
            if given_up.sequence:
                self._applier.refuse(cur, given_up, letters.words_of(error), now=now)
        log.error("message_given_up", subject=row["subject"], error=str(error))


def _attempts(row: Row, error: Exception) -> int:
    """Count the attempts so far; those that only waited for something count for no failure."""
    waited = row["reason"] == "awaiting" and letters.reason_of(error) != "awaiting"
    return 0 if waited else row["attempts"]


def _goes_on(row: Row, error: Exception, now: datetime) -> bool:
    """Say whether there is another attempt: what waits is given up by its age, not by a count."""
    if letters.reason_of(error) == "awaiting":
        waited: timedelta = now - row["first_parked_at"]
        return waited < policy.AWAITING_FOR
    return _attempts(row, error) + 1 < policy.PARKED_ATTEMPTS


def _letter(row: Row, origin: Origin, error: Exception) -> Letter:
    return Letter(
        origin,
        row["queue"],
        bytes(row["body"]),
        type(error).__name__,
        letters.words_of(error),
        recipient=row["recipient"],
        subject=row["subject"],
        sequence=row["sequence"],
        headers={USER: row["publisher"]},
    )


def _arrival(row: Row) -> Arrival:
    body = bytes(row["body"])
    return arrival_of(row["recipient"], unwrap(body)[0], body, row["publisher"])
