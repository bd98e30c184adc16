# SPDX-License-Identifier: EUPL-1.2
"""Who takes part: late joiners, leavers and those who come back."""

from collections.abc import Sequence

from services.agreements import store
from services.agreements.domain import Agreement, Invitation, Region, invite, remove
from services.agreements.domain.participation import MOVED_BY, Move, give_notice, may_leave
from services.agreements.handlers.reading import participants_answer
from services.agreements.handlers.step import actor_of, begin, made, settle
from services.agreements.schemas import messages, requests
from shared.contracts import reference
from shared.messaging import journal
from shared.runtime import Answer, Call, Cursor
from shared.runtime.clock import date_of
from shared.runtime.crash import crash_point


def invite_regions(cur: Cursor, call: Call) -> Answer:
    """Invite regions; once published they get the current state, and none of the earlier ones."""
    asked = requests.invite(call.body)
    actor_of(call).must_be(MOVED_BY[Move.INVITE])
    kept = begin(cur, call)
    invitation = Invitation(
        asked.regions, call.now, date_of(call.now), asked.respond_by, asked.reason
    )
    known = store.participations(cur, kept.agreement.id)
    invited, fact = invite(kept.agreement, known, invitation)
    if fact:
        if subjects := _newest(kept.agreement):
            journal.resend(cur, subjects, audience=frozenset(fact.regions), now=call.now)
            crash_point("join.after-resend")
        settle(cur, call, kept, made(call, kept.agreement, fact, known=known, moved=invited))
    return participants_answer(cur, call, kept.agreement)


def remove_participant(cur: Cursor, call: Call) -> Answer:
    """End a region's part, now or with notice; the agreement's states no longer go there then."""
    asked, today = requests.removal(call.body), date_of(call.now)
    region = Region(reference.region(call.params["region"]).code)
    may_leave(actor_of(call), region)
    kept = begin(cur, call)
    known = store.participations(cur, kept.agreement.id)
    if asked.leaves_on is None:
        left, fact = remove(known, region, asked.reason)
    else:
        left, fact = give_notice(known, region, asked.leaves_on, today, asked.reason)
    settle(cur, call, kept, made(call, kept.agreement, fact, known=known, moved=[left]))
    return participants_answer(cur, call, kept.agreement)


def _newest(agreement: Agreement) -> Sequence[str]:
    """Name the states that somebody who joins now has to hold."""
    subjects = [messages.subject_of(agreement.id)] if agreement.travels else []
    return subjects + ([messages.consultation_of(agreement.id)] if agreement.consulted else [])
