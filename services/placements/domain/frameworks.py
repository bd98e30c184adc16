# SPDX-License-Identifier: EUPL-1.2
"""What offering a place needs of an agreement: the versions in force, and who takes part."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.placements.domain.life import OPEN, State
from services.placements.domain.refusals import (
    AgreementNotOpen,
    NotForPlacements,
    ParticipationStartsLater,
    RegionDoesNotTakePart,
)

PLACEMENT = "placement"
PUBLISHED, ENDED, EXPIRED, WITHDRAWN = "published", "ended", "expired", "withdrawn"


@dataclass(frozen=True, slots=True)
class Terms:
    """What one version says about placements; a placement keeps those it was offered under."""

    version: int
    target_groups: frozenset[str]
    guidance: str
    sustained_after_weeks: int


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an agreement that is in force until a day."""

    terms: Terms
    kinds: frozenset[str]
    valid_until: date | None

    def in_force(self, on: date) -> bool:
        """Say whether it holds on a day."""
        return self.valid_until is None or on <= self.valid_until


@dataclass(frozen=True, slots=True)
class Participant:
    """One region's part: the version that it accepted last, and since when it counts."""

    status: str
    version: int | None
    active_from: date | None


@dataclass(frozen=True, slots=True)
class Cut:
    """Which places are withdrawn by what happened to an agreement, and why."""

    reason: str
    states: frozenset[State]
    region: str | None = None

    def takes(self, region: str, state: State) -> bool:
        """Say whether a place is one of them."""
        return state in self.states and self.region in (None, region)


@dataclass(frozen=True, slots=True)
class Framework:
    """An agreement, as far as places need it."""

    agreement_id: str
    employer_id: str
    employer_name: str
    status: str
    versions: Mapping[int, Version]
    participants: Mapping[str, Participant]

    def must_be_open(self) -> None:
        """Refuse a new place under an agreement that is suspended or over."""
        if self.status != PUBLISHED:
            raise AgreementNotOpen(f"the agreement is {self.status}")

    def takes_part(self, region: str, *, on: date) -> bool:
        """Say whether a region has accepted a version that is in force on a day."""
        return self._accepted(region, on) is not None

    def terms_for(self, region: str, *, on: date, by: date) -> Terms:
        """Give the terms under which a place is offered in a region on a day, or refuse.

        `by` is the day on which somebody is needed: the region's convenant must have begun.
        """
        self.must_be_open()
        version = self._accepted(region, on)
        if version is None:
            raise RegionDoesNotTakePart([region])
        if version.kinds and PLACEMENT not in version.kinds:
            raise NotForPlacements(f"version {version.terms.version} knows no placements")
        active_from = self.participants[region].active_from
        if active_from is not None and by < active_from:
            raise ParticipationStartsLater(f"{region} takes part from {active_from}")
        return version.terms

    def cuts(self) -> tuple[Cut, ...]:
        """Say which places fall away: those of an agreement that is over, and of who has left.

        During the notice of an agreement that was ended, whoever is confirmed may still start.
        """
        if self.status == EXPIRED:
            return (Cut("the agreement has expired", OPEN | {State.CONFIRMED}),)
        if self.status == ENDED:
            return (Cut("the agreement was ended", OPEN),)
        return tuple(
            Cut(f"{region} no longer takes part", OPEN, region)
            for region, one in self.participants.items()
            if one.status == WITHDRAWN
        )

    def _accepted(self, region: str, on: date) -> Version | None:
        part = self.participants.get(region)
        if part is None or part.status == WITHDRAWN or part.version is None:
            return None
        version = self.versions.get(part.version)
        return version if version and version.in_force(on) else None
