# SPDX-License-Identifier: EUPL-1.2
"""What regions and coordinator learn from each other: bottlenecks, solutions, evaluations."""

from collections.abc import Collection, Mapping
from datetime import datetime

from services.agreements import store
from services.agreements.domain import Fact, Participation, Region, Step
from services.agreements.domain.deadlines import Deadline, Kind
from services.agreements.domain.exchange import (
    EvaluationState,
)
from services.agreements.domain.exchange import (
    offer_solution as offered,
)
from services.agreements.domain.exchange import (
    plan_evaluation as planned,
)
from services.agreements.domain.exchange import (
    report_bottleneck as reported,
)
from services.agreements.domain.life import OVER
from services.agreements.handlers.due import SERVICE, About, timer, waiting_subjects
from services.agreements.handlers.reading import filters_of, window_of
from services.agreements.handlers.step import (
    CREATED,
    Made,
    actor_of,
    made,
    note,
    settle,
    settle_all,
)
from services.agreements.schemas import messages, work
from services.agreements.store import Doer, Kept
from shared.messaging import tasks
from shared.messaging.tasks import SLW, Task
from shared.runtime import Answer, Call, Cursor, page_of, timers
from shared.runtime.clock import date_of


def report_bottleneck(cur: Cursor, call: Call) -> Answer:
    """Report what stands in the way; the coordinator is asked, every region sees it."""
    said, actor = work.bottleneck(call.body), actor_of(call)
    kept = store.lock(cur, call.params["id"])
    known = store.participations(cur, kept.agreement.id)
    region, fact = reported(actor, kept.agreement, known, said.region)
    row = store.work.add_bottleneck(
        cur,
        {
            "agreement_id": kept.agreement.id,
            "region": region,
            "text": said.text,
            "role": actor.role,
            "now": call.now,
        },
    )
    settle(cur, call, kept, made(call, kept.agreement, fact))
    about: About = {"agreementId": kept.agreement.id, "bottleneck": row["number"], "region": region}
    subject = _subject(kept.agreement.id, row["number"])
    task = Task(SLW, "bottleneck_to_answer", subject, about)
    tasks.open(cur, [task], service=SERVICE, now=call.now)
    note(cur, call, kept, "bottleneck-reported", messages.subject_of(kept.agreement.id))
    return Answer(work.bottleneck_item(row, []), CREATED)


def offer_solution(cur: Cursor, call: Call) -> Answer:
    """Say what helps; every region of the agreement sees it."""
    said, actor, number = work.solution(call.body), actor_of(call), call.params["n"]
    kept = store.lock(cur, call.params["id"])
    known = store.participations(cur, kept.agreement.id)
    region, fact = offered(actor, kept.agreement, known, said.region)
    row = store.work.bottleneck(cur, kept.agreement.id, number)
    store.work.add_solution(
        cur,
        {
            "agreement_id": kept.agreement.id,
            "bottleneck": number,
            "region": region,
            "text": said.text,
            "role": actor.role,
            "now": call.now,
        },
    )
    settle(cur, call, kept, made(call, kept.agreement, fact))
    subject = _subject(kept.agreement.id, number)
    tasks.close(cur, subject, service=SERVICE, now=call.now)
    note(cur, call, kept, "solution-offered", messages.subject_of(kept.agreement.id))
    solutions = store.work.solutions(cur, kept.agreement.id, [number])
    return Answer(work.bottleneck_item(row, solutions.get(number, [])), CREATED)


def list_bottlenecks(cur: Cursor, call: Call) -> Answer:
    """Show what stands in the way and what helps, newest first."""
    agreement = store.get(cur, call.params["id"]).agreement
    status = call.params.get("status")
    answered = None if status is None else status == "answered"
    of = {"agreement_id": agreement.id, "answered": answered, **filters_of(call, region="region")}
    rows, total = store.work.list_bottlenecks(cur, of, window_of(call))
    found = store.work.solutions(cur, agreement.id, [row["number"] for row in rows])
    items = [work.bottleneck_item(row, found.get(row["number"], [])) for row in rows]
    return page_of(items, total, call)


