# SPDX-License-Identifier: EUPL-1.2
"""What a region decides on a place that was offered to it.

A placement has another owner, which records or refuses what the region says in the placement's
next state. What is said is the region's whole word: an owner that missed an earlier decision
finds it in the latest.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.regions.domain.actors import Actor
from services.regions.domain.candidates import CandidateReference, Confirmation
from services.regions.domain.leads import Route
from services.regions.domain.names import PlacementId, RegionCode
from services.regions.domain.refusals import (
    CorrectionChangesNothing,
    NotANeighbour,
    NothingToCorrect,
    PlacementAlreadyConfirmed,
    PlacementAlreadyPickedUp,
    PlacementDecisionIncomplete,
    PlacementNotPickedUp,
    PlacementOver,
    Refused,
)

OTHER_REASON = "other_reason"


class Standing(StrEnum):
    """How a place stands at the desk: as the region said last, or else as its owner did."""

    OFFERED = "offered"
    PICKED_UP = "picked_up"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    HANDED_OVER = "handed_over"
    STARTED = "started"
    SUSTAINED = "sustained"
    COMPLETED = "completed"
    ENDED_EARLY = "ended_early"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class Step(StrEnum):
    """What a region may say to a place."""

    PICKED_UP = "picked_up"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    DECLINED = "declined"
    HANDED_OVER = "handed_over"


Outcome = Standing | type[Refused]

_FILLED = (Standing.CONFIRMED, Standing.STARTED, Standing.SUSTAINED)
_ENDED = (Standing.COMPLETED, Standing.ENDED_EARLY)
_GONE = (Standing.DECLINED, Standing.HANDED_OVER, Standing.WITHDRAWN, Standing.LAPSED)
_LATE: Mapping[Standing, Outcome] = {
    **dict.fromkeys((*_GONE, *_ENDED), PlacementOver),
    **dict.fromkeys(_FILLED, PlacementAlreadyConfirmed),
    Standing.OFFERED: PlacementNotPickedUp,
}

# Each step from each standing: the standing after it, or the refusal.
LIFE: Mapping[Step, Mapping[Standing, Outcome]] = {
    Step.PICKED_UP: {
        **_LATE,
        Standing.OFFERED: Standing.PICKED_UP,
        Standing.PICKED_UP: PlacementAlreadyPickedUp,
    },
    Step.CONFIRMED: {**_LATE, Standing.PICKED_UP: Standing.CONFIRMED},
    # A candidate may fall away after the confirmation: until the start the region may decline.
    Step.DECLINED: {
        **_LATE,
        Standing.PICKED_UP: Standing.DECLINED,
        Standing.CONFIRMED: Standing.DECLINED,
    },
    Step.HANDED_OVER: {**_LATE, Standing.PICKED_UP: Standing.HANDED_OVER},
    Step.CORRECTED: {
        **dict.fromkeys(_GONE, PlacementOver),
        **{one: one for one in (*_FILLED, *_ENDED)},
        Standing.OFFERED: NothingToCorrect,
        Standing.PICKED_UP: NothingToCorrect,
    },
}


@dataclass(frozen=True, slots=True)
class PlacementWish:
    """What a region's officer asks to have decided.

    `confirmation` goes with a confirmation, `changes` are the fields of it that a correction
    says anew, `reason_code` goes with a decline and `to_region` with a hand-over.
    """

    step: Step
    confirmation: Confirmation | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)
    reason_code: str | None = None
    reason: str | None = None
    to_region: RegionCode | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What a region has said of a place until now, or is about to say: its whole word.

    `route` is who had it in hand when it was picked up, and has it since.
    """

    picked_up_at: datetime | None = None
    route: Route | None = None
    confirmation: Confirmation | None = None
    corrections: int = 0
    corrected_at: datetime | None = None
    correction_reason: str | None = None


@dataclass(frozen=True, slots=True)
class PlacementDecision:
    """A step that a region took, on which state of the placement, and its whole word after it."""

    region: RegionCode
    placement_id: PlacementId
    placement_sequence: int
    step: Step
    standing: Standing
    said: Said
    decided_at: datetime
    reason_code: str | None = None
    reason: str | None = None
    to_region: RegionCode | None = None

    @property
    def corrects(self) -> bool:
        """Tell whether it only corrects what was said before."""
        return self.step is Step.CORRECTED

    @property
    def word(self) -> Step:
        """Name what the region says of the place: a correction leaves it confirmed."""
        return Step.CONFIRMED if self.corrects else self.step


