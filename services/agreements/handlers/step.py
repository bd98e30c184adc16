# SPDX-License-Identifier: EUPL-1.2
"""What every step has in common: begin under a lock, keep and tell all of it at once, answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from services.agreements import store
from services.agreements.domain import (
    Act,
    Actor,
    Agreement,
    EmployerId,
    Fact,
    Participation,
    Participations,
    Region,
    Role,
    permit,
)
from services.agreements.handlers.due import SERVICE, Turn, follow
from services.agreements.schemas import answers, messages
from services.agreements.store import Doer, Kept, Saving
from shared.messaging import Outgoing, Published, journal
from shared.messaging.notices import send_hint
from shared.runtime import Answer, Call, Cursor
from shared.runtime.clock import date_of

CREATED = 201


@dataclass(frozen=True, slots=True)
class Made:
    """What a step made of an agreement: all of it is kept and told in one go.

    `known` is every region's part as it was before, needed once the agreement travels.
    `announced` says that every region that takes part hears of the agreement's new state. Parts
    that are only `noted` are told to nobody; `reframed` says that offering a place needs to know.
    """

    agreement: Agreement
    done: Sequence[tuple[Fact, Doer]]
    known: Participations = field(default_factory=dict)
    moved: Sequence[Participation] = ()
    noted: Sequence[Participation] = ()
    announced: bool = False
    reframed: bool = False


def actor_of(call: Call) -> Actor:
    """Give who asks, in the words of the domain."""
    scope = call.principal.scope
    region, employer = scope.get("region"), scope.get("employer")
    return Actor(
        Role(call.principal.role),
        Region(region) if region else None,
        EmployerId(employer) if employer else None,
    )


def begin(cur: Cursor, call: Call, act: Act | None = None) -> Kept:
    """Lock the agreement that the call is about, and refuse unless If-Match names its revision."""
    if act is not None:
        permit(actor_of(call), act)
    kept = store.lock(cur, call.params["id"])
    call.expect(kept.agreement.revision)
    return kept


def made(call: Call, agreement: Agreement, *facts: Fact | None, **more: Any) -> Made:  # noqa: ANN401 - the other fields of what is made
    """Say what the caller's step made."""
    doer = Doer(call.principal.subject, call.principal.role)
    return Made(agreement, [(fact, doer) for fact in facts if fact is not None], **more)


def note(cur: Cursor, call: Call, kept: Kept, what: str, subject: str) -> None:
    """Tell who looks at an agreement's regions live that something was said there."""
    send_hint(
        cur,
        what,
        subjects=[subject],
        recipients=kept.participants,
        service=SERVICE,
        now=call.now,
    )


def settle(cur: Cursor, call: Call, before: Kept, step: Made) -> Kept:
    """Keep and tell what a step made of one agreement, and give it as it is now."""
    [after] = settle_all(cur, [(before, step)], call.now, call.traceparent)
    return after


def settle_all(
    cur: Cursor,
    steps: Sequence[tuple[Kept, Made]],
    now: datetime,
    traceparent: str | None = None,
) -> list[Kept]:
    """Keep and tell what steps made of their agreements: one statement each, however many."""
    if not steps:
        return []
    pairs = [(before, step, _after(before, step, now)) for before, step in steps]
    states = [state for pair in pairs for state in _states(*pair, now)]
    sent = {
        one.subject: one for one in journal.publish(cur, states, now=now, traceparent=traceparent)
    }
    noted = [(before, step, _noted(after, sent)) for before, step, after in pairs]
    store.save(cur, _saving(noted), now)
    follow(cur, [Turn(b, after, step.known, step.moved) for b, step, after in noted], now)
    return [after for _, _, after in noted]


def renumber(cur: Cursor, published: Sequence[Published]) -> None:
    """Keep which states of agreements went out last, when an operator had them sent again."""
    named = [(one.subject.split("/"), (one.sequence, one.hash)) for one in published]
    store.note_states(cur, {parts[1]: one for parts, one in named if parts[0] == "agreement"})


def finish(cur: Cursor, call: Call, before: Kept, step: Made, status: int = 200) -> Answer:
    """Settle a step and show the agreement as it is now."""
    kept = settle(cur, call, before, step)
    return Answer(
        answers.agreement(kept.agreement, beside(kept), actor_of(call)),
        status,
        kept.agreement.revision,
        f"/v1/agreements/{kept.agreement.id}" if status == CREATED else None,
    )


def beside(kept: Kept) -> Mapping[str, Any]:
    """Give what is shown beside an agreement."""
    fields = ("employer_name", "participants", "sequence", "hash", "created_at", "changed_at")
    return {name: getattr(kept, name) for name in fields}


def _after(before: Kept, step: Made, now: datetime) -> Kept:
    gone = {one.region for one in step.moved if not one.takes_part}
    here = {one.region for one in step.moved if one.takes_part}
    hashes = {
        version.number: messages.terms_hash(version.terms)
        for version in step.agreement.versions[len(before.hashes) :]
    }
    changed = step.agreement.revision != before.agreement.revision
    return replace(
        before,
        agreement=step.agreement,
        participants=tuple(sorted(({*before.participants} | here) - gone)),
        hashes={**before.hashes, **hashes},
        changed_at=now if changed else before.changed_at,
    )


def _states(before: Kept, step: Made, after: Kept, now: datetime) -> list[Outgoing]:
    """Write what is told, in this order: a region's part refers to the agreement's state."""
    agreement, name, on = step.agreement, after.employer_name, date_of(now)
    states = []
    if step.announced:
        states.append(messages.agreement_state(agreement, name, after.participants, on))
    if agreement.travels:
        states += [messages.participation_state(one) for one in step.moved]
    if agreement.travels and (step.announced or step.moved or step.reframed):
        parts = {**step.known, **{one.region: one for one in (*step.moved, *step.noted)}}
        states.append(messages.framework_state(agreement, name, parts, on))
    if agreement.consultation and agreement.consultation != before.agreement.consultation:
        states.append(messages.consultation_state(agreement, name, after.participants))
    return states


def _noted(after: Kept, sent: Mapping[str, Published]) -> Kept:
    state = sent.get(messages.subject_of(after.agreement.id))
    return replace(after, sequence=state.sequence, hash=state.hash) if state else after


def _saving(steps: Sequence[tuple[Kept, Made, Kept]]) -> Saving:
    changed = [pair for pair in steps if pair[0].agreement.revision != pair[2].agreement.revision]
    return Saving(
        agreements=[after for _, _, after in changed],
        versions=[
            (after.agreement, version, after.hashes[version.number])
            for before, _, after in changed
            for version in after.agreement.versions[len(before.agreement.versions) :]
        ],
        rounds=[
            (after.agreement, after.agreement.consultation)
            for before, _, after in changed
            if after.agreement.consultation
            and after.agreement.consultation != before.agreement.consultation
        ],
        moved=[
            (after.agreement.employer_id, one)
            for _, step, after in steps
            for one in (*step.moved, *step.noted)
        ],
        done=[(step.agreement, fact, doer) for _, step, _ in steps for fact, doer in step.done],
    )
