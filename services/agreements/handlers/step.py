# SPDX-License-Identifier: EUPL-1.2
"""What every step of an agreement's life has in common: begin under a lock, tell, answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.agreements import store
from services.agreements.domain import Agreement, Fact, Participation
from services.agreements.schemas import answers, messages
from services.agreements.store import Doer, Kept
from shared.messaging import Published, journal
from shared.runtime import Answer, Call, Cursor
from shared.runtime.clock import date_of

CREATED = 201


def begin(cur: Cursor, call: Call) -> Kept:
    """Lock the agreement that the call is about, and refuse unless If-Match names its revision."""
    kept = store.lock(cur, call.params["id"])
    call.expect(kept.agreement.revision)
    return kept


def announce(cur: Cursor, call: Call, kept: Kept, agreement: Agreement) -> None:
    """Send the agreement's newest state to every region that takes part."""
    state = messages.agreement_state(
        agreement, kept.employer_name, kept.participants, date_of(call.now)
    )
    [sent] = journal.publish(cur, [state], now=call.now, traceparent=call.traceparent)
    store.note_states(cur, {agreement.id: (sent.sequence, sent.hash)})


def renumber(cur: Cursor, published: Sequence[Published]) -> None:
    """Keep which states of agreements went out last, when an operator had them sent again."""
    named = [(one.subject.split("/"), (one.sequence, one.hash)) for one in published]
    store.note_states(cur, {parts[1]: one for parts, one in named if parts[0] == "agreement"})


def move(cur: Cursor, call: Call, agreement: Agreement, moved: Sequence[Participation]) -> None:
    """Keep each region's part as it is now, and tell its region once anything was published."""
    store.put(cur, moved, call.now)
    if agreement.travels:
        states = [messages.participation_state(one) for one in moved]
        journal.publish(cur, states, now=call.now, traceparent=call.traceparent)


def record(cur: Cursor, call: Call, agreement: Agreement, *facts: Fact) -> None:
    """Add to the history what the caller did."""
    doer = Doer(call.principal.subject, call.principal.role)
    store.record(cur, [(agreement, fact, doer) for fact in facts], call.now)


def finish(
    cur: Cursor, call: Call, agreement: Agreement, *facts: Fact, status: int = 200
) -> Answer:
    """Record the step and show the agreement as it is now."""
    record(cur, call, agreement, *facts)
    kept = store.get(cur, agreement.id)
    return Answer(
        answers.agreement(kept.agreement, beside(kept)),
        status,
        kept.agreement.revision,
        f"/v1/agreements/{agreement.id}" if status == CREATED else None,
    )


def beside(kept: Kept) -> Mapping[str, Any]:
    """Give what is shown beside an agreement."""
    fields = ("employer_name", "participants", "sequence", "hash", "created_at", "changed_at")
    return {name: getattr(kept, name) for name in fields}
