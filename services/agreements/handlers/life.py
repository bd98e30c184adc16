# SPDX-License-Identifier: EUPL-1.2
"""The steps that every participating region hears of."""

from services.agreements import store
from services.agreements.domain import (
    Act,
    Agreement,
    Fact,
    Participations,
    Publication,
    after_publication,
)
from services.agreements.handlers.step import begin, finish, made
from services.agreements.schemas import requests
from services.agreements.store import Kept
from shared.runtime import Answer, Call, Cursor
from shared.runtime.clock import date_of


def publish_agreement(cur: Cursor, call: Call) -> Answer:
    """Make the draft the next version and send it to every region that takes part.

    The agreement's state goes out before the participations that refer to it.
    """
    asked, today = requests.publish(call.body), date_of(call.now)
    kept = begin(cur, call, Act.PUBLISH)
    agreement, fact = kept.agreement.publish(_publication(call, kept, asked))
    known = store.participations(cur, agreement.id)
    moved = after_publication(agreement, known, today, asked.respond_by)
    step = made(call, agreement, fact, known=known, moved=moved, announced=True)
    return finish(cur, call, kept, step)


def suspend_agreement(cur: Cursor, call: Call) -> Answer:
    """Allow no new placements for now."""
    reason = requests.suspension(call.body)
    kept = begin(cur, call, Act.SUSPEND)
    return _announced(cur, call, kept, kept.agreement.suspend(call.now, reason))


def resume_agreement(cur: Cursor, call: Call) -> Answer:
    """Allow new placements again."""
    reason = requests.resumption(call.body)
    kept = begin(cur, call, Act.RESUME)
    return _announced(cur, call, kept, kept.agreement.resume(call.now, reason))


def end_agreement(cur: Cursor, call: Call) -> Answer:
    """End the agreement for good."""
    asked, today = requests.ending(call.body), date_of(call.now)
    kept = begin(cur, call, Act.END)
    ended = kept.agreement.end(call.now, today, asked.ends_on, asked.reason)
    return _announced(cur, call, kept, ended)


def _announced(cur: Cursor, call: Call, kept: Kept, step: tuple[Agreement, Fact]) -> Answer:
    known: Participations = store.participations(cur, kept.agreement.id)
    return finish(cur, call, kept, made(call, *step, known=known, announced=True))


def _publication(call: Call, kept: Kept, asked: requests.Publish) -> Publication:
    return Publication(
        # The row is locked, so no other state can take this sequence meanwhile.
        sequence=(kept.sequence or 0) + 1,
        at=call.now,
        on=date_of(call.now),
        consent=asked.consent,
        previous_valid_until=asked.previous_valid_until,
        reason=asked.reason,
    )