@dataclass(frozen=True, slots=True)
class HeldPlacement:
    """A region's own copy of a placement, as far as deciding needs it.

    `route` is who has it in hand: the lead of its sector, until somebody picks it up. `groups`
    are those of the version that it was offered under, None where that is no longer held.
    """

    region: RegionCode
    id: PlacementId
    sequence: int
    standing: Standing
    route: Route
    groups: frozenset[str] | None
    neighbours: frozenset[RegionCode]
    said: Said

    def decide(self, wish: PlacementWish, by: Actor, at: datetime) -> PlacementDecision:
        """Give the decision to submit to the placement's owner, who has the last word."""
        by.has_in_hand(self.region, self.route.organisation)
        after = self._after(wish.step)
        match wish.step:
            case Step.PICKED_UP:
                said = Said(picked_up_at=at, route=self.route)
            case Step.CONFIRMED:
                said = self._confirmed(wish)
            case Step.CORRECTED:
                said = self._corrected(wish, at)
            case Step.DECLINED:
                said = self._declined(wish)
            case Step.HANDED_OVER:
                said = self._handed_over(wish)
        return PlacementDecision(
            self.region,
            self.id,
            self.sequence,
            wish.step,
            after,
            said,
            at,
            wish.reason_code,
            wish.reason,
            wish.to_region,
        )

    def candidates(self, wish: PlacementWish) -> frozenset[CandidateReference]:
        """Name whom a wish is about: the candidate of before, and the one that it names."""
        before = self.said.confirmation
        named = candidate_of(wish), None if before is None else before.candidate
        return frozenset(one for one in named if one is not None)

    def _after(self, step: Step) -> Standing:
        outcome = LIFE[step][self.standing]
        if isinstance(outcome, Standing):
            return outcome
        raise outcome(f"placement {self.id} is {self.standing} in {self.region}")

    def _confirmed(self, wish: PlacementWish) -> Said:
        if wish.confirmation is None:
            raise PlacementDecisionIncomplete("a confirmation says who is confirmed, and how")
        wish.confirmation.fits(self.groups)
        return self._again(wish.confirmation)

    def _corrected(self, wish: PlacementWish, at: datetime) -> Said:
        before = self.said.confirmation
        if before is None:
            raise NothingToCorrect(f"{self.region} did not confirm placement {self.id} itself")
        if not wish.reason:
            raise PlacementDecisionIncomplete("a correction says why")
        after = replace(before, **wish.changes)
        if after == before:
            raise CorrectionChangesNothing("the confirmation says so already")
        after.fits(self.groups)
        return replace(
            self.said,
            confirmation=after,
            corrections=self.said.corrections + 1,
            corrected_at=at,
            correction_reason=wish.reason,
        )

    def _declined(self, wish: PlacementWish) -> Said:
        if wish.reason_code is None:
            raise PlacementDecisionIncomplete("a region that declines says why")
        if wish.reason_code == OTHER_REASON and not wish.reason:
            raise PlacementDecisionIncomplete("another reason is explained")
        # An owner that missed the confirmation counts it, before the candidate fell away.
        return self.said

    def _handed_over(self, wish: PlacementWish) -> Said:
        if wish.to_region is None:
            raise PlacementDecisionIncomplete("a hand-over names the region")
        if wish.to_region not in self.neighbours:
            raise NotANeighbour(f"{wish.to_region} shares no border with {self.region}")
        return self._again(None)

    def _again(self, confirmation: Confirmation | None) -> Said:
        """Say anew what is known of the candidate; who picked it up, and when, stays."""
        return Said(self.said.picked_up_at, self.said.route, confirmation)


def candidate_of(wish: PlacementWish) -> CandidateReference | None:
    """Give the candidate that a wish names, whose reference the region must have given out."""
    if wish.confirmation is not None:
        return wish.confirmation.candidate
    return wish.changes.get("candidate")
