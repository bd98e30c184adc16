# SPDX-License-Identifier: EUPL-1.2
"""One function per call and per message: load, decide, save, publish, in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from services.regions import schemas, store
from services.regions.domain import AgreementId, EmployerId, RegionCode
from shared.contracts import reference
from shared.messaging import Arrival, StoredHashes, journal
from shared.runtime import Answer, Call, Cursor, page_of
from shared.runtime.clock import date_of


def list_regions(cur: Cursor, call: Call) -> Answer:
    """Show the regions, as they are today."""
    rows, total = store.list_regions(cur, on=date_of(call.now), **_window(call))
    return page_of([schemas.region_in_list(row) for row in rows], total, call)


def get_region(cur: Cursor, call: Call) -> Answer:
    """Show a region with everything that belongs to it today."""
    region = _region(call)
    row = store.get_region(cur, region, on=date_of(call.now))
    return Answer(schemas.region(row, store.get_desk(cur, region)))


def list_organisations(cur: Cursor, call: Call) -> Answer:
    """Show who serves employers in a region."""
    rows, total = store.list_organisations(cur, _region(call), **_window(call))
    return page_of([schemas.organisation(row) for row in rows], total, call)


def list_held_agreements(cur: Cursor, call: Call) -> Answer:
    """Show the agreements that a region holds."""
    filters = {name: call.params.get(name) for name in ("state", "decision")}
    rows, total = store.list_held(cur, _region(call), filters, **_window(call))
    return page_of([schemas.held(row) for row in rows], total, call)


def get_held_agreement(cur: Cursor, call: Call) -> Answer:
    """Show a region's own copy of an agreement."""
    return Answer(schemas.held(store.get_held(cur, _region(call), _agreement(call))))


def decide_on_agreement(cur: Cursor, call: Call) -> Answer:
    """Submit a region's decision to the agreement's owner, who has the last word."""
    region, agreement = _region(call), _agreement(call)
    held = store.lock_held(cur, region, agreement)
    decision = held.decide(schemas.wish(call.body), at=call.now)
    state = schemas.decision_submitted(decision)
    [sent] = journal.publish(cur, [state], now=call.now, traceparent=call.traceparent)
    store.record_decision(cur, decision, sequence=sent.sequence, by=call.principal.subject)
    told = schemas.decision(store.get_held(cur, region, agreement))
    return Answer(told, 202, location=f"/v1/regions/{region}/agreements/{agreement}")


def get_desk(cur: Cursor, call: Call) -> Answer:
    """Show a region's desk."""
    desk = store.get_desk(cur, _region(call))
    return Answer(schemas.desk(desk), etag=desk.revision)


def set_desk(cur: Cursor, call: Call) -> Answer:
    """Replace the particulars of a region's desk."""
    particulars = schemas.desk_particulars(call.body)
    desk = store.lock_desk(cur, _region(call))
    call.expect(desk.revision)
    changed = desk.changed(**particulars)
    store.save_desk(cur, changed, now=call.now, by=call.principal.subject)
    return Answer(schemas.desk(changed), etag=changed.revision)


def list_contacts(cur: Cursor, call: Call) -> Answer:
    """Show the employers that a region deals with, and who answers each of them."""
    region = _region(call)
    desk = store.get_desk(cur, region)
    found, total = store.list_contacts(cur, region, **_window(call))
    items = [schemas.contact_in_list(contact, desk, employer) for contact, employer in found]
    return page_of(items, total, call)


def get_contact(cur: Cursor, call: Call) -> Answer:
    """Show who answers an employer in a region, and who did before."""
    region, employer = _region(call), EmployerId(call.params["employerId"])
    known = store.get_employer(cur, employer)
    contact = store.get_contact(cur, region, employer)
    history = store.contact_history(cur, region, employer)
    body = schemas.contact(contact, store.get_desk(cur, region), known, history)
    return Answer(body, etag=contact.revision)


def set_contact(cur: Cursor, call: Call) -> Answer:
    """Appoint an account manager, hand over to another, or give the employer to the desk."""
    region, employer = _region(call), EmployerId(call.params["employerId"])
    appointment = schemas.appointment(call.body)
    store.get_employer(cur, employer)
    store.lock_desk(cur, region)
    present = store.get_contact(cur, region, employer)
    if call.if_match is not None:
        call.expect(present.revision)
    contact = present.succeeded_by(appointment, today=date_of(call.now))
    by, reason = call.principal.subject, appointment.reason
    store.record_contact(cur, contact, reason=reason, now=call.now, by=by)
    state = schemas.contact_changed(contact)
    journal.publish(cur, [state], now=call.now, traceparent=call.traceparent)
    return get_contact(cur, call)


def adopt_agreements(cur: Cursor, arrivals: Sequence[Arrival], now: datetime) -> StoredHashes:
    """Keep each region's own copy of the agreements that came for it."""
    return store.store_agreements(cur, [schemas.agreement_row(one) for one in arrivals], now)


def adopt_participations(cur: Cursor, arrivals: Sequence[Arrival], now: datetime) -> StoredHashes:
    """Keep each region's place in its agreements, and the owner's word on its decisions."""
    rows = [schemas.participation_row(one) for one in arrivals]
    return store.store_participations(cur, rows, now)


def adopt_employers(cur: Cursor, arrivals: Sequence[Arrival], now: datetime) -> StoredHashes:
    """Keep the employers that regions may deal with."""
    return store.store_employers(cur, [schemas.employer_row(one) for one in arrivals], now)


def _region(call: Call) -> RegionCode:
    """Give the region in the path, or refuse the code by name."""
    return RegionCode(reference.region(call.params["code"]).code)


def _agreement(call: Call) -> AgreementId:
    return AgreementId(call.params["id"])


def _window(call: Call) -> Mapping[str, int]:
    size = call.params["pageSize"]
    return {"limit": size, "offset": (call.params["page"] - 1) * size}
