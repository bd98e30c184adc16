# SPDX-License-Identifier: EUPL-1.2
"""The checker finds each kind of violation when it is planted, and nothing where there is none."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.chaos.verdict import Verdict, judge, share

Record = dict[str, Any]
SUBJECT = "agreement/1"
OLD, NEW, OTHER = "a" * 64, "b" * 64, "c" * 64
REGIONS = ["AM23", "AM36"]


def answer(mark: str, outcome: str = "acknowledged", **more: object) -> Record:
    times = {"begun": 5.0, "after": 6.0, "asked": 1}
    told = {"kind": "publication", "mark": mark, "outcome": outcome}
    return {"record": "answer", **told, **times, **more}


def applied(sequence: int, recipient: str = "AM36", place: str = "gate") -> Record:
    where = {"place": place, "recipient": recipient, "subject": SUBJECT}
    return {"record": "applied", "sequence": sequence, **where}


def of_state(record: str, recipient: str, sequence: int, state_hash: str = NEW) -> Record:
    told = {"recipient": recipient, "subject": SUBJECT, "sequence": sequence, "hash": state_hash}
    return {"record": record, **told}


def counted_by(account: str, times: int, step: str = "offered") -> Record:
    told = {"subject": "tally/1/AM36", "step": step, "times": times}
    return {"record": "counted", "account": account, **told}


def fault(kind: str, effect: str | None, number: int = 1, begun: float = 10.0) -> Record:
    told = {"kind": kind, "effect": effect, "number": number}
    return {"record": "fault", **told, "begun": begun, "after": begun + 2}


def peaceful() -> list[Record]:
    """Give what a campaign records when all is well."""
    owes = {"subject": SUBJECT, "sequence": 2, "recipients": REGIONS}
    return [
        answer("first", owes=[{**owes, "sequence": 1}]),
        answer("second", owes=[owes]),
        answer("third", "unanswered"),
        {"record": "mark", "mark": "first"},
        {"record": "mark", "mark": "second"},
        {"record": "journal", "subject": SUBJECT, "sequence": 1, "hash": OLD},
        {"record": "journal", "subject": SUBJECT, "sequence": 2, "hash": NEW},
        *(of_state("owed", region, 2) for region in REGIONS),
        *(of_state("held", region, 2) for region in REGIONS),
        *(applied(sequence, region) for sequence in (1, 2) for region in REGIONS),
        fault("broker-killed", "process 1 ended", number=0),
        {"record": "recovery", "kind": "broker-killed", "number": 0, "seconds": 3.0, "after": 15.0},
    ]


def found(planted: Sequence[Record], without: Sequence[str] = ()) -> dict[str, int]:
    """Judge a peaceful campaign with something planted in it; `without` drops kinds of record."""
    kept = [one for one in peaceful() if one["record"] not in without]
    return counted(judge([*kept, *planted]))


def counted(verdict: Verdict) -> dict[str, int]:
    return {word: len(found) for word, found in verdict.findings.items() if found}


def test_peace_is_no_violation() -> None:
    verdict = judge(peaceful())

    assert verdict.clean
    assert (verdict.attempts, verdict.acknowledged, verdict.unanswered) == (3, 2, 1)
    assert verdict.faults == {"broker-killed": 1}
    assert verdict.recovery_seconds == {"broker-killed": {"p50": 3.0, "p95": 3.0, "max": 3.0}}


def test_acknowledged_command_that_left_no_mark_is_lost() -> None:
    assert found([answer("fourth")]) == {"lost": 1}


def test_unanswered_command_may_have_been_done_or_not() -> None:
    assert found([answer("fourth", "unanswered"), {"record": "mark", "mark": "third"}]) == {}


def test_command_that_was_done_twice_is_applied_twice() -> None:
    assert found([{"record": "mark", "mark": "first"}]) == {"applied_twice": 1}


def test_command_that_was_refused_and_done_is_unexpected() -> None:
    planted = [answer("fourth", "refused", tolerated=True), {"record": "mark", "mark": "fourth"}]

    assert found(planted) == {"unexpected": 1}


def test_state_that_is_owed_and_not_held_is_lost() -> None:
    assert found([of_state("owed", "AM30", 2)]) == {"lost": 1}


def test_state_that_a_caller_knows_and_the_ledger_forgot_is_lost() -> None:
    owes = {"subject": SUBJECT, "sequence": 2, "recipients": ["AM30"]}
    planted = [answer("first", owes=[owes])]

    assert found(planted) == {"lost": 1}


@pytest.mark.parametrize(
    ("sequence", "state_hash"),
    [(1, OLD), (2, OTHER), (3, NEW)],
    ids=["older", "other content", "never published"],
)
def test_state_that_is_not_the_owners_newest_is_divergent(sequence: int, state_hash: str) -> None:
    planted = [of_state("owed", "AM30", 2), of_state("held", "AM30", sequence, state_hash)]

    assert found(planted) == {"divergent": 1}


@pytest.mark.parametrize(
    ("told", "replayed", "divergent"),
    [(3, 3, 0), (3, 2, 1), (2, 3, 1)],
    ids=["equal", "too many", "too few"],
)
def test_count_that_a_replay_does_not_give_is_divergent(
    told: int, replayed: int, divergent: int
) -> None:
    verdict = judge([*peaceful(), counted_by("told", told), counted_by("replay", replayed)])

    assert len(verdict.divergent) == divergent


def test_count_that_one_account_leaves_out_is_divergent_unless_it_is_none() -> None:
    both = [counted_by("told", 1), counted_by("replay", 1)]

    assert found([*both, counted_by("replay", 1, "started")]) == {"divergent": 1}
    assert found([*both, counted_by("told", 0, "started")]) == {}


@pytest.mark.parametrize("place", ["gate", "region_agreements", "tallies"])
def test_same_sequence_written_again_is_applied_twice(place: str) -> None:
    assert found([applied(2, place=place), applied(2, place=place)], ["applied"]) == {
        "applied_twice": 1
    }


def test_same_state_at_another_recipient_is_not_applied_twice() -> None:
    assert found([applied(2, "AM30")]) == {}


def test_older_sequence_written_after_a_newer_one_is_older_over_newer() -> None:
    assert found([applied(1)]) == {"older_over_newer": 1}


def test_gap_is_no_violation() -> None:
    assert found([applied(7)]) == {}


def test_refusal_that_was_not_to_be_expected_is_unexpected() -> None:
    assert found([answer("fourth", "refused", said="409")]) == {"unexpected": 1}
    assert found([answer("fourth", "refused", tolerated=True)]) == {}


def test_trouble_that_no_fault_explains_is_unexpected() -> None:
    net = {"record": "trouble", "what": "dead letter of broker", "why": "no route"}

    assert found([net]) == {"unexpected": 1}
    assert found([net, fault("queue-deleted", "404")]) == {}
    assert found([net, fault("queue-deleted", None)]) == {"unexpected": 1}
    assert found([{**net, "what": "anomaly"}, fault("queue-deleted", "404")]) == {"unexpected": 1}
    blocked = {**net, "what": "blocked"}
    assert found([blocked, fault("queue-deleted", "404")]) == {"unexpected": 1}
    assert found([blocked, fault("broker-disk-full", "full")]) == {}


def test_fault_of_which_nothing_was_seen_is_not_counted() -> None:
    verdict = judge([*peaceful(), fault("broker-killed", None), fault("memory-alarm", None)])

    assert verdict.faults == {"broker-killed": 1}
    assert verdict.unproven == {"broker-killed": 1, "memory-alarm": 1}


@pytest.mark.parametrize(
    ("begun", "ended", "counted"),
    [(1.0, 9.9, 1), (9.0, 10.0, 0), (12.5, 13.0, 0), (15.1, 16.0, 1)],
    ids=["before", "meets the beginning", "before recovery", "after recovery"],
)
def test_command_is_outside_outages_when_no_moment_of_it_is_between_a_fault_and_recovery(
    begun: float, ended: float, counted: int
) -> None:
    before = judge(peaceful())
    planted = answer("third", "unanswered", begun=begun, after=ended)

    verdict = judge([*peaceful(), planted])

    assert verdict.calm - before.calm == counted


def test_success_outside_outages_is_an_acknowledgement_at_the_first_asking() -> None:
    again = answer("first", asked=2)
    refused = answer("second", "refused", tolerated=True)

    assert judge(peaceful()).calm_share == round(2 / 3, 4)
    assert judge([*peaceful(), again, refused]).calm_share == round(2 / 5, 4)


def test_fault_that_was_never_recovered_from_is_an_outage_to_the_end() -> None:
    late = answer("third", "unanswered", begun=900.0, after=901.0)
    struck = fault("memory-alarm", "alarm", begun=20.0)

    assert judge([*peaceful(), late]).calm == judge(peaceful()).calm + 1
    assert judge([*peaceful(), late, struck]).calm == judge(peaceful()).calm


def test_order_of_what_was_written_by_hand_is_not_judged_and_what_is_held_is() -> None:
    by_hand = {"record": "tampered", "place": "gate", "recipient": "AM36", "subject": SUBJECT}
    gone = [of_state("held", "AM36", 1, OLD)]

    assert found([by_hand, applied(1)]) == {}
    assert found([by_hand, applied(1, "AM23")]) == {"older_over_newer": 1}
    assert found([by_hand, *gone]) == {"lost": 1, "divergent": 1}


def test_share_is_the_nearest_rank() -> None:
    values = [float(number) for number in range(1, 21)]

    assert [share(values, part) for part in (0.5, 0.95, 1.0)] == [10.0, 19.0, 20.0]
    assert share([4.0], 0.95) == 4.0
