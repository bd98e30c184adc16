# SPDX-License-Identifier: EUPL-1.2
"""One place that an employer offers in one region, and what becomes of it.

Every step returns the placement as it is afterwards and the facts for its history, or refuses by
raising. Time comes in from outside: moments are UTC, dates are those of the Netherlands.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NewType

from services.placements.domain.actors import SYSTEM, Actor
from services.placements.domain.frameworks import Terms
from services.placements.domain.life import MOVES, Role, State, Step, next_state
from services.placements.domain.refusals import ReasonNeeded

PlacementId = NewType("PlacementId", str)

CHECK_IN_MONTHS = (1, 3, 6, 12)
DAYS_OF_GRACE = 3
"""How many days before a month begins its check-in may be."""


class Outcome(StrEnum):
    """How it goes, by a check-in."""

    GOING_WELL = "going_well"
    CONCERNS = "concerns"
    STOPPED = "stopped"


class Direction(StrEnum):
    """Whether a place was handed over to the region at the other end, or came from there."""

    TO = "to"
    FROM = "from"


@dataclass(frozen=True, slots=True)
class Today:
    """The moment of a step, and its day in the Netherlands."""

    now: datetime
    on: date


@dataclass(frozen=True, slots=True)
class Fact:
    """What happened to a placement, for its history; `at` is when, by whoever said so."""

    step: Step
    by: Actor
    at: datetime
    reason_code: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where the work is, and for whom it is done there."""

    municipality: str
    site: str | None = None
    client: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """What is offered: the work, where it is, and whom the employer has in mind."""

    region: str
    function: str
    sector: str
    workplace: Workplace
    hours_tenths: int
    needed_by: date
    wanted_groups: tuple[str, ...] = ()
    development_path: str | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """When somebody started, and who guides them at work."""

    on: date
    guidance: str
    reported_by: Role
    confirmed: bool


@dataclass(frozen=True, slots=True)
class CheckIn:
    """How it went on a day; `month` is the month after the start that it belongs to, if any."""

    on: date
    outcome: Outcome
    still_working: bool
    by: Role
    month: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """The placement at the other end of a hand-over."""

    placement_id: PlacementId
    region: str
    direction: Direction


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What is counted of a confirmation; who the candidate is stays with the region."""

    target_groups: frozenset[str]
    in_register: bool
    corrections: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the region's latest decision, and which of its decisions counts."""

    sequence: int
    objection: str | None = None
    recorded: int | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """One place in one region. `revision` is the sequence of the state that tells of it."""

    id: PlacementId
    call_id: str | None
    agreement_id: str
    employer_id: str
    employer_name: str
    terms: Terms
    place: Place
    offered_at: datetime
    offered_on: date
    pick_up_by: date
    last_change: Step
    last_change_at: datetime
    state: State = State.OFFERED
    revision: int = 1
    picked_up_at: datetime | None = None
    confirmed_at: datetime | None = None
    sustained_on: date | None = None
    ended_on: date | None = None
    start: Start | None = None
    check_ins: tuple[CheckIn, ...] = ()
    link: Link | None = None
    confirmation: Confirmation | None = None
    verdict: Verdict | None = None
    reason_code: str | None = None
    reason: str | None = None
    facts: tuple[Fact, ...] = field(default=(), compare=False)

    @property
    def region(self) -> str:
        """The region that looks for somebody."""
        return self.place.region

    @property
    def sustained_from(self) -> date | None:
        """The first day on which a check-in can make it sustained."""
        if self.start is None:
            return None
        return self.start.on + timedelta(weeks=self.terms.sustained_after_weeks)

    @property
    def moved(self) -> bool:
        """Whether it stands otherwise than before these steps."""
        return any(fact.step in MOVES for fact in self.facts)

    def overdue(self, on: date) -> bool:
        """Say whether the region is late in picking it up."""
        return self.state is State.OFFERED and on > self.pick_up_by

    def take(self, fact: Fact, **changes: Any) -> "Placement":  # noqa: ANN401 - its own fields
        """Take a step that the table allows from here, and remember the fact of it."""
        return replace(
            self,
            state=next_state(fact.step, self.state),
            last_change=fact.step,
            last_change_at=fact.at,
            facts=(*self.facts, fact),
            **changes,
        )

    def announced(self) -> "Placement":
        """Give it as the next state tells it: one revision on."""
        return replace(self, revision=self.revision + 1)

    def withdraw(self, actor: Actor, *, reason: str | None, today: Today) -> "Placement":
        """Take the place back before anybody started."""
        self.must_let(actor, Step.WITHDRAWN)
        if not reason:
            raise ReasonNeeded("withdrawing needs a reason")
        fact = Fact(Step.WITHDRAWN, actor, today.now, reason=reason)
        return self.take(fact, reason=reason)

    def lapse(self, today: Today) -> "Placement":
        """Let a place go for which nobody was found in time."""
        return self.take(Fact(Step.LAPSED, SYSTEM, today.now))

    def must_let(self, actor: Actor, step: Step) -> None:
        """Refuse a step that this actor may not take, or that the table does not allow here."""
        actor.must_be_allowed(step, region=self.region, employer=self.employer_id)
        next_state(step, self.state)
