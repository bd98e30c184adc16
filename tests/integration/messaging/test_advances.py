# SPDX-License-Identifier: EUPL-1.2
"""An owner that forgot what it had published is moved past what its recipients hold."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from shared.contracts import Json
from shared.messaging import Published, journal
from shared.messaging.advances import (
    Holders,
    advance_subjects,
    holders_of,
    list_advances,
    list_conflicts,
)
from shared.messaging.policy import ADVANCE_ROOM
from shared.runtime import Call, Cursor, NoConflict, Principal, SubjectFrozen
from tests.integration.messaging.post import (
    BOTH,
    DRECHTSTEDEN,
    NOW,
    ZUID_LIMBURG,
    ZWOLLE,
    data_of,
    later,
    new_subject,
    outbox,
    outgoing,
    publish,
    receipt,
    receive,
    rows,
    states,
)

OTHER = "f" * 64


def call(*subjects: str, dry_run: bool = False, page: int = 1) -> Call:
    """Give the call of an operator."""
    return Call(
        operation="advance_subjects",
        params={"page": page, "pageSize": 50},
        body={"subjects": list(subjects), "reason": "Teruggezet", "dryRun": dry_run},
        principal=Principal("local", "slw-coordinator"),
        if_match=None,
        idempotency_key="one",
        deadline=0,
        traceparent=None,
        now=NOW,
    )


def holds(recipient: str, subject: str, sequence: int, *, stored: int | None = None) -> Json:
    """Give what a recipient tells of a subject."""
    return {
        "recipient": recipient,
        "subject": subject,
        "gate_sequence": sequence,
        "gate_hash": OTHER,
        "stored_sequence": sequence if stored is None else stored,
        "stored_hash": OTHER,
    }


def holders(*held: Json) -> Holders:
    """Give all that recipients tell, by subject."""
    return {
        one["subject"]: [two for two in held if two["subject"] == one["subject"]] for one in held
    }


def advance(cur: Cursor, held: Holders, *subjects: str, dry_run: bool = False) -> list[Json]:
    """Move the owner past these holders, and give what is told of each subject."""
    told: list[Json] = advance_subjects(held, keep_nothing)(
        cur, call(*subjects, dry_run=dry_run)
    ).body["subjects"]
    return told


def keep_nothing(cur: Cursor, published: Sequence[Published]) -> None:
    del cur, published


def frozen(cur: Cursor, *, held: int = 4) -> str:
    """Give a subject of which Zwolle holds more than its owner ever published."""
    subject = new_subject()
    published = publish(cur, subject)
    receive(cur, receipt(published, sequence=held, hash=OTHER))
    with pytest.raises(SubjectFrozen):
        publish(cur, subject)
    return subject


def items(listing: Any, cur: Cursor) -> list[Mapping[str, Any]]:  # noqa: ANN401 - a handler
    found: list[Mapping[str, Any]] = listing(cur, call()).body["items"]
    return found


def test_what_the_owner_has_goes_out_above_all_that_is_held(cur: Cursor) -> None:
    subject = frozen(cur)
    held = holders(holds(ZWOLLE, subject, 4), holds(DRECHTSTEDEN, subject, 5, stored=6))

    [told] = advance(cur, held, subject)

    above = 6 + ADVANCE_ROOM + 1
    assert (told["ownSequence"], told["heldSequence"], told["sequence"]) == (1, 6, above)
    newest = journal.newest(cur, subject)
    assert newest is not None
    assert (newest.sequence, newest.hash) == (above, told["ownHash"])
    assert outbox(cur, subject)[-1] == (above, sorted(BOTH))
    assert states(cur, subject)[ZWOLLE, above] == "pending"
    assert publish(cur, subject, title="Opnieuw").sequence == above + 1


def test_who_did_it_and_what_was_held_is_kept_for_ever(cur: Cursor) -> None:
    subject = frozen(cur)
    [listed] = [one for one in items(list_conflicts, cur) if one["subject"] == subject]
    assert (listed["ownSequence"], listed["heldSequence"]) == (1, 4)
    assert listed["recipients"] == [ZWOLLE]

    [told] = advance(cur, holders(holds(ZWOLLE, subject, 4)), subject)

    [kept] = [one for one in items(list_advances, cur) if one["subject"] == subject]
    assert (kept["requestedBy"], kept["reason"]) == ("local", "Teruggezet")
    assert (kept["held"], kept["sequence"]) == (told["held"], told["sequence"])
    assert [one for one in items(list_conflicts, cur) if one["subject"] == subject] == []
    with pytest.raises(Exception, match="permission denied"):
        cur.execute("UPDATE advances SET reason = 'Anders'")


def test_a_dry_run_tells_the_same_and_does_nothing(cur: Cursor) -> None:
    subject = frozen(cur)
    held = holders(holds(ZWOLLE, subject, 4))

    planned = advance(cur, held, subject, dry_run=True)

    with pytest.raises(SubjectFrozen):
        publish(cur, subject)
    assert outbox(cur, subject) == [(1, sorted(BOTH))]
    assert planned == advance(cur, held, subject)


def test_it_is_done_once_and_refused_where_there_is_no_conflict(cur: Cursor) -> None:
    subject, sound = frozen(cur), new_subject()
    publish(cur, sound)
    held = holders(holds(ZWOLLE, subject, 4))
    advance(cur, held, subject, sound)

    for again in (subject, sound, new_subject()):
        with pytest.raises(NoConflict):
            advance(cur, held, again)

    assert outbox(cur, sound) == [(1, sorted(BOTH))]


def test_what_was_forgotten_and_is_told_afterwards_freezes_nothing(cur: Cursor) -> None:
    subject = frozen(cur)
    [told] = advance(cur, holders(holds(ZWOLLE, subject, 4)), subject)
    newest = journal.newest(cur, subject)
    assert newest is not None

    # A state that lay in a queue all the time: nobody held it when the owner was moved.
    receive(cur, receipt(newest, DRECHTSTEDEN, sequence=7, hash=OTHER))

    assert publish(cur, subject).sequence == told["sequence"] + 1
    receive(cur, receipt(newest, DRECHTSTEDEN), receipt(newest))
    after = states(cur, subject)
    assert {after[one, newest.sequence] for one in BOTH} == {"received"}
    assert {after[one, 1] for one in BOTH} == {"superseded"}


def test_another_content_under_the_same_number_is_overtaken_too(cur: Cursor) -> None:
    subject = new_subject()
    published = publish(cur, subject)
    receive(cur, receipt(published, hash=OTHER), receipt(published, DRECHTSTEDEN))
    [listed] = [one for one in items(list_conflicts, cur) if one["subject"] == subject]
    assert (listed["kind"], listed["recipients"]) == ("differs", [ZWOLLE])

    [told] = advance(cur, holders(holds(ZWOLLE, subject, 1)), subject)

    newest = journal.newest(cur, subject)
    assert newest is not None
    receive(cur, receipt(newest), receipt(newest, DRECHTSTEDEN))
    after = states(cur, subject)
    assert {after[one, told["sequence"]] for one in BOTH} == {"received"}
    assert after[ZWOLLE, 1] == "superseded"


def test_a_difference_that_the_next_state_overtook_is_no_conflict(cur: Cursor) -> None:
    subject = new_subject()
    receive(cur, receipt(publish(cur, subject), hash=OTHER))
    publish(cur, subject, title="Anders")

    with pytest.raises(NoConflict):
        advance(cur, {}, subject)


def test_a_recipient_that_is_above_even_that_freezes_again(cur: Cursor) -> None:
    subject = frozen(cur)
    [told] = advance(cur, holders(holds(ZWOLLE, subject, 4)), subject)
    newest = journal.newest(cur, subject)
    assert newest is not None

    receive(cur, receipt(newest, sequence=told["sequence"] + 1, hash=OTHER))

    with pytest.raises(SubjectFrozen):
        publish(cur, subject)
    [again] = advance(cur, {}, subject)
    assert again["sequence"] > told["sequence"] + 1


def test_only_those_get_it_to_whom_the_newest_is_owed_and_who_came_back_since(cur: Cursor) -> None:
    subject = new_subject()
    publish(cur, subject, {ZWOLLE, DRECHTSTEDEN, ZUID_LIMBURG})
    published = publish(cur, subject, {ZWOLLE})
    receive(cur, receipt(published, DRECHTSTEDEN, sequence=3, hash=OTHER))
    held = holders(
        holds(DRECHTSTEDEN, subject, 3), holds(ZUID_LIMBURG, subject, 1), holds("AM01", subject, 3)
    )

    [told] = advance(cur, held, subject)

    # Zuid-Limburg left before, and AM01 is nobody that this owner knows to take part.
    assert told["recipients"] == [DRECHTSTEDEN, ZWOLLE]


def test_a_subject_that_its_owner_forgot_altogether_starts_above_what_is_held(cur: Cursor) -> None:
    forgotten = new_subject()
    published = replace(publish(cur, new_subject()), subject=forgotten)
    receive(cur, receipt(published, sequence=2, hash=OTHER))

    [told] = advance(cur, holders(holds(ZWOLLE, forgotten, 2)), forgotten)

    assert (told["ownSequence"], told["ownHash"], told["recipients"]) == (0, None, [])
    assert outbox(cur, forgotten) == []
    assert publish(cur, forgotten).sequence == told["sequence"]


def test_many_are_moved_at_once_and_the_service_hears_of_each(cur: Cursor) -> None:
    subjects = sorted(frozen(cur) for _ in range(3))
    heard: list[str] = []

    def renumber(cur: Cursor, published: Sequence[Published]) -> None:
        del cur
        heard.extend(one.subject for one in published)

    advance_subjects({}, renumber)(cur, call(*subjects))

    assert heard == subjects
    assert len(rows(cur, "SELECT 1 FROM conflicts WHERE subject = ANY(%s)", subjects)) == 0


def test_who_met_the_freeze_may_try_at_once(cur: Cursor) -> None:
    subject = frozen(cur)
    cur.execute(
        "INSERT INTO parked (queue, recipient, subject, sequence, reason, body, next_attempt_at,"
        " first_parked_at, last_error) VALUES ('agreements.decisions', 'agreements',"
        " 'decision/x', 1, 'awaiting', '', %s, %s, 'SubjectFrozen')",
        (later(900), NOW),
    )

    advance(cur, {}, subject)

    [due] = rows(cur, "SELECT next_attempt_at FROM parked WHERE subject = 'decision/x'")
    assert due["next_attempt_at"] == NOW


def test_every_recipient_is_asked_of_what_this_service_owns() -> None:
    asked: list[tuple[str, str, Json]] = []

    def ask(service: str, operation: str, params: Json) -> Json:
        asked.append((service, operation, params))
        return {"items": [holds(ZWOLLE, "agreement/1", 4)]}

    found = holders_of("agreements", ["agreement/1", "employer/1"], ask)

    [(service, operation, params)] = asked
    assert (service, operation) == ("regions", "find_holdings")
    assert (len(params["recipients"]), params["subjects"]) == (35, ["agreement/1"])
    assert found == holders(holds(ZWOLLE, "agreement/1", 4))
    assert holders_of("regions", ["agreement/1"], ask) == {}
    assert len(asked) == 1


def test_the_content_that_goes_out_is_the_one_that_the_owner_has(cur: Cursor) -> None:
    subject = new_subject()
    [published] = journal.publish(cur, [outgoing(subject, title="Zoals hersteld")], now=NOW)
    receive(cur, receipt(published, sequence=2, hash=OTHER))

    advance(cur, {}, subject)

    [body] = rows(
        cur,
        "SELECT convert_from(body, 'UTF8')::json -> 'data' AS data FROM journal"
        " WHERE subject = %s ORDER BY sequence DESC LIMIT 1",
        subject,
    )
    assert body["data"] == data_of(subject, "Zoals hersteld")
