# SPDX-License-Identifier: EUPL-1.2
"""Consultation: the concept goes to the invited regions, and their comments come back."""

from services.agreements import store
from services.agreements.domain import Act
from services.agreements.domain.comments import comment
from services.agreements.domain.deadlines import WORKING_DAYS_TO_COMMENT
from services.agreements.handlers.due import SERVICE
from services.agreements.handlers.reading import filters_of, window_of
from services.agreements.handlers.step import (
    CREATED,
    actor_of,
    begin,
    finish,
    made,
    note,
    settle,
)
from services.agreements.schemas import messages, regional
from shared.messaging import tasks
from shared.runtime import Answer, Call, Cursor, page_of
from shared.runtime.calendar import working_days_after
from shared.runtime.clock import date_of


def open_consultation(cur: Cursor, call: Call) -> Answer:
    """Put the draft to the invited regions for comment; they have ten working days."""
    asked, today = regional.consultation(call.body), date_of(call.now)
    kept = begin(cur, call, Act.CONSULT)
    respond_by = asked.respond_by or working_days_after(today, WORKING_DAYS_TO_COMMENT)
    agreement, fact = kept.agreement.consult(
        kept.participants, call.now, today, respond_by, asked.reason
    )
    return finish(cur, call, kept, made(call, agreement, fact))


def close_consultation(cur: Cursor, call: Call) -> Answer:
    """Wait for no more comments."""
    reason = regional.closing(call.body)
    kept = begin(cur, call, Act.CLOSE_CONSULTATION)
    agreement, fact = kept.agreement.close_consultation(call.now, reason)
    return finish(cur, call, kept, made(call, agreement, fact))


def list_rounds(cur: Cursor, call: Call) -> Answer:
    """Show the rounds in which regions could comment, newest first."""
    agreement = store.get(cur, call.params["id"]).agreement
    rows, total = store.regional.list_rounds(cur, agreement.id, window_of(call))
    return page_of([regional.round_item(row) for row in rows], total, call)


def add_comment(cur: Cursor, call: Call) -> Answer:
    """Comment on the concept that is open."""
    said, actor = regional.comment(call.body), actor_of(call)
    kept = store.lock(cur, call.params["id"])
    known = store.participations(cur, kept.agreement.id)
    told, fact = comment(actor, kept.agreement, known, said, date_of(call.now))
    row = store.regional.add_comment(cur, kept.agreement.id, told, actor.role, call.now)
    settle(cur, call, kept, made(call, kept.agreement, fact))
    subject = messages.consultation_of(kept.agreement.id)
    tasks.close(cur, subject, service=SERVICE, now=call.now, assignee=told.region)
    note(cur, call, kept, "comment-made", subject)
    return Answer(regional.comment_item(row), CREATED)


def list_comments(cur: Cursor, call: Call) -> Answer:
    """Show what regions said, newest first."""
    agreement = store.get(cur, call.params["id"]).agreement
    filters = filters_of(call, round="round", region="region")
    of = {"agreement_id": agreement.id, **filters}
    rows, total = store.regional.list_comments(cur, of, window_of(call))
    return page_of([regional.comment_item(row) for row in rows], total, call)
