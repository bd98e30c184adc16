# SPDX-License-Identifier: EUPL-1.2
"""From the start on: guidance, confirmation by the region, check-ins, sustained, endings."""

from datetime import date, timedelta

import pytest

from services.placements.domain import (
    Actor,
    Choice,
    Outcome,
    Placement,
    Role,
    State,
    Step,
    check_in,
    complete,
    end_early,
    report_start,
)
from services.placements.domain.placement import DAYS_OF_GRACE
from services.placements.domain.refusals import (
    CheckInContradicts,
    DayOutOfOrder,
    MonthAlreadyCheckedIn,
    MonthNotBegun,
    ReasonNeeded,
    StartAlreadyConfirmed,
    StartDiffers,
)
from tests.unit.placements.places import (
    DAY,
    EMPLOYER,
    SLW,
    TODAY,
    WSP,
    at,
    decided,
    late_enough,
    offered,
    started,
    sustained,
    working,
)


def confirmed() -> Placement:
    return decided(offered(), Choice.CONFIRMED)


def reported(actor: Actor = EMPLOYER) -> Placement:
    return report_start(confirmed(), actor, on=None, guidance=None, today=TODAY)


def test_start_comes_with_the_guidance_of_the_agreement_unless_another_is_named() -> None:
    assert started().start is not None
    coached = report_start(confirmed(), EMPLOYER, on=None, guidance="jobcoach_extern", today=TODAY)
    assert coached.start is not None
    assert [reported().start.guidance, coached.start.guidance] == [  # type: ignore[union-attr]
        "eigen_buddy",
        "jobcoach_extern",
    ]


@pytest.mark.parametrize(("actor", "sure"), [(EMPLOYER, False), (SLW, False), (WSP, True)])
def test_start_is_confirmed_by_the_region_and_by_nobody_else(actor: Actor, *, sure: bool) -> None:
    start = reported(actor).start

    assert start is not None
    assert (start.reported_by, start.confirmed, start.on) == (actor.role, sure, DAY)


def test_region_confirms_what_was_reported_and_nothing_else() -> None:
    placement = reported()

    with pytest.raises(StartDiffers, match="2026-12-01"):
        report_start(placement, WSP, on=date(2026, 12, 2), guidance=None, today=TODAY)
    sure = report_start(placement, WSP, on=DAY, guidance=None, today=TODAY)
    assert sure.start is not None
    assert sure.start.confirmed
    assert (sure.state, sure.last_change) == (State.STARTED, Step.START_CONFIRMED)
    with pytest.raises(StartAlreadyConfirmed):
        report_start(sure, WSP, on=None, guidance=None, today=TODAY)


@pytest.mark.parametrize("days", [-1, 1])
def test_nobody_starts_before_the_offer_or_tomorrow(days: int) -> None:
    with pytest.raises(DayOutOfOrder):
        report_start(confirmed(), EMPLOYER, on=DAY + timedelta(days), guidance=None, today=TODAY)


def test_sustained_comes_of_a_check_in_that_is_late_enough_and_says_still_working() -> None:
    placement = started()
    today = late_enough(placement)
    assert today.on == date(2027, 6, 1)

    early = check_in(placement, WSP, working(today.on - timedelta(1)), today=today)
    assert early.state is State.STARTED
    late = check_in(early, EMPLOYER, working(today.on, month=6), today=today)
    assert (late.state, late.sustained_on) == (State.SUSTAINED, today.on)
    assert [fact.step for fact in late.facts][-2:] == [Step.CHECKED_IN, Step.SUSTAINED]
    assert late.facts[-1].by.role is Role.SYSTEM


def test_time_alone_or_somebody_who_stopped_makes_nothing_sustained() -> None:
    placement = started()
    today = at(late_enough(placement).on + timedelta(weeks=30))
    gone = working(today.on, outcome=Outcome.STOPPED, still_working=False)

    assert check_in(placement, WSP, gone, today=today).state is State.STARTED


def test_start_that_the_region_never_confirmed_is_not_sustained_until_it_does() -> None:
    placement = reported()
    today = late_enough(placement)

    unsure = check_in(placement, EMPLOYER, working(today.on), today=today)
    assert unsure.state is State.STARTED
    sure = report_start(unsure, WSP, on=None, guidance=None, today=today)
    assert (sure.state, sure.sustained_on) == (State.SUSTAINED, today.on)


@pytest.mark.parametrize(
    ("outcome", "still_working"),
    [(Outcome.STOPPED, True), (Outcome.GOING_WELL, False), (Outcome.CONCERNS, False)],
)
def test_check_in_does_not_contradict_itself(outcome: Outcome, *, still_working: bool) -> None:
    said = working(DAY, outcome=outcome, still_working=still_working)

    with pytest.raises(CheckInContradicts):
        check_in(started(), WSP, said, today=TODAY)


def test_month_is_checked_in_once_and_any_day_between_as_often_as_wanted() -> None:
    today = at(DAY + timedelta(days=40))
    placement = check_in(started(), WSP, working(today.on, month=1), today=today)

    with pytest.raises(MonthAlreadyCheckedIn):
        check_in(placement, EMPLOYER, working(today.on, month=1), today=today)
    twice = check_in(placement, EMPLOYER, working(today.on), today=today)
    assert [one.month for one in twice.check_ins] == [1, None]


def test_month_is_checked_in_when_it_has_begun_or_a_few_days_before() -> None:
    placement = started()
    began = date(2027, 11, 1)
    for day in (DAY + timedelta(1), began - timedelta(DAYS_OF_GRACE + 1)):
        with pytest.raises(MonthNotBegun, match="month 12 begins"):
            check_in(placement, WSP, working(day, month=12), today=at(day))
    almost = began - timedelta(DAYS_OF_GRACE)
    after = check_in(placement, WSP, working(almost, month=12), today=at(almost))
    assert [one.month for one in after.check_ins] == [12]
    first = check_in(placement, WSP, working(DAY, month=1), today=TODAY)
    assert [one.month for one in first.check_ins] == [1]


@pytest.mark.parametrize("day", [DAY - timedelta(1), DAY + timedelta(1)])
def test_check_in_lies_between_the_start_and_today(day: date) -> None:
    with pytest.raises(DayOutOfOrder):
        check_in(started(), WSP, working(day), today=TODAY)


def test_ending_early_needs_the_code_of_a_reason() -> None:
    with pytest.raises(ReasonNeeded):
        end_early(started(), WSP, on=DAY, reason_code=None, reason="?", today=TODAY)
    ended = end_early(started(), WSP, on=DAY, reason_code="dismissed", reason=None, today=TODAY)
    assert (ended.state, ended.reason_code, ended.ended_on) == (
        State.ENDED_EARLY,
        "dismissed",
        DAY,
    )


def test_completed_keeps_that_it_was_sustained() -> None:
    placement = sustained()
    today = late_enough(placement)

    done = complete(placement, EMPLOYER, on=today.on, today=today)

    assert (done.state, done.sustained_on) == (State.COMPLETED, today.on)


def test_withdrawing_needs_a_reason() -> None:
    with pytest.raises(ReasonNeeded):
        offered().withdraw(EMPLOYER, reason=None, today=TODAY)


def test_region_is_late_from_the_day_after_on_and_only_while_it_did_nothing() -> None:
    placement = offered()
    after = placement.pick_up_by + timedelta(1)

    assert not placement.overdue(placement.pick_up_by)
    assert placement.overdue(after)
    assert not decided(placement, Choice.PICKED_UP).overdue(after)
