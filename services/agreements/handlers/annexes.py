# SPDX-License-Identifier: EUPL-1.2
"""What a region adds for itself, what ran there before, and whether it can deliver the promise."""

from dataclasses import replace

from services.agreements import store
from services.agreements.domain.annexes import (
    Annex,
    AnnexState,
    AnnexStep,
    numbered,
    propose,
)
from services.agreements.domain.annexes import (
    settle as settle_annex,
)
from services.agreements.domain.exchange import record_arrangement as recorded
from services.agreements.handlers.due import SERVICE, About
from services.agreements.handlers.reading import filters_of, window_of
from services.agreements.handlers.step import CREATED, actor_of, made, note, settle
from services.agreements.schemas import messages, regional
from shared.contracts.reference import region_codes
from shared.messaging import tasks
from shared.messaging.tasks import Task, of_employer
from shared.runtime import Answer, Call, Cursor, page_of, widened


def propose_annex(cur: Cursor, call: Call) -> Answer:
    """Propose what a region adds to the national terms; the employer is asked."""
    asked, actor = regional.annex(call.body), actor_of(call)
    kept = store.lock(cur, call.params["id"])
    agreement = kept.agreement
    known = store.participations(cur, agreement.id)
    with widened(cur):  # numbers count in the whole agreement
        number = len(store.regional.annexes(cur, agreement.id)) + 1
    annex, fact = propose(
        actor,
        agreement,
        known,
        Annex(
            number=number,
            region=actor.region_meant(asked.region),
            state=AnnexState.PROPOSED,
            additions=asked.additions,
            proposed_at=call.now,
            proposed_by=actor.role,
        ),
    )
    store.regional.put_annexes(cur, agreement.id, [annex])
    settle(cur, call, kept, made(call, agreement, fact))
    subject = _subject(agreement.id, annex.number)
    about: About = {"agreementId": agreement.id, "region": annex.region, "annex": annex.number}
    task = Task(of_employer(agreement.employer_id), "annex_to_settle", subject, about)
    tasks.open(cur, [task], service=SERVICE, now=call.now)
    note(cur, call, kept, "annex-proposed", messages.subject_of(agreement.id))
    return Answer(regional.annex_item(annex, agreement.terms), CREATED)


def agree_annex(cur: Cursor, call: Call) -> Answer:
    """Agree to an annex as the employer; its instruments count in that region from now on."""
    return _settled(cur, call, AnnexStep.AGREE, regional.agreed(call.body))


def decline_annex(cur: Cursor, call: Call) -> Answer:
    """Decline an annex as the employer."""
    return _settled(cur, call, AnnexStep.DECLINE, regional.declined(call.body))


def list_annexes(cur: Cursor, call: Call) -> Answer:
    """Show annexes and what each adds to the national terms, newest first."""
    agreement = store.get(cur, call.params["id"]).agreement
    of = {"agreement_id": agreement.id, **filters_of(call, region="region", status="status")}
    annexes, total = store.regional.list_annexes(cur, of, window_of(call))
    return page_of([regional.annex_item(one, agreement.terms) for one in annexes], total, call)


def record_arrangement(cur: Cursor, call: Call) -> Answer:
    """Record a regional arrangement that ran before the national agreement."""
    named, given = regional.arrangement(call.body)
    actor = actor_of(call)
    arrangement = regional.arrangement_of(actor.region_meant(named), given)
    kept = store.lock(cur, call.params["id"])
    known = store.participations(cur, kept.agreement.id)
    fact = recorded(actor, kept.agreement, known, arrangement)
    row = store.regional.add_arrangement(cur, kept.agreement.id, arrangement, actor.role, call.now)
    settle(cur, call, kept, made(call, kept.agreement, fact))
    return Answer(regional.arrangement_item(row), CREATED)


def list_arrangements(cur: Cursor, call: Call) -> Answer:
    """Show what ran before, by region."""
    agreement = store.get(cur, call.params["id"]).agreement
    of = {"agreement_id": agreement.id, **filters_of(call, region="region")}
    rows, total = store.regional.list_arrangements(cur, of, window_of(call))
    return page_of([regional.arrangement_item(row) for row in rows], total, call)


def check_promise(cur: Cursor, call: Call) -> Answer:
    """Compare the instruments that the agreement promises with those that each region offers."""
    agreement = store.get(cur, call.params["id"]).agreement
    known, offered = store.participations(cur, agreement.id), store.offered(cur)
    wanted, window = call.params.get("region"), window_of(call)
    regions = [code for code in region_codes() if wanted in {None, code}]
    parts = {str(region): part.standing for region, part in known.items() if part.invited_at}
    promised = agreement.terms.instruments
    items = [
        regional.promise(code, parts.get(code), promised, offered.get(code))
        for code in regions[window.offset : window.offset + window.limit]
    ]
    page = page_of(items, len(regions), call)
    return Answer({"promised": list(promised), **page.body})


def _settled(cur: Cursor, call: Call, step: AnnexStep, reason: str | None) -> Answer:
    actor, number = actor_of(call), call.params["n"]
    kept = store.lock(cur, call.params["id"])
    agreement = kept.agreement
    annexes = store.regional.annexes(cur, agreement.id)
    word = replace(
        numbered(annexes, number), settled_at=call.now, settled_by=actor.role, reason=reason
    )
    moved, fact = settle_annex(actor, agreement, annexes, step, word)
    store.regional.put_annexes(cur, agreement.id, moved)
    known = store.participations(cur, agreement.id)
    part = known[moved[0].region]
    counts = step is AnnexStep.AGREE and part.takes_part
    extra = [replace(part, extra_instruments=moved[0].additions.beside(agreement.terms))]
    noted = extra if step is AnnexStep.AGREE else []
    done = made(call, agreement, fact, known=known, noted=noted, reframed=counts)
    settle(cur, call, kept, done)
    subject = _subject(agreement.id, number)
    tasks.close(cur, subject, service=SERVICE, now=call.now, outcome=moved[0].state.value)
    note(cur, call, kept, f"annex-{moved[0].state.value}", messages.subject_of(agreement.id))
    return Answer(regional.annex_item(moved[0], agreement.terms))


def _subject(agreement_id: str, number: int) -> str:
    return f"annex/{agreement_id}/{number}"
