# SPDX-License-Identifier: EUPL-1.2
"""Places of seed S3: what ISS offers in Regio Zwolle and Drechtsteden, at every point of a life."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

from services.placements.domain import (
    Actor,
    CheckIn,
    Choice,
    Confirmation,
    Decision,
    Framework,
    Line,
    Offering,
    Outcome,
    Participant,
    Place,
    Placement,
    Role,
    Settled,
    State,
    Step,
    Surroundings,
    Terms,
    Today,
    Version,
    Workplace,
    check_in,
    complete,
    end_early,
    offer,
    report_start,
    settle,
)

ZWOLLE, DRECHTSTEDEN = "AM36", "AM23"
NEIGHBOUR = "AM35"
ISS = "7c6a8f0e-2f55-4b7e-9a63-0d3f6f1f5a10"
AGREEMENT = "5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d"
DAY = date(2026, 12, 1)
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
TODAY = Today(NOW, DAY)
PICK_UP_BY = date(2026, 12, 8)

TERMS = Terms(1, frozenset({"jongeren_tot_27", "statushouders"}), "eigen_buddy", 26)
FRAMEWORK = Framework(
    agreement_id=AGREEMENT,
    employer_id=ISS,
    employer_name="ISS Facility Services",
    status="published",
    versions={1: Version(TERMS, frozenset({"placement", "project"}), None)},
    participants={
        ZWOLLE: Participant("accepted", 1, date(2026, 11, 20)),
        DRECHTSTEDEN: Participant("accepted", 1, date(2026, 11, 25)),
        NEIGHBOUR: Participant("accepted", 1, date(2026, 11, 25)),
    },
)
PLACE = Place(
    region=DRECHTSTEDEN,
    function="Medewerker schoonmaak",
    sector="facilitair",
    workplace=Workplace("GM0505"),
    hours_tenths=255,
    needed_by=date(2027, 1, 15),
)

EMPLOYER = Actor(Role.EMPLOYER, employer=ISS)
SLW = Actor(Role.SLW)
WSP = Actor(Role.WSP_OFFICER, region=DRECHTSTEDEN)
CONFIRMATION = Confirmation(frozenset({"jongeren_tot_27"}), in_register=False)

_numbers = count(1)


def new_id() -> str:
    """Give an identity that was not given before."""
    return f"00000000-0000-4000-8000-{next(_numbers):012}"


def at(day: date) -> Today:
    """Give nine o'clock on a day."""
    return Today(datetime.combine(day, NOW.timetz()), day)


def offering(framework: Framework = FRAMEWORK, actor: Actor = EMPLOYER) -> Offering:
    """Give who offers, under what and when."""
    return Offering(actor, framework, TODAY, PICK_UP_BY)


def offered(**changes: object) -> Placement:
    """Give one place as it was just offered."""
    line = Line(replace(PLACE, **changes))  # type: ignore[arg-type]
    [placement] = offer(offering(), [line], iter([new_id()]))
    return placement


def around(framework: Framework | None = FRAMEWORK) -> Surroundings:
    """Give what a hand-over needs: Gorinchem is a neighbour of Drechtsteden, Zwolle is not."""
    return Surroundings(TODAY, PICK_UP_BY, framework, {NEIGHBOUR}, new_id)


def decision(choice: Choice, **says: object) -> Decision:
    """Give a decision of Drechtsteden, with what that decision cannot do without."""
    needs: Mapping[Choice, Mapping[str, object]] = {
        Choice.PICKED_UP: {},
        Choice.CONFIRMED: {"confirmation": CONFIRMATION},
        Choice.DECLINED: {"reason_code": "no_candidate"},
        Choice.HANDED_OVER: {"to_region": NEIGHBOUR},
    }
    at = NOW + timedelta(hours=1)
    said = {"sequence": 1, "region": DRECHTSTEDEN, "picked_up_at": NOW, "decided_at": at}
    return Decision(**{**said, "choice": choice, **needs[choice], **says})  # type: ignore[arg-type]


def decided(placement: Placement, choice: Choice, **says: object) -> Placement:
    """Give a place after a decision of its region."""
    return settled(placement, choice, **says).placement


def settled(placement: Placement, choice: Choice, **says: object) -> Settled:
    """Give all that comes of a decision of a place's region."""
    return settle(placement, decision(choice, **{"region": placement.region, **says}), around())


def started(**changes: object) -> Placement:
    """Give a placement on which somebody started today, confirmed by the region."""
    confirmed = decided(offered(**changes), Choice.CONFIRMED)
    return report_start(confirmed, WSP, on=None, guidance=None, today=TODAY)


def late_enough(placement: Placement) -> Today:
    """Give the first day on which a check-in can make a placement sustained."""
    assert placement.sustained_from is not None
    return at(placement.sustained_from)


def working(on: date, **says: object) -> CheckIn:
    """Give a check-in that says that all is well."""
    said = {"on": on, "outcome": Outcome.GOING_WELL, "still_working": True, "by": Role.EMPLOYER}
    return CheckIn(**{**said, **says})  # type: ignore[arg-type]


def sustained() -> Placement:
    """Give a placement that is sustained."""
    one = started()
    today = late_enough(one)
    return check_in(one, WSP, working(today.on), today=today)


def reached(state: State) -> Placement:
    """Give a placement in any state, by the shortest way there."""
    ways: Mapping[State, Callable[[], Placement]] = {
        State.OFFERED: offered,
        State.PICKED_UP: lambda: decided(offered(), Choice.PICKED_UP),
        State.CONFIRMED: lambda: decided(offered(), Choice.CONFIRMED),
        State.DECLINED: lambda: decided(offered(), Choice.DECLINED),
        State.HANDED_OVER: lambda: decided(offered(), Choice.HANDED_OVER),
        State.STARTED: started,
        State.SUSTAINED: sustained,
        State.COMPLETED: lambda: step(Step.COMPLETED, sustained(), EMPLOYER),
        State.ENDED_EARLY: lambda: step(Step.ENDED_EARLY, started(), EMPLOYER),
        State.WITHDRAWN: lambda: offered().withdraw(EMPLOYER, reason="Vervallen", today=TODAY),
        State.LAPSED: lambda: offered().lapse(TODAY),
    }
    return ways[state]()


def step(which: Step, placement: Placement, actor: Actor) -> Placement:
    """Take a step that a person takes by a call, on the day on which it makes most sense."""
    today = late_enough(placement) if placement.start else TODAY
    ways: Mapping[Step, Callable[[], Placement]] = {
        Step.STARTED: lambda: report_start(placement, actor, on=None, guidance=None, today=today),
        Step.CHECKED_IN: lambda: check_in(placement, actor, working(today.on), today=today),
        Step.COMPLETED: lambda: complete(placement, actor, on=today.on, today=today),
        Step.ENDED_EARLY: lambda: end_early(
            placement,
            actor,
            on=today.on,
            reason_code="other_job",
            reason=None,
            today=today,
        ),
        Step.WITHDRAWN: lambda: placement.withdraw(actor, reason="Vervallen", today=today),
    }
    return ways[which]()
