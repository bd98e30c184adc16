# SPDX-License-Identifier: EUPL-1.2
"""What is owed and lost is sent again; what may still be on its way is not."""

from datetime import datetime, timedelta

import pytest

from shared.messaging import journal, policy, watchdog
from shared.messaging.journal import QUERIES
from shared.runtime import Cursor
from tests.integration.messaging.post import (
    BOTH,
    DRECHTSTEDEN,
    NOW,
    ZUID_LIMBURG,
    ZWOLLE,
    later,
    mark_sent,
    new_subject,
    outbox,
    publish,
    receipt,
    receive,
    rows,
)

DUE = 60.0


def empty(_queue: str) -> bool:
    return True


def full(_queue: str) -> bool:
    return False


@pytest.fixture
def subject(cur: Cursor) -> str:
    """Give a subject that was sent to Zwolle and Drechtsteden, and not acknowledged."""
    sent = new_subject()
    publish(cur, sent)
    mark_sent(cur)
    return sent


def next_check(cur: Cursor, subject: str, recipient: str = ZWOLLE) -> datetime:
    question = "SELECT next_check_at FROM deliveries WHERE subject = %s AND recipient = %s"
    moment: datetime = rows(cur, question, subject, recipient)[0]["next_check_at"]
    return moment


def test_nothing_is_sent_again_before_its_time(cur: Cursor, subject: str) -> None:
    assert watchdog.look(cur, empty, now=later(29)) == 0
    assert outbox(cur, subject) == [(1, sorted(BOTH))]


def test_what_a_clock_that_was_ahead_put_off_is_looked_at_when_the_clock_is_right_again(
    cur: Cursor,
) -> None:
    subject = new_subject()
    publish(cur, subject, now=NOW + timedelta(days=1))
    mark_sent(cur)

    assert watchdog.look(cur, empty, now=NOW) == 2

    assert next_check(cur, subject) <= later(DUE)


def test_an_empty_queue_means_that_it_was_lost(cur: Cursor, subject: str) -> None:
    assert watchdog.look(cur, empty, now=later(DUE)) == 2

    assert outbox(cur, subject) == [(1, sorted(BOTH)), (1, sorted(BOTH))]


def test_only_the_recipients_whose_queue_is_empty_are_sent_it(cur: Cursor, subject: str) -> None:
    asked = []

    def look(queue: str) -> bool:
        asked.append(queue)
        return queue == "regions.AM36"

    assert watchdog.look(cur, look, now=later(DUE)) == 1

    assert outbox(cur, subject)[1:] == [(1, [ZWOLLE])]
    assert sorted(asked) == ["regions.AM23", "regions.AM36"]


def test_what_waits_in_a_queue_is_postponed(cur: Cursor, subject: str) -> None:
    assert watchdog.look(cur, full, now=later(DUE)) == 0

    assert outbox(cur, subject) == [(1, sorted(BOTH))]
    assert next_check(cur, subject) > later(DUE)


def test_what_was_overtaken_is_lost_though_the_queue_is_full(cur: Cursor, subject: str) -> None:
    overtaking = publish(cur, new_subject(), now=later(1))
    mark_sent(cur)
    receive(cur, receipt(overtaking, ZWOLLE))

    watchdog.look(cur, full, now=later(DUE))

    assert outbox(cur, subject)[1:] == [(1, [ZWOLLE])]


def test_what_was_sent_before_overtakes_nothing(cur: Cursor) -> None:
    earlier = publish(cur, new_subject())
    subject = new_subject()
    publish(cur, subject, now=later(1))
    mark_sent(cur)
    receive(cur, receipt(earlier, ZWOLLE))

    watchdog.look(cur, full, now=later(DUE))

    assert outbox(cur, subject) == [(1, sorted(BOTH))]


@pytest.mark.parametrize(("minutes", "times"), [(14, 1), (15, 2)])
def test_a_quarter_of_an_hour_is_long_enough(
    cur: Cursor, subject: str, minutes: int, times: int
) -> None:
    watchdog.look(cur, full, now=NOW + timedelta(minutes=minutes))

    assert len(outbox(cur, subject)) == times


def test_never_while_it_still_waits_in_the_outbox(cur: Cursor) -> None:
    subject = new_subject()
    publish(cur, subject)

    assert watchdog.look(cur, empty, now=later(DUE)) == 0

    mark_sent(cur)
    assert watchdog.look(cur, empty, now=later(DUE)) == 2
    assert watchdog.look(cur, empty, now=later(2000)) == 0
    assert len(outbox(cur, subject)) == 2


def test_a_row_that_is_blocked_does_not_hold_it_back(cur: Cursor) -> None:
    subject = new_subject()
    publish(cur, subject, {ZWOLLE})
    [row] = cur.execute(QUERIES["unsent"], {"window": 1, "aside": []}).fetchall()
    failed = {"ids": [row["id"]], "most": 1, "reason": "nacked"}
    cur.execute(QUERIES["mark_failed"], failed)

    assert watchdog.look(cur, empty, now=later(DUE)) == 1


def test_only_the_newest_state_is_sent_again(cur: Cursor, subject: str) -> None:
    publish(cur, subject, {ZWOLLE})
    mark_sent(cur)

    watchdog.look(cur, empty, now=later(DUE))

    assert sorted(outbox(cur, subject)[2:]) == [(1, [DRECHTSTEDEN]), (2, [ZWOLLE])]


def test_what_was_refused_waits_for_a_replay(cur: Cursor) -> None:
    subject = new_subject()
    first = publish(cur, subject, {ZWOLLE})
    mark_sent(cur)
    receive(cur, receipt(first, outcome="refused", reason="no room"))

    assert watchdog.look(cur, empty, now=later(5000)) == 0


def test_what_was_received_is_left_alone(cur: Cursor, subject: str) -> None:
    first = journal.newest(cur, subject)
    assert first is not None
    receive(cur, receipt(first, ZWOLLE), receipt(first, DRECHTSTEDEN))

    assert watchdog.look(cur, empty, now=later(5000)) == 0


def test_each_look_waits_longer_up_to_a_quarter_of_an_hour(cur: Cursor, subject: str) -> None:
    now, pauses = later(DUE), []
    for _ in range(12):
        watchdog.look(cur, empty, now=now)
        mark_sent(cur)
        pauses.append((next_check(cur, subject) - now).total_seconds())
        now = next_check(cur, subject) + timedelta(seconds=1)

    for sends, pause in enumerate(pauses, start=2):
        ceiling = min(policy.WATCHDOG.cap_seconds, 30 * 2 ** (sends - 1))
        assert ceiling / 2 <= pause <= ceiling
    [row] = rows(
        cur, "SELECT sends FROM deliveries WHERE subject = %s AND recipient = %s", subject, ZWOLLE
    )
    assert row["sends"] == 13


def test_a_broker_that_was_away_makes_everything_due_at_once(cur: Cursor, subject: str) -> None:
    assert watchdog.look(cur, empty, now=later(1)) == 0

    cur.execute(QUERIES["look_now"], {"now": later(1)})

    assert watchdog.look(cur, empty, now=later(1)) == 2
    assert len(outbox(cur, subject)) == 2


def test_a_late_joiner_is_watched_from_when_it_joined(cur: Cursor, subject: str) -> None:
    journal.resend(cur, [subject], audience=frozenset({ZUID_LIMBURG}), now=later(1000))
    mark_sent(cur)

    assert next_check(cur, subject, ZUID_LIMBURG) == later(1030)
    watchdog.look(cur, full, now=later(1031))
    assert (1, [ZUID_LIMBURG]) not in outbox(cur, subject)[2:]
