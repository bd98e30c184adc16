# SPDX-License-Identifier: EUPL-1.2
"""Who takes the lead for a sector, and which instruments a region has on offer."""

from services.regions import store
from services.regions.domain import Offer, SectorLead
from services.regions.handlers.asked import actor_of, region_of
from services.regions.schemas import leads, messages, requests
from shared.messaging import journal
from shared.runtime import Answer, Call, Cursor, page_of
from shared.runtime.clock import date_of


def list_sector_leads(cur: Cursor, call: Call) -> Answer:
    """Show who takes the lead for each sector that a region knows."""
    region = region_of(call)
    known = list(store.division_of(cur, region).leads.values())
    size = call.params["pageSize"]
    first = (call.params["page"] - 1) * size
    items = [leads.lead_in_list(one) for one in known[first : first + size]]
    return page_of(items, len(known), call)


def get_sector_lead(cur: Cursor, call: Call) -> Answer:
    """Show who takes the lead for a sector: there is an answer for every sector."""
    return _shown(cur, call, store.division_of(cur, region_of(call)).lead_of(call.params["sector"]))


def set_sector_lead(cur: Cursor, call: Call) -> Answer:
    """Give the lead for a sector to another organisation; open places go along."""
    region = region_of(call)
    actor_of(call).manages(region)
    asked = requests.override(call.body)
    store.lock_desk(cur, region)
    division = store.division_of(cur, region)
    present = division.lead_of(call.params["sector"])
    call.expect(present.revision)
    lead = present.overridden(asked, division.organisations)
    by = call.principal.subject
    store.record_lead(cur, lead, reason=asked.reason, now=call.now, by=by)
    return _shown(cur, call, lead)


def get_instruments(cur: Cursor, call: Call) -> Answer:
    """Show what a region has on offer, beside everything that there is."""
    offer, told = store.get_offer(cur, region_of(call))
    return Answer(leads.instruments(offer, told, date_of(call.now)), etag=offer.revision)


def set_instruments(cur: Cursor, call: Call) -> Answer:
    """Say what a region has on offer from now on."""
    region = region_of(call)
    actor_of(call).manages(region)
    offered, reason = requests.offered(call.body)
    store.lock_desk(cur, region)
    present, _ = store.get_offer(cur, region)
    call.expect(present.revision)
    offer = Offer(region, offered, present.revision + 1)
    store.record_offer(cur, offer, reason=reason, now=call.now, by=call.principal.subject)
    state = messages.instruments_changed(offer, call.now)
    journal.publish(cur, [state], now=call.now, traceparent=call.traceparent)
    return get_instruments(cur, call)


def _shown(cur: Cursor, call: Call, lead: SectorLead) -> Answer:
    history = store.lead_history(cur, region_of(call), lead.sector)
    return Answer(leads.lead(lead, history), etag=lead.revision)
