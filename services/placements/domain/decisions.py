# SPDX-License-Identifier: EUPL-1.2
"""What a region decides on a place, settled by the place's owner.

A decision arrives by message and is a region's whole word on the place, so earlier ones may never
have been seen: they are passed through. It is never refused by raising: it is recorded, or refused
with a reason, in the placement's next state.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.placements.domain.actors import Actor
from services.placements.domain.frameworks import Framework
from services.placements.domain.life import CONFIRMED_ONCE, Role, State, Step
from services.placements.domain.offering import Offering, pass_on
from services.placements.domain.placement import (
    Confirmation,
    Direction,
    Fact,
    Link,
    Placement,
    Today,
    Verdict,
)
from services.placements.domain.refusals import (
    CandidateNotCovered,
    HandOverRefused,
    ReasonNeeded,
    Refused,
)


class Choice(StrEnum):
    """What a region may say of a place."""

    PICKED_UP = "picked_up"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    HANDED_OVER = "handed_over"


@dataclass(frozen=True, slots=True)
class Decision:
    """A region's whole word on one place; what it wrote down about it stays in the region."""

    sequence: int
    region: str
    choice: Choice
    picked_up_at: datetime
    decided_at: datetime
    reason_code: str | None = None
    to_region: str | None = None
    confirmation: Confirmation | None = None
    corrected_at: datetime | None = None

    @property
    def actor(self) -> Actor:
        """Who decided: an officer of the region's service point."""
        return Actor(Role.WSP_OFFICER, region=self.region)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What settling a hand-over needs to know beside the placement."""

    today: Today
    pick_up_by: date
    framework: Framework | None
    neighbours: Collection[str]
    new_id: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a decision: the placement, and the one that it was handed over to."""

    placement: Placement
    linked: Placement | None = None


def settle(placement: Placement, decision: Decision, around: Surroundings) -> Settled:
    """Record a region's decision, or refuse it and say why; either way it gets its answer.

    A region to which the place was not offered has no part in it, and hears nothing of it.
    """
    if decision.region != placement.region:
        return Settled(placement)
    reached = placement
    try:
        reached = _picked_up(placement, decision)
        settled = _decided(reached, decision, around)
    except Refused as refused:
        return Settled(_refused(reached, decision, str(refused), around.today.now))
    verdict = Verdict(decision.sequence, recorded=decision.sequence)
    return replace(settled, placement=replace(settled.placement, verdict=verdict))


def _picked_up(placement: Placement, decision: Decision) -> Placement:
    """Pass through the pick-up: a region decides on nothing that it did not take up first."""
    if placement.state is not State.OFFERED:
        return placement
    at = decision.picked_up_at
    fact = Fact(Step.PICKED_UP, decision.actor, at)
    return placement.take(fact, picked_up_at=at)


def _decided(placement: Placement, decision: Decision, around: Surroundings) -> Settled:
    match decision.choice:
        case Choice.PICKED_UP:
            return Settled(_only_picked_up(placement, decision))
        case Choice.CONFIRMED:
            return Settled(_confirmed(placement, decision))
        case Choice.DECLINED:
            return Settled(_declined(placement, decision))
        case Choice.HANDED_OVER:
            return _handed_over(placement, decision, around)


def _only_picked_up(placement: Placement, decision: Decision) -> Placement:
    if placement.state is State.PICKED_UP:
        return placement
    return placement.take(Fact(Step.PICKED_UP, decision.actor, decision.picked_up_at))


def _confirmed(placement: Placement, decision: Decision) -> Placement:
    said, known = decision.confirmation, placement.confirmation
    if said is None:
        raise ReasonNeeded("a confirmation says whom it counts for")
    if not said.target_groups <= placement.terms.target_groups:
        raise CandidateNotCovered(placement.terms.version)
    if known is not None and placement.state in CONFIRMED_ONCE:
        return _corrected(placement, decision, said, known)
    at = decision.decided_at
    first = replace(said, corrections=0)
    fact = Fact(Step.CONFIRMED, decision.actor, at)
    confirmed = placement.take(fact, confirmation=first, confirmed_at=at)
    return _corrected(confirmed, decision, said, first)


def _corrected(
    placement: Placement, decision: Decision, said: Confirmation, known: Confirmation
) -> Placement:
    """Take over a correction; the same word once more changes nothing."""
    if said.corrections <= known.corrections:
        return placement
    at = decision.corrected_at or decision.decided_at
    fact = Fact(Step.CORRECTED, decision.actor, at)
    return placement.take(fact, confirmation=said)


def _declined(placement: Placement, decision: Decision) -> Placement:
    if decision.reason_code is None:
        raise ReasonNeeded("declining needs the code of a reason")
    if decision.confirmation is not None and placement.state is State.PICKED_UP:
        placement = _confirmed(placement, decision)
    code = decision.reason_code
    fact = Fact(Step.DECLINED, decision.actor, decision.decided_at, code)
    # Whoever had been confirmed is not there any more, and is counted for nothing.
    return placement.take(fact, reason_code=code, confirmation=None)


def _handed_over(placement: Placement, decision: Decision, around: Surroundings) -> Settled:
    handed = placement.take(Fact(Step.HANDED_OVER, decision.actor, decision.decided_at))
    region = _new_region(placement, decision, around.neighbours)
    if around.framework is None:
        raise HandOverRefused("the agreement is not known here")
    offering = Offering(
        decision.actor, around.framework, around.today, around.pick_up_by, placement.call_id
    )
    back = Link(placement.id, placement.region, Direction.FROM)
    linked = pass_on(offering, replace(placement.place, region=region), around.new_id(), back)
    return Settled(replace(handed, link=Link(linked.id, region, Direction.TO)), linked)


def _new_region(placement: Placement, decision: Decision, neighbours: Collection[str]) -> str:
    region = decision.to_region
    if region is None:
        raise HandOverRefused("a hand-over names the region that takes over")
    if placement.link is not None:
        raise HandOverRefused(f"it came from {placement.link.region}: a place is handed over once")
    if region not in neighbours:
        raise HandOverRefused(f"{region} is no neighbour of {placement.region}")
    return region


def _refused(placement: Placement, decision: Decision, objection: str, now: datetime) -> Placement:
    fact = Fact(Step.DECISION_REFUSED, decision.actor, now, reason=objection)
    counts = placement.verdict.recorded if placement.verdict else None
    return replace(
        placement,
        verdict=Verdict(decision.sequence, objection, counts),
        last_change=Step.DECISION_REFUSED,
        last_change_at=now,
        facts=(*placement.facts, fact),
    )
