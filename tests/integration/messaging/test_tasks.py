# SPDX-License-Identifier: EUPL-1.2
"""A task waits once for a desk, until it is closed, and each desk sees its own list."""

from datetime import date, timedelta
from typing import Any

import orjson
import pytest

from shared.messaging import tasks
from shared.messaging.tasks import SLW, Task
from shared.runtime import Call, Cursor, Principal
from tests.integration.messaging.post import NOW

SUBJECT = "support/5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d"
LATER = NOW + timedelta(days=1)
TO_APPROVE = Task("AM23", "support_to_approve", SUBJECT, {"need": "zwaar"}, date(2026, 12, 4))
Json = dict[str, Any]


def open_(cur: Cursor, *wanted: Task) -> None:
    tasks.open(cur, wanted, service="agreements", now=NOW)


def listed(cur: Cursor, scope: dict[str, str] | None = None, **params: object) -> list[Json]:
    call = Call(
        operation="list_tasks",
        params={"page": 1, "pageSize": 50, **params},
        body=None,
        principal=Principal("local", "wsp-officer", scope or {}),
        if_match=None,
        idempotency_key="k",
        deadline=0.0,
        traceparent=None,
        now=NOW,
    )
    items: list[Json] = tasks.list_tasks(cur, call).body["items"]
    return items


def hints(cur: Cursor) -> list[Json]:
    rows = cur.execute("SELECT body FROM outbox WHERE exchange = 'live' ORDER BY id").fetchall()
    return [orjson.loads(bytes(row["body"]))["data"] for row in rows]


def test_task_waits_with_what_it_is_about(cur: Cursor) -> None:
    open_(cur, TO_APPROVE)

    (task,) = listed(cur)
    assert (task["assignee"], task["kind"], task["subject"]) == TO_APPROVE_NAME
    assert (task["about"], task["dueOn"], task["closedAt"]) == (
        {"need": "zwaar"},
        "2026-12-04",
        None,
    )


TO_APPROVE_NAME = ("AM23", "support_to_approve", SUBJECT)


def test_task_waits_once_however_often_it_is_opened(cur: Cursor) -> None:
    open_(cur, TO_APPROVE)
    open_(cur, Task("AM23", "support_to_approve", SUBJECT, {}, date(2026, 12, 9)))

    (task,) = listed(cur)
    assert task["dueOn"] == "2026-12-09"
    assert [hint["what"] for hint in hints(cur)] == ["task-opened"]


def test_task_closed_can_be_opened_again(cur: Cursor) -> None:
    open_(cur, TO_APPROVE)
    tasks.close(cur, SUBJECT, service="agreements", now=LATER, outcome="approved")
    open_(cur, TO_APPROVE)

    assert [task["outcome"] for task in listed(cur, open="false")] == ["approved"]
    assert [task["outcome"] for task in listed(cur, open="true")] == [None]
    assert [hint["what"] for hint in hints(cur)] == ["task-opened", "task-closed", "task-opened"]
    assert hints(cur)[0]["recipients"] == ["AM23"]


def test_only_the_kinds_that_are_named_are_closed(cur: Cursor) -> None:
    open_(cur, TO_APPROVE, Task(SLW, "support_escalated", SUBJECT))
    tasks.close(cur, SUBJECT, service="agreements", now=LATER, kinds={"support_to_approve"})

    assert [task["kind"] for task in listed(cur, open="true")] == ["support_escalated"]


def test_what_goes_on_waiting_is_neither_closed_nor_opened_again(cur: Cursor) -> None:
    escalated = Task(SLW, "support_escalated", SUBJECT)
    elsewhere = Task("AM36", "support_to_approve", f"{SUBJECT}0")
    open_(cur, TO_APPROVE, elsewhere)

    tasks.replace(cur, [SUBJECT], [TO_APPROVE, escalated], service="agreements", now=LATER)
    assert listed(cur, open="false") == []
    tasks.replace(cur, [SUBJECT], [escalated], service="agreements", now=LATER)

    assert [task["kind"] for task in listed(cur, open="false")] == ["support_to_approve"]
    assert {task["assignee"] for task in listed(cur, open="true")} == {SLW, "AM36"}
    said = [(hint["what"], hint["recipients"]) for hint in hints(cur)]
    assert said[1:] == [("task-opened", [SLW]), ("task-closed", ["AM23"])]


def test_what_is_due_first_stands_on_top(cur: Cursor) -> None:
    days = [date(2026, 12, 9), None, date(2026, 12, 2)]
    open_(cur, *(Task(SLW, "support_escalated", f"support/{n}", {}, d) for n, d in enumerate(days)))

    assert [task["dueOn"] for task in listed(cur)] == ["2026-12-02", "2026-12-09", None]


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        ({}, {SLW, "AM23", "AM36", "employer:7", "provider:8"}),
        ({"region": "AM23"}, {"AM23"}),
        ({"employer": "7"}, {"employer:7"}),
        ({"provider": "8"}, {"provider:8"}),
        ({"region": "AM03"}, set()),
    ],
)
def test_desk_sees_its_own_list_only(cur: Cursor, scope: dict[str, str], seen: set[str]) -> None:
    desks = [SLW, "AM23", "AM36", tasks.of_employer("7"), tasks.of_provider("8")]
    open_(cur, *(Task(desk, "support_escalated", SUBJECT) for desk in desks))

    assert {task["assignee"] for task in listed(cur, scope)} == seen
    assert {task["assignee"] for task in listed(cur, scope, assignee="AM36")} == seen & {"AM36"}
