# SPDX-License-Identifier: EUPL-1.2
"""The ledger closes by what recipients say they hold, and never forgets what cannot be."""

from shared.contracts import unwrap
from shared.messaging import journal, ledger
from shared.runtime import Cursor
from shared.runtime.db import connect
from tests.integration.messaging.post import (
    BOTH,
    DRECHTSTEDEN,
    NOW,
    ZWOLLE,
    later,
    new_subject,
    outgoing,
    publish,
    receipt,
    receive,
    rows,
    states,
)
from tests.servers import ServiceDatabase

OTHER_HASH = "0" * 64


def anomalies(cur: Cursor, subject: str) -> list[tuple[str, str, int]]:
    """Give what was noted about a subject."""
    found = rows(cur, "SELECT kind, recipient, sequence FROM anomalies WHERE subject = %s", subject)
    return [(row["kind"], row["recipient"], row["sequence"]) for row in found]


def test_a_receipt_closes_its_own_row_with_the_hash_that_the_recipient_computed(
    cur: Cursor,
) -> None:
    subject = new_subject()
    first = publish(cur, subject)

    receive(cur, receipt(first), now=later(1))

    assert states(cur, subject) == {(ZWOLLE, 1): "received", (DRECHTSTEDEN, 1): "pending"}
    [row], total = ledger.deliveries(cur, subject, recipient=ZWOLLE, limit=10)
    assert total == 1
    assert row["hash"] == row["received_hash"] == first.hash
    assert row["received_at"] == later(1)


def test_a_receipt_of_a_newer_state_supersedes_the_older(cur: Cursor) -> None:
    subject = new_subject()
    publish(cur, subject, {ZWOLLE})
    publish(cur, subject, {ZWOLLE})
    third = publish(cur, subject, {ZWOLLE})

    receive(cur, receipt(third))

    assert states(cur, subject) == {
        (ZWOLLE, 1): "superseded",
        (ZWOLLE, 2): "superseded",
        (ZWOLLE, 3): "received",
    }


def test_an_older_receipt_leaves_the_newer_row_open(cur: Cursor) -> None:
    subject = new_subject()
    first = publish(cur, subject, {ZWOLLE})
    publish(cur, subject, {ZWOLLE})

    receive(cur, receipt(first))

    assert states(cur, subject) == {(ZWOLLE, 1): "received", (ZWOLLE, 2): "pending"}


def test_what_was_received_stays_so_whatever_comes_later(cur: Cursor) -> None:
    subject = new_subject()
    first = publish(cur, subject, {ZWOLLE})
    receive(cur, receipt(first), now=later(1))

    receive(cur, receipt(first), now=later(2))
    receive(cur, receipt(first, outcome="refused", reason="late"), now=later(3))

    [row], _ = ledger.deliveries(cur, subject, limit=10)
    assert (row["state"], row["received_at"], row["reason"]) == ("received", later(1), None)


def test_a_refusal_stands_in_sight_until_a_receipt_heals_it(cur: Cursor) -> None:
    subject = new_subject()
    first = publish(cur, subject, {ZWOLLE})

    receive(cur, receipt(first, outcome="refused", reason="no room"))
    [row], _ = ledger.deliveries(cur, subject, limit=10)
    assert (row["state"], row["reason"]) == ("refused", "no room")

    receive(cur, receipt(first))
    [row], _ = ledger.deliveries(cur, subject, limit=10)
    assert (row["state"], row["reason"]) == ("received", None)


def test_one_batch_may_hold_several_receipts_of_one_recipient(cur: Cursor) -> None:
    subject = new_subject()
    first = publish(cur, subject, {ZWOLLE})
    second = publish(cur, subject, {ZWOLLE})

    receive(cur, receipt(second), receipt(first), receipt(second))

    assert states(cur, subject) == {(ZWOLLE, 1): "superseded", (ZWOLLE, 2): "received"}


