# SPDX-License-Identifier: EUPL-1.2
"""Projects under an agreement: an idea, started, with results, completed."""

from services.agreements import store
from services.agreements.domain.projects import (
    ProjectStep,
    Quarter,
    go_on,
)
from services.agreements.domain.projects import (
    register_project as registered,
)
from services.agreements.handlers.reading import filters_of, window_of
from services.agreements.handlers.step import CREATED, actor_of, made, settle
from services.agreements.schemas import work
from shared.runtime import Answer, Call, Cursor, page_of


def register_project(cur: Cursor, call: Call) -> Answer:
    """Register a project as an idea."""
    asked = work.project(call.body)
    kept = store.lock(cur, call.params["id"])
    known = store.participations(cur, kept.agreement.id)
    project, fact = registered(actor_of(call), kept.agreement, known, asked)
    row = store.work.add_project(cur, kept.agreement.id, project, call.now)
    settle(cur, call, kept, made(call, kept.agreement, fact))
    return Answer(work.project_item(row, []), CREATED)


def start_project(cur: Cursor, call: Call) -> Answer:
    """Start a project."""
    work.start(call.body)
    return _gone_on(cur, call, ProjectStep.START)


def report_result(cur: Cursor, call: Call) -> Answer:
    """Report how many people started in a quarter."""
    return _gone_on(cur, call, ProjectStep.REPORT, work.result(call.body))


def complete_project(cur: Cursor, call: Call) -> Answer:
    """Complete a project that has a result."""
    work.completion(call.body)
    return _gone_on(cur, call, ProjectStep.COMPLETE)


def list_projects(cur: Cursor, call: Call) -> Answer:
    """Show projects with their results, newest first."""
    agreement = store.get(cur, call.params["id"]).agreement
    of = {"agreement_id": agreement.id, **filters_of(call, region="region", status="status")}
    rows, total = store.work.list_projects(cur, of, window_of(call))
    results = store.work.results(cur, agreement.id, [row["number"] for row in rows])
    items = [work.project_item(row, results.get(row["number"], [])) for row in rows]
    return page_of(items, total, call)


def _gone_on(cur: Cursor, call: Call, step: ProjectStep, result: Quarter | None = None) -> Answer:
    number, actor = call.params["n"], actor_of(call)
    kept = store.lock(cur, call.params["id"])
    project, row = store.work.project(cur, kept.agreement.id, number)
    moved, fact = go_on(actor, kept.agreement, project, step)
    store.work.move_project(cur, kept.agreement.id, moved)
    if result:
        store.work.add_result(cur, kept.agreement.id, number, result, actor.role, call.now)
    settle(cur, call, kept, made(call, kept.agreement, fact))
    results = store.work.results(cur, kept.agreement.id, [number])
    return Answer(work.project_item({**row, "status": moved.state}, results.get(number, [])))
