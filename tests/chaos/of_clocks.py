# SPDX-License-Identifier: EUPL-1.2
"""Faults of the clock: all services find it days ahead or behind, and then right again."""

from datetime import UTC, datetime, timedelta
from random import Random

from tests.chaos.field import Field, Struck, becomes, linger, struck
from tests.chaos.stage import REGIONS

SEEN_SECONDS = 30.0
# Less than the week for which an answer is kept for its Idempotency-Key.
HOURS = (1.0, 100.0)
RECORDED = "SELECT recorded_at FROM journal WHERE subject = %(subject)s"
COPIES = "SELECT recipient, sequence, hash FROM holdings WHERE subject = %(subject)s"


def stepped(way: int, field: Field, chance: Random) -> Struck:
    """Put the clock ahead (1) or back (-1): a date that passes changes nothing by itself."""
    today = datetime.now(UTC).date()
    dates = {"startsOn": today.isoformat(), "endsOn": (today + timedelta(days=2)).isoformat()}
    off = way * timedelta(hours=chance.uniform(*HOURS))
    subject = {"subject": f"agreement/{field.worker.publish_to_all(**dates)}"}
    everywhere = becomes(lambda: len(_held(field, subject)) == len(REGIONS), SEEN_SECONDS)
    before = _held(field, subject)
    field.clock.put(off)
    try:
        linger(field.length(chance, 2, 15))
        told = {"subject": f"agreement/{field.worker.publish_to_all()}"}
        moments = [row["recorded_at"] for row in field.proof.rows("agreements", RECORDED, told)]
        after = _held(field, subject)
    finally:
        field.clock.put(timedelta())
    seen = [one for one in moments if abs(one - datetime.now(UTC) - off) < abs(off) / 2]
    for key in sorted(before.keys() & after.keys()):
        if before[key] != after[key]:
            why = f"{key} of {subject['subject']} is another without a new sequence"
            field.recorder.tell("trouble", what="clock", why=why)
    hours = off.total_seconds() / 3600
    return struck(f"a state was recorded {hours:+.0f} hours off" if seen and everywhere else None)


def _held(field: Field, subject: dict[str, str]) -> dict[tuple[str, int], str]:
    """Give the hash of what each region stores, by region and sequence."""
    rows = field.proof.rows("regions", COPIES, subject)
    return {(row["recipient"], row["sequence"]): row["hash"] for row in rows}
