# SPDX-License-Identifier: EUPL-1.2
"""What a region holds of agreements, and decides on them."""

from services.regions import store
from services.regions.handlers.asked import actor_of, agreement_of, region_of, window
from services.regions.schemas import answers, messages, requests
from shared.messaging import journal
from shared.runtime import Answer, Call, Cursor, page_of


def list_held_agreements(cur: Cursor, call: Call) -> Answer:
    """Show the agreements that a region holds."""
    filters = {name: call.params.get(name) for name in ("state", "decision")}
    region = region_of(call)
    rows, total = store.list_held(cur, region, filters, **window(call))
    offer, _ = store.get_offer(cur, region)
    return page_of([answers.held(row, offer) for row in rows], total, call)


def get_held_agreement(cur: Cursor, call: Call) -> Answer:
    """Show a region's own copy of an agreement."""
    region = region_of(call)
    row = store.get_held(cur, region, agreement_of(call))
    offer, _ = store.get_offer(cur, region)
    return Answer(answers.held(row, offer))


def decide_on_agreement(cur: Cursor, call: Call) -> Answer:
    """Submit a region's decision to the agreement's owner, who has the last word."""
    region, agreement = region_of(call), agreement_of(call)
    actor_of(call).manages(region)
    held = store.lock_held(cur, region, agreement)
    decision = held.decide(requests.wish(call.body), at=call.now)
    state = messages.decision_submitted(decision)
    [sent] = journal.publish(cur, [state], now=call.now, traceparent=call.traceparent)
    store.record_decision(cur, decision, sequence=sent.sequence, by=call.principal.subject)
    told = answers.decision(store.get_held(cur, region, agreement))
    return Answer(told, 202, location=f"/v1/regions/{region}/agreements/{agreement}")


def list_consultations(cur: Cursor, call: Call) -> Answer:
    """Show the concepts that a region may comment on."""
    region, state = region_of(call), call.params.get("state")
    rows, total = store.list_consultations(cur, region, state, **window(call))
    offer, _ = store.get_offer(cur, region)
    return page_of([answers.consultation(row, offer) for row in rows], total, call)
