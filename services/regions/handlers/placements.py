# SPDX-License-Identifier: EUPL-1.2
"""The places at a region's desk: what stands there, and what the region decides on them."""

import secrets
from collections.abc import Mapping
from typing import Any

from services.regions import store
from services.regions.domain import Filed, candidate_of, make_reference, sector_code
from services.regions.handlers import retention
from services.regions.handlers.asked import actor_of, placement_of, region_of, window
from services.regions.schemas import desk, messages
from services.regions.schemas.placement_requests import nothing_said, placement_wish
from shared.contracts.activities import CANDIDATE, MAKE_REFERENCE, PROPOSE, READ_FILE
from shared.messaging import journal
from shared.runtime import Answer, Call, Cursor, page_of, processing
from shared.runtime.clock import date_of


def list_desk_placements(cur: Cursor, call: Call) -> Answer:
    """Show the places at a region's desk."""
    region, today = region_of(call), date_of(call.now)
    actor_of(call).works_for(region)
    filters = {**_filters(call), "today": today}
    rows, total = store.list_placements(cur, region, filters, **window(call))
    return page_of([desk.placement_in_list(row, today) for row in rows], total, call)


def get_desk_placement(cur: Cursor, call: Call) -> Answer:
    """Show one place at a region's desk, with the region's own file of it."""
    region = region_of(call)
    actor_of(call).works_for(region)
    row = store.get_placement(cur, region, placement_of(call))
    if row["candidate"] is not None:
        processing.touch(READ_FILE, CANDIDATE, row["candidate"])
    return Answer(desk.placement(row, date_of(call.now)))


def decide_on_placement(cur: Cursor, call: Call) -> Answer:
    """Submit a region's decision to the placement's owner, who has the last word."""
    region, placement = region_of(call), placement_of(call)
    actor = actor_of(call)
    actor.works_for(region)
    wish = placement_wish(call.body, on=date_of(call.now))
    held = store.lock_placement(cur, region, placement)
    candidate = candidate_of(wish)
    for touched in held.candidates(wish):
        processing.touch(PROPOSE, CANDIDATE, touched)
    decision = held.decide(wish, actor, at=call.now)
    if candidate is not None:
        store.know_reference(cur, region, candidate)
    state = messages.placement_decision_submitted(decision)
    [sent] = journal.publish(cur, [state], now=call.now, traceparent=call.traceparent)
    by = call.principal.subject
    store.record_placement_decision(cur, decision, sequence=sent.sequence, by=by)
    on = date_of(call.now)
    retention.follow(cur, [Filed(region, placement, decision.standing, on)], call.now)
    told = desk.placement_decision(store.get_placement(cur, region, placement))
    return Answer(told, 202, location=f"/v1/regions/{region}/placements/{placement}")


def make_candidate_reference(cur: Cursor, call: Call) -> Answer:
    """Make a reference under which a region may speak of a candidate."""
    region = region_of(call)
    actor_of(call).works_for(region)
    nothing_said(call.body)
    by = call.principal.subject
    made = make_reference(region, secrets.choice)
    while not store.add_reference(cur, region, made, now=call.now, by=by):
        made = make_reference(region, secrets.choice)
    processing.touch(MAKE_REFERENCE, CANDIDATE, made)
    retention.watch_unused(cur, region, call.now)
    return Answer(desk.candidate_reference(made, region, call.now), 201)


def _filters(call: Call) -> Mapping[str, Any]:
    sector, overdue = call.params.get("sector"), call.params.get("overdue")
    return {
        "state": call.params.get("state"),
        "sector": None if sector is None else sector_code(sector),
        "organisation": call.params.get("organisation"),
        "overdue": None if overdue is None else overdue == "true",
        "newest": call.params.get("sort") == "newest",
        "q": call.params.get("q"),
    }
