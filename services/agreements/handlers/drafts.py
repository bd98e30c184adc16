# SPDX-License-Identifier: EUPL-1.2
"""Drafts: registering an agreement, editing, withdrawing, and amending what is published."""

from dataclasses import replace
from uuid import uuid4

from services.agreements import store
from services.agreements.domain import Act, Agreement, AgreementId, Invitation, invite
from services.agreements.handlers.step import CREATED, begin, finish, made
from services.agreements.schemas import requests
from services.agreements.store import Kept
from shared.runtime import Answer, Call, Cursor
from shared.runtime.clock import date_of


def register_agreement(cur: Cursor, call: Call) -> Answer:
    """Register an agreement as a draft, with the regions to invite once it is published."""
    asked = requests.registration(call.body)
    employer_name = store.employer_name(cur, asked.employer_id)
    agreement, fact = Agreement.register(
        AgreementId(str(uuid4())), asked.employer_id, asked.terms, asked.reason, asked.consent
    )
    invited, invitation = invite(
        agreement, {}, Invitation(asked.regions, call.now, date_of(call.now))
    )
    # Before its registration it had no revision and nobody took part.
    unborn = replace(agreement, revision=0)
    before = Kept(unborn, employer_name, (), {}, None, None, call.now, call.now)
    step = made(call, agreement, fact, invitation, moved=invited)
    return finish(cur, call, before, step, CREATED)


def edit_draft(cur: Cursor, call: Call) -> Answer:
    """Change the given fields of the draft."""
    asked = requests.edit(call.body)
    kept = begin(cur, call, Act.EDIT)
    agreement, fact = kept.agreement.edit_draft(
        asked.given, reason=asked.reason, consent=asked.consent
    )
    return finish(cur, call, kept, made(call, agreement, fact))


def withdraw_draft(cur: Cursor, call: Call) -> Answer:
    """Drop the draft; an agreement that was never published is withdrawn with it."""
    reason = requests.withdrawal(call.body)
    kept = begin(cur, call, Act.WITHDRAW_DRAFT)
    agreement, fact = kept.agreement.withdraw_draft(call.now, reason)
    return finish(cur, call, kept, made(call, agreement, fact))


def amend_agreement(cur: Cursor, call: Call) -> Answer:
    """Open the draft of the next version."""
    asked = requests.amendment(call.body)
    kept = begin(cur, call, Act.AMEND)
    agreement, fact = kept.agreement.amend(asked.given, asked.change, asked.reason, asked.consent)
    return finish(cur, call, kept, made(call, agreement, fact), CREATED)
