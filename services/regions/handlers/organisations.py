# SPDX-License-Identifier: EUPL-1.2
"""Who serves employers in a region, and what the region says of each."""

from services.regions import store
from services.regions.handlers.asked import actor_of, region_of, window
from services.regions.schemas import organisations, requests
from shared.runtime import Answer, Call, Cursor, page_of


def list_organisations(cur: Cursor, call: Call) -> Answer:
    """Show who serves employers in a region."""
    rows, total = store.list_organisations(cur, region_of(call), **window(call))
    return page_of([organisations.in_list(row) for row in rows], total, call)


def get_organisation(cur: Cursor, call: Call) -> Answer:
    """Show an organisation of a region, and everything that was said of it before."""
    history = store.organisation_history(cur, region_of(call), call.params["name"])
    return Answer(organisations.detail(history), etag=history[0]["revision"])


def set_organisation(cur: Cursor, call: Call) -> Answer:
    """Add an organisation to a region, or say anew what it is; its lead can name it then."""
    region = region_of(call)
    actor_of(call).manages(region)
    told, reason = requests.organisation(call.body)
    store.lock_desk(cur, region)
    present = store.find_organisation(cur, region, call.params["name"])
    if present.revision or call.if_match is not None:
        call.expect(present.revision)
    division = store.division_of(cur, region)
    changed = present.said(told, division.share_of(present.name).led)
    by = call.principal.subject
    store.record_organisation(cur, changed, reason=reason, now=call.now, by=by)
    return get_organisation(cur, call)
