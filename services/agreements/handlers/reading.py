# SPDX-License-Identifier: EUPL-1.2
"""Questions: they change nothing."""

from collections.abc import Collection, Mapping
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from services.agreements import store
from services.agreements.domain import Agreement
from services.agreements.domain.refusals import VersionUnknown
from services.agreements.handlers.step import actor_of, beside
from services.agreements.schemas import answers, messages
from services.agreements.store import Window
from shared.contracts.reference import region_codes
from shared.messaging import ledger
from shared.runtime import Answer, Call, Cursor, page_of, widened
from shared.runtime.db import confine
from shared.runtime.scope import Scope

ALL_REGIONS = len(region_codes())


def get_agreement(cur: Cursor, call: Call) -> Answer:
    """Show one agreement, and how far its newest state has come."""
    kept = store.get(cur, call.params["id"])
    states = _states(cur, [kept.agreement.id])[kept.agreement.id]
    body = answers.agreement_detail(kept.agreement, beside(kept), states, actor_of(call))
    return Answer(body, etag=kept.agreement.revision)


def list_agreements(cur: Cursor, call: Call) -> Answer:
    """Show one page of the agreements that match, newest first."""
    filters = filters_of(call, status="status", employer_id="employerId", region="region", q="q")
    found, total = store.list_agreements(cur, filters, window_of(call))
    reader = actor_of(call)
    items = [answers.agreement(one.agreement, beside(one), reader) for one in found]
    return page_of(items, total, call)


def list_versions(cur: Cursor, call: Call) -> Answer:
    """Show the published versions, newest first."""
    kept = store.get(cur, call.params["id"])
    agreement, window = kept.agreement, window_of(call)
    shown = agreement.versions[::-1][window.offset : window.offset + window.limit]
    items = [answers.version(agreement, one, kept.hashes[one.number]) for one in shown]
    return page_of(items, len(agreement.versions), call)


def get_version(cur: Cursor, call: Call) -> Answer:
    """Show one published version."""
    kept, number = store.get(cur, call.params["id"]), call.params["n"]
    for one in kept.agreement.versions:
        if one.number == number:
            return Answer(answers.version(kept.agreement, one, kept.hashes[number]))
    raise VersionUnknown(number)


def list_history(cur: Cursor, call: Call) -> Answer:
    """Show who changed what, when and why, newest first."""
    agreement = store.get(cur, call.params["id"]).agreement
    rows, total = store.list_changes(cur, agreement.id, window_of(call))
    return page_of([answers.history_item(row) for row in rows], total, call)


def list_participants(cur: Cursor, call: Call) -> Answer:
    """Show the regions that are or were invited, each with its delivery."""
    agreement = store.get(cur, call.params["id"]).agreement
    return participants_answer(cur, call, agreement)


def participants_answer(cur: Cursor, call: Call, agreement: Agreement) -> Answer:
    """Show the regions that are or were invited; to a region, of the others that they are."""
    # A change of who takes part answers with the first page of the result.
    paged = replace(call, params={"page": 1, "pageSize": ALL_REGIONS, **call.params})
    rows, total = store.list_participants(cur, agreement.id, window_of(paged))
    states = _states(cur, [agreement.id])[agreement.id]
    if region := actor_of(call).region:
        rows = [
            row if row["region"] == region else answers.as_another_region_sees(row) for row in rows
        ]
    answer = page_of([answers.participant(row, states) for row in rows], total, paged)
    return replace(answer, etag=agreement.revision)


def list_deliveries(cur: Cursor, call: Call) -> Answer:
    """Show the ledger: the newest state unless another sequence is asked for."""
    kept, window = store.get(cur, call.params["id"]), window_of(call)
    subject = messages.subject_of(kept.agreement.id)
    rows, total = ledger.deliveries(
        cur,
        subject,
        sequence=call.params.get("sequence") or kept.sequence,
        state=call.params.get("state"),
        recipient=call.params.get("region"),
        limit=window.limit,
        offset=window.offset,
    )
    states = _states(cur, [kept.agreement.id])[kept.agreement.id]
    progress = answers.progress(kept.sequence, kept.participants, states)
    page = page_of([answers.delivery(row) for row in rows], total, call)
    return Answer({"progress": progress, **page.body})


def get_matrix(cur: Cursor, call: Call) -> Answer:
    """Show the agreements of all employers against the regions that take part."""
    filters = filters_of(call, status="status", employer_id="employerId", region="region")
    region = actor_of(call).region
    # Who takes part where is there for every region, also in agreements without it.
    with widened(cur) if region else nullcontext():
        rows, total = store.matrix_rows(cur, filters, window_of(call))
    if region:
        # What became of the places elsewhere is not.
        confine(cur, Scope(regions=(region,)))
    ids = [row["id"] for row in rows]
    cells, states = store.matrix_cells(cur, ids), _states(cur, ids)
    items = [answers.matrix_row(row, cells[row["id"]], states[row["id"]]) for row in rows]
    return page_of(items, total, call)


def window_of(call: Call) -> Window:
    """Give the page that is asked for."""
    size = call.params["pageSize"]
    return Window(limit=size, offset=(call.params["page"] - 1) * size)


def filters_of(call: Call, **names: str) -> dict[str, Any]:
    """Give what is asked for, by column; None asks for all."""
    return {column: call.params.get(name) for column, name in names.items()}


def _states(cur: Cursor, ids: Collection[str]) -> Mapping[str, Mapping[str, str]]:
    """Give the state of the newest delivery of each agreement to each region."""
    states = ledger.newest_states(cur, [messages.subject_of(one) for one in ids])
    return {one: states[messages.subject_of(one)] for one in ids}
