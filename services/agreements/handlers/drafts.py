# SPDX-License-Identifier: EUPL-1.2
"""Drafts: registering an agreement, editing, withdrawing, and amending what is published."""

from uuid import uuid4

from services.agreements import store
from services.agreements.domain import Agreement, AgreementId, Invitation, invite
from services.agreements.handlers.step import CREATED, begin, finish
from services.agreements.schemas import requests
from shared.runtime import Answer, Call, Cursor
from shared.runtime.clock import date_of


def register_agreement(cur: Cursor, call: Call) -> Answer:
    """Register an agreement as a draft, with the regions to invite once it is published."""
    asked = requests.registration(call.body)
    store.employer_name(cur, asked.employer_id)
    agreement, fact = Agreement.register(
        AgreementId(str(uuid4())), asked.employer_id, asked.terms, asked.reason
    )
    invited, invitation = invite(
        agreement, {}, Invitation(asked.regions, call.now, date_of(call.now))
    )
    store.add(cur, agreement, call.now)
    store.put(cur, invited, call.now)
    facts = [fact, invitation] if invitation else [fact]
    return finish(cur, call, agreement, *facts, status=CREATED)


def edit_draft(cur: Cursor, call: Call) -> Answer:
    """Change the given fields of the draft."""
    asked = requests.edit(call.body)
    agreement, fact = begin(cur, call).agreement.edit_draft(asked.given, reason=asked.reason)
    store.save(cur, agreement, call.now)
    return finish(cur, call, agreement, fact)


def withdraw_draft(cur: Cursor, call: Call) -> Answer:
    """Drop the draft; an agreement that was never published is withdrawn with it."""
    reason = requests.withdrawal(call.body)
    agreement, fact = begin(cur, call).agreement.withdraw_draft(reason)
    store.save(cur, agreement, call.now)
    return finish(cur, call, agreement, fact)


def amend_agreement(cur: Cursor, call: Call) -> Answer:
    """Open the draft of the next version."""
    asked = requests.amendment(call.body)
    agreement, fact = begin(cur, call).agreement.amend(asked.given, asked.change, asked.reason)
    store.save(cur, agreement, call.now)
    return finish(cur, call, agreement, fact, status=CREATED)