def plan_evaluation(cur: Cursor, call: Call) -> Answer:
    """Plan an evaluation; its figures are frozen on its day, today at once.

    Planning the next one is what comes of discussing those before it.
    """
    asked, today = work.evaluation(call.body), date_of(call.now)
    kept = store.lock(cur, call.params["id"])
    state, fact = planned(actor_of(call), kept.agreement, asked.due_on, today)
    held = state is EvaluationState.HELD
    _discussed(cur, [kept.agreement.id], call.now)
    row = store.work.add_evaluation(
        cur,
        {
            "agreement_id": kept.agreement.id,
            "due_on": asked.due_on,
            "note": asked.note,
            "now": call.now,
            "held_at": call.now if held else None,
            "figures": _figures_now(cur, kept) if held else None,
        },
    )
    if not held:
        subject = f"evaluation/{kept.agreement.id}/{row['number']}"
        timers.set(cur, [timer(subject, Deadline(Kind.EVALUATE, asked.due_on))])
    settle(cur, call, kept, made(call, kept.agreement, fact))
    return Answer(work.evaluation_item(row), CREATED)


def list_evaluations(cur: Cursor, call: Call) -> Answer:
    """Show evaluations with their frozen figures, newest first."""
    agreement = store.get(cur, call.params["id"]).agreement
    rows, total = store.work.list_evaluations(cur, agreement.id, window_of(call))
    if region := actor_of(call).region:
        rows = [work.as_a_region_sees(row, region) for row in rows]
    return page_of([work.evaluation_item(row) for row in rows], total, call)


def hold(
    cur: Cursor,
    kept: Mapping[str, Kept],
    known: Mapping[str, Mapping[Region, Participation]],
    doer: Doer,
    now: datetime,
) -> None:
    """Freeze the figures of every evaluation of these agreements whose day has come.

    Each takes the place of those before it on the list; after the end nobody is asked any more.
    """
    tallies, today = store.tallies(cur, kept), date_of(now)
    held = [
        {
            "agreement_id": row["agreement_id"],
            "number": row["number"],
            "figures": work.figures(
                known[row["agreement_id"]].values(), tallies.get(row["agreement_id"], {})
            ),
        }
        for row in store.work.planned_evaluations(cur, kept)
        if row["due_on"] <= today
    ]
    _discussed(cur, {str(one["agreement_id"]) for one in held}, now)
    store.work.hold_evaluations(cur, held, now)
    fact = Fact(Step.EVALUATION_HELD)
    steps = [
        (kept[one["agreement_id"]], Made(kept[one["agreement_id"]].agreement, [(fact, doer)]))
        for one in held
    ]
    settle_all(cur, steps, now)
    opened = [
        _to_discuss(one) for one in held if kept[one["agreement_id"]].agreement.status not in OVER
    ]
    tasks.open(cur, opened, service=SERVICE, now=now)


def _discussed(cur: Cursor, ids: Collection[str], now: datetime) -> None:
    if subjects := waiting_subjects(cur, ids, "evaluation"):
        tasks.close(cur, subjects, service=SERVICE, now=now)


def _figures_now(cur: Cursor, kept: Kept) -> Mapping[str, object]:
    agreement_id = kept.agreement.id
    parts = store.participations(cur, agreement_id).values()
    return work.figures(parts, store.tallies(cur, [agreement_id]).get(agreement_id, {}))


def _to_discuss(held: Mapping[str, object]) -> Task:
    about: About = {
        "agreementId": str(held["agreement_id"]),
        "evaluation": int(str(held["number"])),
    }
    subject = f"evaluation/{held['agreement_id']}/{held['number']}"
    return Task(SLW, "evaluation_to_discuss", subject, about)


def _subject(agreement_id: str, number: int) -> str:
    return f"bottleneck/{agreement_id}/{number}"
