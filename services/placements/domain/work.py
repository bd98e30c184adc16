# SPDX-License-Identifier: EUPL-1.2
"""From the start on: who started, how it goes, when it is sustained, and how it ends."""

from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta

from services.placements.domain import refusals as no
from services.placements.domain.actors import SYSTEM, Actor
from services.placements.domain.life import OF_A_REGION, State, Step
from services.placements.domain.placement import (
    CHECK_IN_MONTHS,
    DAYS_OF_GRACE,
    CheckIn,
    Fact,
    Outcome,
    Placement,
    Start,
    Today,
)


def check_in_days(start: date) -> dict[int, date]:
    """Give the day of each check-in: so many months after the start, by month."""
    return {month: _months_after(start, month) for month in CHECK_IN_MONTHS}


def report_start(
    placement: Placement, actor: Actor, *, on: date | None, guidance: str | None, today: Today
) -> Placement:
    """Record that somebody started, or let the region confirm what was reported.

    A start that the region reports itself needs no confirmation.
    """
    region = actor.role in OF_A_REGION
    if region and placement.start is not None:
        return _confirm_start(placement, actor, on=on, guidance=guidance, today=today)
    placement.must_let(actor, Step.STARTED)
    start = Start(
        on=on or today.on,
        guidance=guidance or placement.terms.guidance,
        reported_by=actor.role,
        confirmed=region,
    )
    _must_lie_between(start.on, placement.offered_on, today.on)
    return placement.take(Fact(Step.STARTED, actor, today.now), start=start)


def check_in(placement: Placement, actor: Actor, said: CheckIn, *, today: Today) -> Placement:
    """Record how it goes; what says "still working" late enough makes it sustained."""
    placement.must_let(actor, Step.CHECKED_IN)
    _must_lie_between(said.on, _started_on(placement), today.on)
    if said.still_working == (said.outcome is Outcome.STOPPED):
        raise no.CheckInContradicts("stopped is said of somebody who works there no more")
    if said.month and said.month in {one.month for one in placement.check_ins}:
        raise no.MonthAlreadyCheckedIn(f"month {said.month} was checked in before")
    if said.month:
        _must_have_begun(said.month, _started_on(placement), said.on)
    fact = Fact(Step.CHECKED_IN, actor, today.now)
    return _sustain(placement.take(fact, check_ins=(*placement.check_ins, said)), today)


def complete(placement: Placement, actor: Actor, *, on: date, today: Today) -> Placement:
    """End a sustained placement as it was meant to end."""
    placement.must_let(actor, Step.COMPLETED)
    _must_lie_between(on, _started_on(placement), today.on)
    return placement.take(Fact(Step.COMPLETED, actor, today.now), ended_on=on)


def end_early(
    placement: Placement,
    actor: Actor,
    *,
    on: date,
    reason_code: str | None,
    reason: str | None,
    today: Today,
) -> Placement:
    """End it before its time, with the code of a reason."""
    placement.must_let(actor, Step.ENDED_EARLY)
    _must_lie_between(on, _started_on(placement), today.on)
    if reason_code is None:
        raise no.ReasonNeeded("ending early needs the code of a reason")
    fact = Fact(Step.ENDED_EARLY, actor, today.now, reason_code, reason)
    return placement.take(fact, ended_on=on, reason_code=reason_code, reason=reason)


def _confirm_start(
    placement: Placement, actor: Actor, *, on: date | None, guidance: str | None, today: Today
) -> Placement:
    placement.must_let(actor, Step.START_CONFIRMED)
    start = placement.start
    assert start is not None, "what runs has started"  # noqa: S101
    if start.confirmed:
        raise no.StartAlreadyConfirmed(f"the start on {start.on} is confirmed")
    if (on or start.on) != start.on or (guidance or start.guidance) != start.guidance:
        raise no.StartDiffers(f"reported was {start.on}, with {start.guidance}")
    fact = Fact(Step.START_CONFIRMED, actor, today.now)
    return _sustain(placement.take(fact, start=replace(start, confirmed=True)), today)


def _sustain(placement: Placement, today: Today) -> Placement:
    """Become sustained by a check-in that is late enough, and by nothing else.

    A start that the region never confirmed counts for nothing yet.
    """
    since, start = placement.sustained_from, placement.start
    if placement.state is not State.STARTED or not since or not (start and start.confirmed):
        return placement
    days = [one.on for one in placement.check_ins if one.still_working and one.on >= since]
    if not days:
        return placement
    return placement.take(Fact(Step.SUSTAINED, SYSTEM, today.now), sustained_on=min(days))


def _started_on(placement: Placement) -> date:
    assert placement.start is not None, "what runs has started"  # noqa: S101
    return placement.start.on


def _must_have_begun(month: int, start: date, on: date) -> None:
    begins = _months_after(start, month - 1)
    if on < begins - timedelta(DAYS_OF_GRACE):
        raise no.MonthNotBegun(month, begins)


def _must_lie_between(day: date, first: date, last: date) -> None:
    if day < first:
        raise no.DayOutOfOrder(f"{day} is before {first}")
    if day > last:
        raise no.DayOutOfOrder(f"{day} has not come yet")


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
