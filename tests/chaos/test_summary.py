# SPDX-License-Identifier: EUPL-1.2
"""What a campaign writes down says all that was asked of it, and its page is made of that."""

from tests.chaos.summary import campaigns, recoveries, summarised
from tests.chaos.verdict import judge

KILLED = {"number": 0, "kind": "broker-killed"}
RECORDS = [
    {"record": "answer", "outcome": "acknowledged", "mark": None, "kind": "renaming"}
    | {"begun": 1.0, "after": 2.0, "asked": 1},
    {"record": "fault", **KILLED, "effect": "process 1 ended", "begun": 3.0, "after": 4.0},
    {"record": "fault", **KILLED, "effect": None, "begun": 8.0, "after": 9.0},
    {"record": "recovery", **KILLED, "seconds": 2.5, "after": 7.0},
    {"record": "trouble", "what": "anomaly", "why": "ahead"},
]


def test_summary_counts_what_was_done_struck_and_found() -> None:
    told = summarised(judge(RECORDS), seed=7, minutes=20.0, deliveries=35)

    assert (told["seed"], told["minutes"], told["attempts"], told["acknowledged"]) == (7, 20, 1, 1)
    assert (told["faults"], told["not_seen"]) == ({"broker-killed": 1}, {"broker-killed": 1})
    assert told["recovery_seconds"] == {"broker-killed": {"p50": 2.5, "p95": 2.5, "max": 2.5}}
    assert told["outside_outages"] == {"commands": 1, "succeeded": 1, "share": 1.0}
    words = ("lost", "applied_twice", "older_over_newer", "divergent", "unexpected")
    assert [told[word] for word in words] == [0, 0, 0, 0, 1]


def test_tables_have_a_row_for_each_campaign_and_for_each_kind() -> None:
    told = summarised(judge(RECORDS), seed=7, minutes=20.0, deliveries=12_345)

    [_, _, row] = campaigns([told]).splitlines()
    assert row.endswith("| 1 | 1 | 1 | 1 | 100.0% of 1 | 12,345 | 0 | 0 | 0 | 0 | 1 |")
    [_, _, row] = recoveries([told]).splitlines()
    assert row == "| `broker-killed` | 1 | 2.5 s | 2.5 s | 2.5 s |"
