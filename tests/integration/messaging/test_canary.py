# SPDX-License-Identifier: EUPL-1.2
"""The canary goes the way of every state, is measured apart, and is forgotten once settled."""

from datetime import datetime, timedelta

from prometheus_client import REGISTRY

from services.agreements.handlers import canary_state
from shared.contracts.canary import AUDIENCE, SUBJECT
from shared.messaging import Published, canary, journal
from shared.runtime import Cursor
from tests.integration.messaging.post import (
    DRECHTSTEDEN,
    NOW,
    ZWOLLE,
    later,
    mark_sent,
    new_subject,
    outbox,
    publish,
    receipt,
    receive,
    rows,
    states,
)


def amend(cur: Cursor, now: datetime = NOW) -> Published:
    """Let the canary be amended, and give what became of it."""
    canary.amend(cur, canary_state, now=now)
    published = journal.newest(cur, SUBJECT)
    assert published is not None
    return published


def everybody_confirms(cur: Cursor, published: Published, *but: str) -> None:
    receive(cur, *(receipt(published, one) for one in AUDIENCE.difference(but)))


def measured(cur: Cursor) -> dict[str, float | None]:
    """Give what is told of the two regions."""
    canary.measure(cur, NOW)
    name = "schakel_canary_received_timestamp_seconds"
    return {one: REGISTRY.get_sample_value(name, {"region": one}) for one in (ZWOLLE, DRECHTSTEDEN)}


def counted(name: str) -> float:
    return REGISTRY.get_sample_value(f"schakel_{name}_seconds_count") or 0.0


def kept(cur: Cursor) -> list[int]:
    """Give the states of the canary that the journal still has."""
    found = rows(cur, "SELECT sequence FROM journal WHERE subject = %s ORDER BY 1", SUBJECT)
    return [row["sequence"] for row in found]


def test_every_amendment_is_owed_to_every_region_and_goes_out_once(cur: Cursor) -> None:
    first, second = amend(cur), amend(cur, later(60))

    assert (first.sequence, second.sequence) == (1, 2)
    assert first.hash != second.hash
    assert outbox(cur, SUBJECT) == [(1, sorted(AUDIENCE)), (2, sorted(AUDIENCE))]
    assert set(states(cur, SUBJECT).values()) == {"pending"}
    assert len(states(cur, SUBJECT)) == 70


def test_what_is_told_of_a_region_is_the_moment_of_what_it_confirmed_last(cur: Cursor) -> None:
    first = amend(cur)
    assert measured(cur) == {ZWOLLE: NOW.timestamp(), DRECHTSTEDEN: NOW.timestamp()}

    amend(cur, later(60))
    third = amend(cur, later(120))
    everybody_confirms(cur, third, DRECHTSTEDEN)
    receive(cur, receipt(first, DRECHTSTEDEN))

    assert measured(cur) == {ZWOLLE: later(120).timestamp(), DRECHTSTEDEN: NOW.timestamp()}


def test_a_promise_is_counted_without_the_canary(cur: Cursor) -> None:
    before = [counted(name) for name in ("canary_lag", "fanout_lag", "fanout_complete")]

    everybody_confirms(cur, amend(cur))

    after = [counted(name) for name in ("canary_lag", "fanout_lag", "fanout_complete")]
    assert [b - a for a, b in zip(before, after, strict=True)] == [35, 0, 0]


def test_nobody_who_looks_on_hears_of_it(cur: Cursor) -> None:
    everybody_confirms(cur, amend(cur))
    assert rows(cur, "SELECT id FROM outbox WHERE exchange = 'live'") == []

    receive(cur, receipt(publish(cur, new_subject())))

    assert len(rows(cur, "SELECT id FROM outbox WHERE exchange = 'live'")) == 2


def test_after_a_day_only_what_is_owed_or_newest_or_unsent_is_kept(cur: Cursor) -> None:
    unsent, settled, owed, newest = (amend(cur, later(60 * n)) for n in range(4))
    cur.execute("UPDATE outbox SET sent_at = created_at WHERE sequence <> %s", (unsent.sequence,))
    for one in (unsent, settled):
        everybody_confirms(cur, one)
    everybody_confirms(cur, newest, DRECHTSTEDEN)
    other = publish(cur, new_subject())
    receive(cur, receipt(other), receipt(other, DRECHTSTEDEN))

    last = amend(cur, NOW + timedelta(days=2))

    assert kept(cur) == [unsent.sequence, owed.sequence, newest.sequence, last.sequence]
    assert {place for place in states(cur, SUBJECT) if place[1] != last.sequence} == {
        (DRECHTSTEDEN, one.sequence) for one in (owed, newest)
    }
    assert len(states(cur, other.subject)) == 2


def test_the_newest_is_never_forgotten_and_the_next_has_the_next_number(cur: Cursor) -> None:
    everybody_confirms(cur, amend(cur))
    mark_sent(cur)
    everybody_confirms(cur, amend(cur, NOW + timedelta(days=9)))
    mark_sent(cur)
    assert kept(cur) == [2]

    assert amend(cur, NOW + timedelta(days=18)).sequence == 3


def test_an_owner_behind_its_recipients_amends_nothing_and_goes_on(cur: Cursor) -> None:
    first = amend(cur)
    receive(cur, receipt(first, sequence=7))

    canary.amend(cur, canary_state, now=later(60))

    assert kept(cur) == [1]
    assert publish(cur, new_subject()).sequence == 1
