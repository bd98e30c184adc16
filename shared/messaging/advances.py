# SPDX-License-Identifier: EUPL-1.2
"""An owner that is behind its recipients is moved past them, by somebody, for a reason.

An owner that was restored from an older backup forgot what it had said, and its recipients hold
that: more than it knows of, or another content under a number that it used once more. Their gates
let nothing older pass, so what the owner has now goes out again, under a sequence above
everything that is held or may still lie in a queue.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import orjson
import structlog

from shared.contracts import EVENTS, Json, unwrap
from shared.messaging import journal, policy
from shared.messaging.inspection import page
from shared.messaging.journal import QUERIES, Outgoing, Published
from shared.messaging.reconcile import Ask, audience_of
from shared.runtime import Answer, Call, Cursor, NoConflict, page_of
from shared.runtime.clock import moment_text

log = structlog.get_logger()
Row = Mapping[str, Any]
Holders = Mapping[str, Sequence[Row]]
Renumber = Callable[[Cursor, Sequence[Published]], None]
SIDES = ("gate", "stored")


def holders_of(service: str, subjects: Iterable[str], ask: Ask) -> Holders:
    """Ask every recipient what it holds now of those subjects that this service owns.

    Raises ServiceUnavailable where one does not answer: nobody moves past what is not known.
    """
    owned = {event.family for event in EVENTS.values() if event.owner == service}
    asked = [one for one in subjects if one.partition("/")[0] in owned]
    families = {one.partition("/")[0] for one in asked}
    recipients = defaultdict[str, list[str]](list)
    for one in audience_of(service):
        if families.intersection(one.families):
            recipients[one.service].append(one.recipient)
    holders = defaultdict[str, list[Row]](list)
    for other, names in recipients.items():
        scope = {"recipients": names, "subjects": asked}
        for row in ask(other, "find_holdings", scope)["items"]:
            holders[row["subject"]].append(row)
    return holders


def advance_subjects(holders: Holders, renumber: Renumber) -> Callable[[Cursor, Call], Answer]:
    """Give what moves an owner past these holders, in one transaction, and tells what they hold.

    `renumber` gets what was published, for a service that keeps sequences in its own tables.
    """

    def advance(cur: Cursor, call: Call) -> Answer:
        about = {"subjects": call.body["subjects"]}
        cur.execute(QUERIES["lock_conflicts"], about)
        rows = cur.execute(QUERIES["conflicting"], about).fetchall()
        if not rows:
            raise NoConflict("of these subjects nobody here holds what contradicts its owner")
        steps = _steps(cur, rows, holders)
        if not call.body.get("dryRun"):
            _keep(cur, call, steps)
            renumber(cur, _publish(cur, call, steps, rows))
        return Answer({"subjects": steps})

    return advance


def list_conflicts(cur: Cursor, call: Call) -> Answer:
    """Answer a page of the subjects on which recipients contradict this owner, longest first."""
    rows, total = page(cur, "conflicts", {}, call)
    items: list[Json] = [
        {
            "subject": row["subject"],
            "kind": row["kind"],
            "ownSequence": row["own_sequence"],
            "ownHash": row["own_hash"],
            "heldSequence": row["held_sequence"],
            "recipients": row["recipients"],
            "firstAt": moment_text(row["first_at"]),
        }
        for row in rows
    ]
    return page_of(items, total, call)


def list_advances(cur: Cursor, call: Call) -> Answer:
    """Answer a page of who moved an owner past its recipients, when and why, newest first."""
    rows, total = page(cur, "advances", {}, call)
    items: list[Json] = [
        {
            "id": str(row["id"]),
            "subject": row["subject"],
            "ownSequence": row["own_sequence"],
            "heldSequence": row["held_sequence"],
            "sequence": row["floor"] + 1,
            "held": row["held"],
            "requestedBy": row["requested_by"],
            "reason": row["reason"],
            "advancedAt": moment_text(row["advanced_at"]),
        }
        for row in rows
    ]
    return page_of(items, total, call)


def _steps(cur: Cursor, rows: Sequence[Row], holders: Holders) -> list[Json]:
    """Say of each subject what is held, which sequence comes next, and who gets it."""
    owed = defaultdict[str, dict[str, int]](dict)
    subjects = [row["subject"] for row in rows]
    for row in cur.execute(QUERIES["owed_newest"], {"subjects": subjects}):
        owed[row["subject"]][row["recipient"]] = row["sequence"]
    return [_step(row, owed[row["subject"]], holders.get(row["subject"], ())) for row in rows]


def _step(row: Row, owed: Mapping[str, int], holders: Sequence[Row]) -> Json:
    own: int = row["sequence"] or 0
    held = {one["recipient"]: _newest(one) for one in holders}
    highest = max(row["told_sequence"], own, *held.values())
    return {
        "subject": row["subject"],
        "ownSequence": own,
        "ownHash": row["hash"],
        "heldSequence": highest,
        "sequence": highest + policy.ADVANCE_ROOM + 1,
        # Beside those who are owed the newest state: who left, but came back as we forgot.
        "recipients": sorted(
            name for name, last in owed.items() if last == own or held.get(name, 0) > own
        ),
        "held": [_told(one) for one in holders],
    }


def _newest(holder: Row) -> int:
    return max(holder[f"{side}_sequence"] or 0 for side in SIDES)


def _told(holder: Row) -> Json:
    sides = {
        f"{side}{what.capitalize()}": holder[f"{side}_{what}"]
        for side in SIDES
        for what in ("sequence", "hash")
    }
    return {"recipient": holder["recipient"], **sides}


def _keep(cur: Cursor, call: Call, steps: Sequence[Json]) -> None:
    """Keep who does this and why, and with that it is decided."""
    rows = [
        {
            "subject": step["subject"],
            "own_sequence": step["ownSequence"],
            "held_sequence": step["heldSequence"],
            "floor": step["sequence"] - 1,
            "held": step["held"],
        }
        for step in steps
    ]
    by, reason = call.principal.subject, call.body["reason"]
    kept = {"requested_by": by, "reason": reason, "now": call.now}
    cur.execute(QUERIES["add_advances"], {**kept, "advances": orjson.dumps(rows).decode()})
    settled = {"subjects": [step["subject"] for step in steps], "now": call.now}
    cur.execute(QUERIES["settle_conflicts"], settled)
    for row in rows:
        log.warning("owner_advanced", subject=row["subject"], floor=row["floor"], asked_by=by)


def _publish(
    cur: Cursor, call: Call, steps: Sequence[Json], rows: Sequence[Row]
) -> list[Published]:
    """Publish what the owner has now, and let those try again who met the freeze."""
    states = [
        Outgoing(
            row["subject"],
            row["type"],
            unwrap(bytes(row["body"]))[0].data,
            frozenset(step["recipients"]),
        )
        for step, row in zip(steps, rows, strict=True)
        if row["body"] is not None
    ]
    published = journal.publish(cur, states, now=call.now, traceparent=call.traceparent)
    cur.execute(QUERIES["release_awaiting"], {"now": call.now})
    return published
