# SPDX-License-Identifier: EUPL-1.2
"""Every state is journaled once, under the next sequence, and owed to everyone it is meant for."""

import pytest

from shared.contracts import content_hash, unwrap
from shared.contracts.envelope import Malformed
from shared.messaging import Outgoing, journal
from shared.runtime import Cursor, SubjectFrozen
from tests.integration.messaging.post import (
    AGREEMENT_CHANGED,
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


def test_sequences_are_contiguous_from_1_for_each_subject(cur: Cursor) -> None:
    one, other = new_subject(), new_subject()

    told = [publish(cur, subject).sequence for subject in (one, other, one, one, other)]

    assert told == [1, 1, 2, 3, 2]
    found = rows(cur, "SELECT sequence FROM journal WHERE subject = %s ORDER BY sequence", one)
    assert [row["sequence"] for row in found] == [1, 2, 3]


def test_many_subjects_are_published_at_once(cur: Cursor) -> None:
    subjects = [new_subject() for _ in range(50)]

    published = journal.publish(cur, [outgoing(one) for one in subjects], now=NOW)

    assert [(one.subject, one.sequence) for one in published] == [(one, 1) for one in subjects]
    sent = rows(cur, "SELECT subject FROM outbox WHERE subject = ANY(%s) ORDER BY id", subjects)
    assert [row["subject"] for row in sent] == subjects


def test_what_is_published_is_what_the_wire_will_carry(cur: Cursor) -> None:
    subject = new_subject()
    data = data_of(subject, "Één \u2028 afspraak")
    state = Outgoing(subject, AGREEMENT_CHANGED, data, BOTH)
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    [published] = journal.publish(cur, [state], now=NOW, traceparent=parent)

    [row] = rows(cur, "SELECT body, hash FROM journal WHERE subject = %s", subject)
    [event] = unwrap(row["body"])
    assert (event.subject, event.sequence, event.data) == (subject, 1, data)
    assert event.hash == row["hash"] == published.hash == content_hash(data)
    assert (event.recorded_at, event.traceparent) == (NOW, parent)


def test_publishing_owes_it_to_everyone_and_sends_it_once(cur: Cursor) -> None:
    subject = new_subject()
    publish(cur, subject)

    assert states(cur, subject) == {(ZWOLLE, 1): "pending", (DRECHTSTEDEN, 1): "pending"}
    assert outbox(cur, subject) == [(1, sorted(BOTH))]


def test_nobody_to_tell_is_journaled_only(cur: Cursor) -> None:
    subject = new_subject()
    assert publish(cur, subject, audience=()).sequence == 1

    assert (states(cur, subject), outbox(cur, subject)) == ({}, [])


def test_a_state_that_no_consumer_could_read_is_refused_where_it_is_published(
    cur: Cursor,
) -> None:
    subject = new_subject()
    wrong = Outgoing(subject, AGREEMENT_CHANGED, {**data_of(subject), "status": "?"}, BOTH)

    with pytest.raises(Malformed, match="status"):
        journal.publish(cur, [wrong], now=NOW)


def test_a_late_joiner_is_sent_the_newest_state_only(cur: Cursor) -> None:
    subject, other = new_subject(), new_subject()
    publish(cur, subject, {ZWOLLE})
    publish(cur, subject, {ZWOLLE})
    publish(cur, other, {ZWOLLE})

    journal.resend(cur, [subject, other], audience=frozenset({ZUID_LIMBURG}), now=later(60))

    assert states(cur, subject)[ZUID_LIMBURG, 2] == "pending"
    assert (ZUID_LIMBURG, 1) not in states(cur, subject)
    assert outbox(cur, subject)[-1] == (2, [ZUID_LIMBURG])
    assert outbox(cur, other)[-1] == (1, [ZUID_LIMBURG])


def test_a_rejoiner_that_holds_it_stays_received_and_is_sent_it_once_more(cur: Cursor) -> None:
    subject = new_subject()
    receive(cur, receipt(publish(cur, subject, {ZWOLLE})))

    journal.resend(cur, [subject], audience=frozenset({ZWOLLE}), now=later(60))

    assert states(cur, subject) == {(ZWOLLE, 1): "received"}
    assert outbox(cur, subject) == [(1, [ZWOLLE]), (1, [ZWOLLE])]


def test_the_newest_state_is_known(cur: Cursor) -> None:
    subject = new_subject()
    assert journal.newest(cur, subject) is None
    publish(cur, subject)
    second = publish(cur, subject, title="Nieuw")

    assert journal.newest(cur, subject) == second


def test_a_frozen_subject_is_not_published_and_others_are(cur: Cursor) -> None:
    subject, other = new_subject(), new_subject()
    first = publish(cur, subject)
    receive(cur, receipt(first, sequence=5))

    with pytest.raises(SubjectFrozen, match=subject):
        publish(cur, subject)

    assert publish(cur, other).sequence == 1
