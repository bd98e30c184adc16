# SPDX-License-Identifier: EUPL-1.2
"""A newer state passes the gate; an equal or older one never does."""

import pytest

from shared.messaging import gate
from shared.messaging.notices import Receipt
from shared.runtime import Cursor
from tests.integration.messaging.post import (
    DRECHTSTEDEN,
    NOW,
    ZWOLLE,
    arrival,
    later,
    new_subject,
    rows,
)


def admitted(cur: Cursor, *sequences: int, subject: str) -> list[int]:
    """Let states come in one after another; give those that passed."""
    passed = []
    for sequence in sequences:
        passed += gate.admit(cur, [arrival(subject, sequence)], now=NOW)
    return [one.sequence for one in passed]


@pytest.mark.parametrize(
    ("come", "pass_"),
    [
        ([1], [1]),
        ([1, 1], [1]),
        ([2, 1], [2]),
        ([1, 3, 2, 3, 4], [1, 3, 4]),
        ([7], [7]),
    ],
)
def test_only_what_is_newer_passes(cur: Cursor, come: list[int], pass_: list[int]) -> None:
    assert admitted(cur, *come, subject=new_subject()) == pass_


def test_what_does_not_pass_changes_nothing(cur: Cursor) -> None:
    subject = new_subject()
    first = arrival(subject, 2, title="Eerst")
    gate.admit(cur, [first], now=NOW)

    other = arrival(subject, 2, title="Anders")
    assert gate.admit(cur, [other, arrival(new_subject())], now=later(60))[0] is not other

    [held] = gate.held(cur, [first.key])
    assert held == Receipt(ZWOLLE, subject, 2, first.hash)
    [row] = rows(cur, "SELECT applied_at FROM gate WHERE subject = %s", subject)
    assert row["applied_at"] == NOW


def test_each_recipient_has_a_gate_of_its_own(cur: Cursor) -> None:
    subject = new_subject()
    gate.admit(cur, [arrival(subject, 3, recipient=ZWOLLE)], now=NOW)

    slow = arrival(subject, 1, recipient=DRECHTSTEDEN)

    assert gate.admit(cur, [slow], now=NOW) == [slow]


def test_the_newest_of_a_batch_stands_for_the_rest() -> None:
    subject, other = new_subject(), new_subject()
    batch = [arrival(subject, 2), arrival(subject, 3), arrival(subject, 1), arrival(other, 1)]

    newest = {one.subject: one.sequence for one in gate.newest(batch)}

    assert newest == {subject: 3, other: 1}


def test_the_gate_keeps_the_hash_of_what_was_stored(cur: Cursor) -> None:
    true, false = arrival(new_subject()), arrival(new_subject())
    gate.admit(cur, [true, false], now=NOW)

    gate.correct(cur, [true, false], {true.key: true.hash, false.key: "0" * 64})

    held = {one.subject: one.hash for one in gate.held(cur, [true.key, false.key])}
    assert held == {true.subject: true.hash, false.subject: "0" * 64}


def test_nothing_asks_nothing(cur: Cursor) -> None:
    assert gate.admit(cur, [], now=NOW) == []
    assert gate.held(cur, []) == []
