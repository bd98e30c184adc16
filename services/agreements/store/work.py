# SPDX-License-Identifier: EUPL-1.2
"""Projects, bottlenecks and evaluations of agreements."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from services.agreements.domain.projects import Project, ProjectState, Quarter
from services.agreements.domain.refusals import BottleneckUnknown, ProjectUnknown
from services.agreements.store.sql import QUERIES, Row, Window, one, page, written
from shared.runtime import Cursor, Json, widened

Page = tuple[list[Json], int]
Filters = Mapping[str, object]
Beside = Mapping[int, list[Json]]


def add_project(cur: Cursor, agreement_id: str, project: Project, now: datetime) -> Json:
    """Keep a new project, under the next number of its agreement."""
    row = {
        "agreement_id": agreement_id,
        "region": project.region,
        "kind": project.kind,
        "title": project.title,
        "target_groups": written(project.target_groups),
        "status": project.state,
        "intake": written([asdict(quarter) for quarter in project.intake]),
        "now": now,
    }
    with widened(cur):  # numbers count in the whole agreement
        return one(cur, "add_project", row)


def project(cur: Cursor, agreement_id: str, number: int) -> tuple[Project, Json]:
    """Give a project, and the row that it is kept in; or refuse."""
    wanted = {"agreement_id": agreement_id, "number": number}
    row = cur.execute(QUERIES["find_project"], wanted).fetchone()
    if row is None:
        raise ProjectUnknown(number)
    return _project(row), row


def move_project(cur: Cursor, agreement_id: str, moved: Project) -> None:
    """Keep how far a project is."""
    row = {"agreement_id": agreement_id, "number": moved.number, "status": moved.state}
    cur.execute(QUERIES["move_project"], row)


def add_result(
    cur: Cursor, agreement_id: str, project: int, result: Quarter, role: str, now: datetime
) -> None:
    """Keep what a project reports."""
    cur.execute(
        QUERIES["add_result"],
        {
            "agreement_id": agreement_id,
            "project": project,
            "year": result.year,
            "quarter": result.quarter,
            "started": result.number,
            "note": result.note,
            "role": role,
            "now": now,
        },
    )


def list_projects(cur: Cursor, filters: Filters, window: Window) -> Page:
    """Give one page of an agreement's projects, newest first."""
    return page(cur, "list_projects", "count_projects", filters, window)


def results(cur: Cursor, agreement_id: str, numbers: Collection[int]) -> Beside:
    """Give what some projects reported, by project."""
    return _beside(cur, "find_results", agreement_id, numbers, "project")


def add_bottleneck(cur: Cursor, row: Row) -> Json:
    """Keep what stands in the way."""
    return one(cur, "add_bottleneck", row)


def bottleneck(cur: Cursor, agreement_id: str, number: int) -> Json:
    """Give a bottleneck, or refuse."""
    wanted = {"agreement_id": agreement_id, "number": number}
    row = cur.execute(QUERIES["find_bottleneck"], wanted).fetchone()
    if row is None:
        raise BottleneckUnknown(number)
    return row


def add_solution(cur: Cursor, row: Row) -> None:
    """Keep what helps."""
    cur.execute(QUERIES["add_solution"], row)


def list_bottlenecks(cur: Cursor, filters: Filters, window: Window) -> Page:
    """Give one page of what stands in the way, newest first."""
    return page(cur, "list_bottlenecks", "count_bottlenecks", filters, window)


def solutions(cur: Cursor, agreement_id: str, numbers: Collection[int]) -> Beside:
    """Give what helps against some bottlenecks, by bottleneck."""
    return _beside(cur, "find_solutions", agreement_id, numbers, "bottleneck")


def add_evaluation(cur: Cursor, row: Row) -> Json:
    """Keep an evaluation, with its figures where it is held at once."""
    figures = None if row["figures"] is None else written(row["figures"])
    return one(cur, "add_evaluation", {**row, "figures": figures})


def waiting(cur: Cursor, ids: Collection[str]) -> list[Json]:
    """Give what may wait on somebody's list about some agreements: its kind and number."""
    return cur.execute(QUERIES["find_waiting"], {"ids": list(ids)}).fetchall()


def planned_evaluations(cur: Cursor, ids: Collection[str]) -> list[Json]:
    """Give the evaluations of some agreements that were not held yet."""
    return cur.execute(QUERIES["planned_evaluations"], {"ids": list(ids)}).fetchall()


def hold_evaluations(cur: Cursor, held: Sequence[Json], now: datetime) -> None:
    """Freeze the figures of evaluations."""
    if held:
        cur.execute(QUERIES["hold_evaluations"], {"rows": written(held), "now": now})


def list_evaluations(cur: Cursor, agreement_id: str, window: Window) -> Page:
    """Give one page of an agreement's evaluations, newest first."""
    of = {"agreement_id": agreement_id}
    return page(cur, "list_evaluations", "count_evaluations", of, window)


def _beside(
    cur: Cursor, query: str, agreement_id: str, numbers: Collection[int], key: str
) -> Beside:
    found: dict[int, list[Json]] = defaultdict(list)
    wanted = {"agreement_id": agreement_id, "numbers": list(numbers)}
    for row in cur.execute(QUERIES[query], wanted):
        found[row[key]].append(row)
    return found


def _project(row: Row) -> Project:
    return Project(
        number=row["number"],
        kind=row["kind"],
        title=row["title"],
        target_groups=tuple(row["target_groups"]),
        state=ProjectState(row["status"]),
        region=row["region"],
        intake=tuple(Quarter(**said) for said in row["intake"]),
    )
