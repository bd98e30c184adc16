# SPDX-License-Identifier: EUPL-1.2
"""Who takes part: late joiners, leavers and those who come back."""

from services.agreements import store
from services.agreements.domain import Invitation, Region, invite, remove
from services.agreements.handlers.reading import participants_answer
from services.agreements.handlers.step import begin, move, record
from services.agreements.schemas import messages, requests
from shared.contracts import reference
from shared.messaging import journal
from shared.runtime import Answer, Call, Cursor
from shared.runtime.clock import date_of
from shared.runtime.crash import crash_point


def invite_regions(cur: Cursor, call: Call) -> Answer:
    """Invite regions; once published they get the current state, and none of the earlier ones."""
    asked = requests.invite(call.body)
    agreement = begin(cur, call).agreement
    invitation = Invitation(
        asked.regions, call.now, date_of(call.now), asked.respond_by, asked.reason
    )
    known = store.participations(cur, agreement.id)
    invited, fact = invite(agreement, known, invitation)
    if fact:
        if agreement.travels:
            subject = messages.subject_of(agreement.id)
            journal.resend(cur, [subject], audience=frozenset(fact.regions), now=call.now)
            crash_point("join.after-resend")
        move(cur, call, agreement, invited)
        record(cur, call, agreement, fact)
    return participants_answer(cur, call, agreement)


def remove_participant(cur: Cursor, call: Call) -> Answer:
    """End a region's part; the agreement's own states no longer go there."""
    reason = requests.removal(call.body)
    region = Region(reference.region(call.params["region"]).code)
    agreement = begin(cur, call).agreement
    left, fact = remove(store.participations(cur, agreement.id), region, reason)
    move(cur, call, agreement, [left])
    record(cur, call, agreement, fact)
    return participants_answer(cur, call, agreement)
