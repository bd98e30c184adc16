# SPDX-License-Identifier: EUPL-1.2
"""Steps that people take by a call: withdrawing, starting, checking in, ending."""

from collections.abc import Callable

from services.placements import domain
from services.placements.domain import Actor, Placement, State, Today
from services.placements.handlers.keeping import keep
from services.placements.handlers.showing import beside
from services.placements.schemas import answers, requests
from services.placements.store import copies, places
from shared.runtime import Answer, Call, Cursor
from shared.runtime.clock import date_of

Step = Callable[[Placement, Actor, Today], Placement]


def withdraw_place(cur: Cursor, call: Call) -> Answer:
    """Take a place back before anybody started."""
    reason = requests.withdrawal(call.body)
    return _stepped(
        cur, call, lambda one, actor, today: one.withdraw(actor, reason=reason, today=today)
    )


def report_start(cur: Cursor, call: Call) -> Answer:
    """Record that somebody started, or that the region confirms it."""
    on, guidance = requests.start(call.body)
    return _stepped(
        cur,
        call,
        lambda one, actor, today: domain.report_start(
            one, actor, on=on, guidance=guidance, today=today
        ),
    )


def report_check_in(cur: Cursor, call: Call) -> Answer:
    """Record how it goes."""
    said = requests.check_in(call.body, requests.actor(call.principal), date_of(call.now))
    return _stepped(
        cur, call, lambda one, actor, today: domain.check_in(one, actor, said, today=today)
    )


def end_placement(cur: Cursor, call: Call) -> Answer:
    """Complete a placement, or end it before its time."""
    asked = requests.ending(call.body)

    def end(one: Placement, actor: Actor, today: Today) -> Placement:
        on = asked.on or today.on
        if asked.outcome == State.COMPLETED:
            return domain.complete(one, actor, on=on, today=today)
        code, reason = asked.reason_code, asked.reason
        return domain.end_early(one, actor, on=on, reason_code=code, reason=reason, today=today)

    return _stepped(cur, call, end)


def _stepped(cur: Cursor, call: Call, step: Step) -> Answer:
    """Take a step from the revision that was asked for, and show what came of it."""
    placement = places.lock_one(cur, call.params["id"])
    actor, today = requests.actor(call.principal), Today(call.now, date_of(call.now))
    actor.must_own(region=placement.region, employer=placement.employer_id)
    call.expect(placement.revision)
    who, trace = call.principal.subject, call.traceparent
    stepped = step(placement, actor, today)
    [told] = keep(cur, [stepped], who=who, now=call.now, traceparent=trace)
    shown = beside(cur, [told], today.on)
    body = answers.placement_detail(told, shown, copies.supports_of(cur, told.id))
    return Answer(body, etag=told.revision)
