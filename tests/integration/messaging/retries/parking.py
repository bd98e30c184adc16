# SPDX-License-Identifier: EUPL-1.2
"""What is parked in these tests, and what became of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from shared.contracts import unwrap
from shared.messaging import Arrival, StoredHashes, letters
from shared.messaging.intake import arrival_of
from shared.messaging.letters import Parked
from shared.runtime import Cursor, Database, clock
from tests.integration.messaging.post import ZWOLLE, new_subject, written

QUEUE = "regions.AM36"
Row = dict[str, Any]


class Handler:
    """A consuming method that refuses as told, and else stores what comes."""

    def __init__(self) -> None:
        self.refusal: Exception | None = None
        self.refused_subject: str | None = None
        self.stored: list[tuple[str, int]] = []

    def __call__(
        self, type_: str, cur: Cursor, arrivals: Sequence[Arrival], now: datetime
    ) -> StoredHashes:
        """Store, or refuse."""
        del type_, cur, now
        for one in arrivals:
            if self.refusal is not None and self.refused_subject in {None, one.subject}:
                raise self.refusal
        self.stored += [(one.subject, one.sequence) for one in arrivals]
        return {one.key: one.hash for one in arrivals}


def ask(db: Database, question: str, *values: object) -> list[Row]:
    """Ask, or tell, the database itself."""
    with db.transaction() as cur:
        done = cur.execute(question.encode(), values)
        return done.fetchall() if done.description else []


def park(
    db: Database, one: Arrival, error: Exception | None = None, *, ago_seconds: float = 3600
) -> None:
    """Park an arrival, so long ago."""
    error = error or RuntimeError("no room")
    then = clock.now() - timedelta(seconds=ago_seconds)
    with db.transaction() as cur:
        letters.park(cur, [Parked.of(QUEUE, one, error)], now=then)


def parked(db: Database) -> list[Row]:
    """Give what is parked."""
    return ask(
        db,
        "SELECT subject, sequence, reason, attempts, next_attempt_at, last_error, body "
        "FROM parked ORDER BY id",
    )


def come_due(db: Database, attempts: int | None = None) -> None:
    """Let the time of everything parked come, perhaps after so many attempts."""
    question = "UPDATE parked SET next_attempt_at = %s, attempts = coalesce(%s, attempts)"
    ask(db, question, clock.now() - timedelta(minutes=1), attempts)


def dead(db: Database) -> list[Row]:
    """Give what was given up."""
    return ask(
        db, "SELECT origin, subject, sequence, recipient, queue, error, body FROM dead_letters"
    )


def receipts(db: Database) -> list[Row]:
    """Give the receipts on their way to the owner of agreements."""
    found = ask(db, "SELECT body FROM outbox WHERE routing_key = 'receipts.agreements' ORDER BY id")
    notices = [unwrap(bytes(row["body"]))[0].data for row in found]
    return [one for notice in notices for one in notice["receipts"]]


def of_publisher(publisher: str) -> Arrival:
    """Give a state that this user of the broker published."""
    body = written(new_subject())
    return arrival_of(ZWOLLE, unwrap(body)[0], body, publisher)
