# SPDX-License-Identifier: EUPL-1.2
"""Offering places: one, or a call for many in many regions."""

from uuid import uuid4

from services.placements.domain import Offering, Placement, Today, offer
from services.placements.handlers.keeping import keep
from services.placements.handlers.showing import beside
from services.placements.schemas import answers, requests
from services.placements.schemas.requests import Offer
from services.placements.store import copies, places
from shared.runtime import Answer, Call, Cursor
from shared.runtime.calendar import working_days_after
from shared.runtime.clock import date_of

PICK_UP_WORKING_DAYS = 5
CREATED = 201


def offer_place(cur: Cursor, call: Call) -> Answer:
    """Offer a place; several of one kind are a call, and the first of them is the answer."""
    asked = requests.offer_of_place(call.body)
    [first, *_] = _offered(cur, call, asked, str(uuid4()) if asked.places > 1 else None)
    body = answers.placement_detail(first, beside(cur, [first], date_of(call.now)), [])
    return Answer(body, CREATED, etag=first.revision, location=f"/v1/placements/{first.id}")


def offer_call(cur: Cursor, call: Call) -> Answer:
    """Offer every place of a call, or none of them."""
    asked, call_id = requests.offer_of_call(call.body), str(uuid4())
    offered = _offered(cur, call, asked, call_id)
    row = _call_row(call, asked, offered, call_id)
    body = answers.call_detail(row, offered, beside(cur, offered, date_of(call.now)))
    return Answer(body, CREATED, location=f"/v1/calls/{call_id}")


def _offered(cur: Cursor, call: Call, asked: Offer, call_id: str | None) -> list[Placement]:
    today = Today(call.now, date_of(call.now))
    offering = Offering(
        actor=requests.actor(call.principal),
        framework=copies.hold_framework(cur, asked.agreement_id),
        today=today,
        pick_up_by=working_days_after(today.on, PICK_UP_WORKING_DAYS),
        call_id=call_id,
        reason=asked.reason,
    )
    ids = (str(uuid4()) for _ in range(asked.places))
    offered = offer(offering, asked.lines, ids)
    if call_id is not None:
        places.add_call(cur, _call_row(call, asked, offered, call_id))
    who, trace = call.principal.subject, call.traceparent
    return keep(cur, offered, who=who, now=call.now, traceparent=trace)


def _call_row(
    call: Call, asked: Offer, offered: list[Placement], call_id: str
) -> dict[str, object]:
    return {
        "id": call_id,
        "agreement_id": asked.agreement_id,
        "employer_id": offered[0].employer_id,
        "employer_name": offered[0].employer_name,
        "places": asked.places,
        "regions": asked.regions,
        "reason": asked.reason,
        "offered_at": call.now,
        "offered_by": call.principal.subject,
    }
