# SPDX-License-Identifier: EUPL-1.2
"""Who answers an employer in a region: its desk, or one account manager."""

from services.regions import store
from services.regions.handlers.asked import actor_of, employer_of, region_of, window
from services.regions.schemas import answers, messages, requests
from shared.messaging import journal
from shared.runtime import Answer, Call, Cursor, page_of
from shared.runtime.clock import date_of


def get_desk(cur: Cursor, call: Call) -> Answer:
    """Show a region's desk."""
    desk = store.get_desk(cur, region_of(call))
    return Answer(answers.desk(desk), etag=desk.revision)


def set_desk(cur: Cursor, call: Call) -> Answer:
    """Replace the particulars of a region's desk."""
    region = region_of(call)
    actor_of(call).works_for(region)
    particulars = requests.desk_particulars(call.body)
    desk = store.lock_desk(cur, region)
    call.expect(desk.revision)
    changed = desk.changed(**particulars)
    store.save_desk(cur, changed, now=call.now, by=call.principal.subject)
    return Answer(answers.desk(changed), etag=changed.revision)


def list_contacts(cur: Cursor, call: Call) -> Answer:
    """Show the employers that a region deals with, and who answers each of them."""
    region = region_of(call)
    desk = store.get_desk(cur, region)
    found, total = store.list_contacts(cur, region, **window(call))
    items = [answers.contact_in_list(contact, desk, employer) for contact, employer in found]
    return page_of(items, total, call)


def get_contact(cur: Cursor, call: Call) -> Answer:
    """Show who answers an employer in a region, and who did before."""
    region, employer = region_of(call), employer_of(call)
    known = store.get_employer(cur, employer)
    contact = store.get_contact(cur, region, employer)
    history = store.contact_history(cur, region, employer)
    body = answers.contact(contact, store.get_desk(cur, region), known, history)
    return Answer(body, etag=contact.revision)


def set_contact(cur: Cursor, call: Call) -> Answer:
    """Appoint an account manager, hand over to another, or give the employer to the desk."""
    region, employer = region_of(call), employer_of(call)
    actor_of(call).works_for(region)
    appointment = requests.appointment(call.body)
    store.get_employer(cur, employer)
    store.lock_desk(cur, region)
    present = store.get_contact(cur, region, employer)
    if call.if_match is not None:
        call.expect(present.revision)
    contact = present.succeeded_by(appointment, today=date_of(call.now))
    by, reason = call.principal.subject, appointment.reason
    store.record_contact(cur, contact, reason=reason, now=call.now, by=by)
    state = messages.contact_changed(contact)
    journal.publish(cur, [state], now=call.now, traceparent=call.traceparent)
    return get_contact(cur, call)
