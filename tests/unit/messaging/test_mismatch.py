# SPDX-License-Identifier: EUPL-1.2
"""What is owed and what is held disagree in five ways, the most serious of which is told."""

import pytest

from shared.messaging.mismatch import Held, Owed, State, class_of, compare

FIRST, SECOND, THIRD = State(1, "a"), State(2, "b"), State(3, "c")
OTHER = State(2, "z")


@pytest.mark.parametrize(
    ("owed", "held", "kind"),
    [
        (SECOND, Held(SECOND, SECOND), None),
        (None, Held(), None),
        (SECOND, Held(), "missing"),
        (SECOND, Held(SECOND, None), "missing"),
        (SECOND, Held(FIRST, FIRST), "stale"),
        (SECOND, Held(SECOND, FIRST), "stale"),
        (SECOND, Held(None, FIRST), "stale"),
        (SECOND, Held(OTHER, OTHER), "differs"),
        (SECOND, Held(SECOND, OTHER), "differs"),
        (SECOND, Held(OTHER, SECOND), "differs"),
        (SECOND, Held(None, SECOND), "differs"),
        (SECOND, Held(FIRST, SECOND), "differs"),
        (SECOND, Held(THIRD, THIRD), "ahead"),
        (SECOND, Held(THIRD, SECOND), "ahead"),
        (SECOND, Held(SECOND, THIRD), "ahead"),
        (SECOND, Held(THIRD, None), "ahead"),
        (None, Held(FIRST, FIRST), "ghost"),
        (None, Held(FIRST, None), "ghost"),
        (None, Held(None, FIRST), "ghost"),
    ],
)
def test_each_disagreement_has_its_class(owed: State | None, held: Held, kind: str | None) -> None:
    assert class_of(owed, held) == kind


@pytest.mark.parametrize(
    ("held", "found"),
    [
        (Held(), []),
        (Held(FIRST, FIRST), []),
        (Held(SECOND, OTHER), ["differs"]),
        (Held(THIRD, THIRD), ["ahead"]),
    ],
)
def test_what_is_still_on_its_way_is_neither_missing_nor_stale(
    held: Held, found: list[str]
) -> None:
    owed = {"agreement/1": Owed(SECOND, open=True)}

    assert [one.kind for one in compare(owed, {"agreement/1": held})] == found


def test_a_mismatch_tells_both_sides() -> None:
    owed = {"agreement/1": Owed(SECOND, open=False)}

    [one] = compare(owed, {"agreement/1": Held(SECOND, FIRST)})

    assert one.to_row() == {
        "subject": "agreement/1",
        "class": "stale",
        "owed_sequence": 2,
        "owed_hash": "b",
        "gate_sequence": 2,
        "gate_hash": "b",
        "stored_sequence": 1,
        "stored_hash": "a",
    }