def test_another_content_under_the_same_sequence_is_noted_once(cur: Cursor) -> None:
    subject = new_subject()
    first = publish(cur, subject)

    receive(cur, receipt(first, hash=OTHER_HASH))
    receive(cur, receipt(first, hash=OTHER_HASH))

    assert anomalies(cur, subject) == [("differs", ZWOLLE, 1)]
    [row], _ = ledger.deliveries(cur, subject, recipient=ZWOLLE, limit=10)
    assert (row["state"], row["hash"], row["received_hash"]) == ("refused", first.hash, OTHER_HASH)
    assert publish(cur, subject).sequence == 2


def test_a_recipient_ahead_of_its_owner_is_noted(cur: Cursor) -> None:
    subject = new_subject()
    first = publish(cur, subject, {ZWOLLE})

    receive(cur, receipt(first, sequence=9))

    assert anomalies(cur, subject) == [("ahead", ZWOLLE, 9)]
    assert (ZWOLLE, 9) not in states(cur, subject)


def test_a_receipt_of_what_was_never_owed_changes_no_row(cur: Cursor) -> None:
    subject = new_subject()
    first = publish(cur, subject, {ZWOLLE})

    receive(cur, receipt(first, recipient=DRECHTSTEDEN))

    assert states(cur, subject) == {(ZWOLLE, 1): "pending"}
    assert anomalies(cur, subject) == []


def test_those_who_listen_are_told_what_was_settled(cur: Cursor) -> None:
    subject = new_subject()
    receive(cur, receipt(publish(cur, subject)))

    [row] = rows(cur, "SELECT body FROM outbox WHERE exchange = 'live' ORDER BY id DESC LIMIT 1")
    [hint] = unwrap(bytes(row["body"]))
    assert hint.data["subjects"] == [subject]
    assert hint.data["recipients"] == [ZWOLLE]


def test_deliveries_come_by_page_newest_state_first(cur: Cursor) -> None:
    subject = new_subject()
    first = publish(cur, subject)
    publish(cur, subject)
    receive(cur, receipt(first, DRECHTSTEDEN))

    page, total = ledger.deliveries(cur, subject, limit=3)
    assert total == 4
    assert [(row["sequence"], row["recipient"]) for row in page] == [
        (2, DRECHTSTEDEN),
        (2, ZWOLLE),
        (1, DRECHTSTEDEN),
    ]
    assert ledger.deliveries(cur, subject, sequence=1, state="pending", limit=9)[1] == 1


def test_the_newest_states_are_those_of_the_newest_delivery_to_each_recipient(cur: Cursor) -> None:
    subject, other = new_subject(), new_subject()
    receive(cur, receipt(publish(cur, subject)))
    publish(cur, subject, BOTH)
    receive(cur, receipt(publish(cur, other, {ZWOLLE}), ZWOLLE))

    assert ledger.newest_states(cur, [subject, other]) == {
        subject: {ZWOLLE: "pending", DRECHTSTEDEN: "pending"},
        other: {ZWOLLE: "received"},
    }


def rows_read(cur: Cursor) -> int:
    """Give how many rows of the ledger this transaction has read, by whatever way."""
    [row] = rows(
        cur,
        "SELECT pg_stat_get_xact_tuples_returned(c.oid) + pg_stat_get_xact_tuples_fetched(c.oid)"
        " + (SELECT sum(pg_stat_get_xact_tuples_returned(i.indexrelid)) FROM pg_index AS i"
        " WHERE i.indrelid = c.oid) AS rows"
        " FROM pg_class AS c WHERE c.relname = 'deliveries'",
    )
    return int(row["rows"])


def test_receipts_are_found_by_their_key_however_much_is_open(
    cur: Cursor, agreements_database: ServiceDatabase
) -> None:
    with connect(agreements_database.owner_url, application_name="tests") as owner:
        past = [outgoing(new_subject()) for _ in range(200)]
        journal.publish(owner.cursor(), past, now=NOW)
        owner.execute("UPDATE deliveries SET state = 'received'")
        # From now on the planner believes that nothing is ever open.
        owner.execute("ANALYZE")
    waiting = journal.publish(cur, [outgoing(new_subject()) for _ in range(300)], now=NOW)
    before = rows_read(cur)

    receive(cur, *(receipt(one, of) for one in waiting[:10] for of in BOTH))

    assert set(states(cur, waiting[9].subject).values()) == {"received"}
    assert rows_read(cur) - before < 200
