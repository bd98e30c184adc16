# SPDX-License-Identifier: EUPL-1.2
"""Tasks: what waits for somebody, on the list of a desk, until it is done or not needed any more.

A task is opened and closed in the transaction of what makes it so, and both are live hints. It
waits once for a desk, however often it is opened.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import orjson

from shared.contracts import Json
from shared.messaging.notices import send_hint
from shared.runtime import Answer, Call, Cursor, load_queries, page_of
from shared.runtime.clock import moment_text

QUERIES = load_queries(__package__ or "shared.messaging", "tasks.sql")
SLW = "slw"
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Task:
    """What waits, for whom, and until when.

    `assignee` is `slw`, a region's code, `employer:<id>` or `provider:<id>`. `about` holds codes
    and identities, never a text that somebody wrote.
    """

    assignee: str
    kind: str
    subject: str
    about: Mapping[str, str | int | None] = field(default_factory=dict)
    due_on: date | None = None


def of_employer(employer: str) -> str:
    """Name the desk of an employer."""
    return f"employer:{employer}"


def of_provider(provider: str) -> str:
    """Name the desk of a support provider."""
    return f"provider:{provider}"


def open(  # noqa: A001 - it reads as tasks.open
    cur: Cursor, tasks: Iterable[Task], *, service: str, now: datetime
) -> None:
    """Put these on the lists; what is open already only gets its newest day and facts."""
    if written := list(tasks):
        told = {"tasks": _written(written), "now": now}
        opened = cur.execute(QUERIES["open_tasks"], told).fetchall()
        fresh = [row for row in opened if row["fresh"]]
        _tell(cur, "task-opened", fresh, service=service, now=now)


def replace(
    cur: Cursor, subjects: Collection[str], tasks: Sequence[Task], *, service: str, now: datetime
) -> None:
    """Have these wait about these subjects and nothing else; what waits already just goes on."""
    told = {"subjects": list(subjects), "tasks": _written(tasks), "now": now}
    closed = cur.execute(QUERIES["close_others"], told).fetchall()
    _tell(cur, "task-closed", closed, service=service, now=now)
    open(cur, tasks, service=service, now=now)


def close(
    cur: Cursor,
    subject: str | Collection[str],
    *,
    service: str,
    now: datetime,
    kinds: Collection[str] | None = None,
    assignee: str | None = None,
    outcome: str = "done",
) -> None:
    """Take what is open about these subjects off the lists: of any kind and desk, or of these."""
    told = {
        "subjects": [subject] if isinstance(subject, str) else list(subject),
        "kinds": None if kinds is None else list(kinds),
        "assignee": assignee,
        "outcome": outcome,
        "now": now,
    }
    closed = cur.execute(QUERIES["close_tasks"], told).fetchall()
    _tell(cur, "task-closed", closed, service=service, now=now)


def list_tasks(cur: Cursor, call: Call) -> Answer:
    """Answer a page of the lists; who asks for one desk only sees the list of that desk."""
    size = call.params["pageSize"]
    said = call.params.get("open")
    bound = assignee_of(call.principal.scope)
    wanted = {
        "assignee": call.params.get("assignee") if bound is None else bound,
        "kind": call.params.get("kind"),
        "open": None if said is None else said == "true",
    }
    window = {"limit": size, "offset": (call.params["page"] - 1) * size}
    if bound is not None and call.params.get("assignee", bound) != bound:
        return page_of([], 0, call)
    rows = cur.execute(QUERIES["list_tasks"], {**wanted, **window}).fetchall()
    counted = cur.execute(QUERIES["count_tasks"], wanted).fetchone() or {"total": 0}
    return page_of([_task(row) for row in rows], counted["total"], call)


def assignee_of(scope: Mapping[str, str]) -> str | None:
    """Name the one desk that a role bound to this scope sits at; None where it is not bound."""
    if "employer" in scope:
        return of_employer(scope["employer"])
    if "provider" in scope:
        return of_provider(scope["provider"])
    return scope.get("region")


def _tell(cur: Cursor, what: str, rows: Sequence[Row], *, service: str, now: datetime) -> None:
    if rows:
        send_hint(
            cur,
            what,
            subjects=[row["subject"] for row in rows],
            recipients=[row["assignee"] for row in rows],
            service=service,
            now=now,
        )


def _written(tasks: Iterable[Task]) -> str:
    rows = [
        {
            "assignee": task.assignee,
            "kind": task.kind,
            "subject": task.subject,
            "about": dict(task.about),
            "due_on": task.due_on,
        }
        for task in tasks
    ]
    return orjson.dumps(rows).decode()


def _task(row: Row) -> Json:
    return {
        "id": str(row["id"]),
        "assignee": row["assignee"],
        "kind": row["kind"],
        "subject": row["subject"],
        "about": row["about"],
        "dueOn": row["due_on"].isoformat() if row["due_on"] else None,
        "openedAt": moment_text(row["opened_at"]),
        "closedAt": moment_text(row["closed_at"]) if row["closed_at"] else None,
        "outcome": row["outcome"],
    }
