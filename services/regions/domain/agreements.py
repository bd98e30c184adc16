# SPDX-License-Identifier: EUPL-1.2
"""What a region decides on its own copy of an agreement.

The agreement has another owner, who records or refuses that decision in the participation's next
state.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.regions.domain.names import AgreementId, RegionCode
from services.regions.domain.refusals import (
    AgreementOver,
    DecisionIncomplete,
    ParticipationWithdrawn,
    VersionNotInForce,
)


class Choice(StrEnum):
    """What a region may say to an agreement."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    CONSIDERING = "considering"


# The owner's words for an agreement that nobody can join any more.
OVER = frozenset({"ended", "expired"})
WITHDRAWN = "withdrawn"

# What a choice cannot do without, and the sentence that says so.
NEEDS: Mapping[Choice, Mapping[str, str]] = {
    Choice.ACCEPTED: {
        "signed_on": "the date on which the region signed",
        "employer_signed_on": "the date on which the employer signed",
    },
    Choice.DECLINED: {"reason": "the reason"},
    Choice.CONSIDERING: {},
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a region's manager asks to have decided; without a version, the newest is meant."""

    choice: Choice
    version: int | None = None
    reason: str | None = None
    signed_on: date | None = None
    employer_signed_on: date | None = None
    expected_on: date | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a region decided, on which version and on which state of the agreement."""

    region: RegionCode
    agreement_id: AgreementId
    agreement_sequence: int
    wish: Wish
    version: int
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class HeldAgreement:
    """A region's own copy of an agreement, as far as deciding needs it.

    `versions` are those in force; `participation` is the owner's word for the region's place
    in it, None while that word is still on its way.
    """

    region: RegionCode
    id: AgreementId
    sequence: int
    status: str
    versions: tuple[int, ...]
    participation: str | None

    def decide(self, wish: Wish, at: datetime) -> Decision:
        """Give the decision to submit to the agreement's owner, who has the last word."""
        if self.status in OVER:
            raise AgreementOver(f"agreement {self.id} is {self.status}")
        if self.participation == WITHDRAWN:
            raise ParticipationWithdrawn(f"{self.region} takes no part in agreement {self.id}")
        version = max(self.versions) if wish.version is None else wish.version
        if version not in self.versions:
            in_force = ", ".join(map(str, sorted(self.versions)))
            raise VersionNotInForce(f"version {version} is not in force; in force: {in_force}")
        if missing := missing_from(wish):
            raise DecisionIncomplete(f"{wish.choice} needs {' and '.join(missing.values())}")
        return Decision(self.region, self.id, self.sequence, wish, version, at)


def missing_from(wish: Wish) -> Mapping[str, str]:
    """Name what the choice needs and the wish does not say."""
    return {
        field: sentence
        for field, sentence in NEEDS[wish.choice].items()
        if not getattr(wish, field)
    }
