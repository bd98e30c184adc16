# SPDX-License-Identifier: EUPL-1.2
"""A candidate is a reference that the region made, and nothing that says who it is.

The region alone can tell who is behind it. Reference, groups that say something about health,
and the particulars of instruments never leave the region's database.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NewType

from services.regions.domain.instruments import Instrument
from services.regions.domain.names import RegionCode
from services.regions.domain.refusals import (
    CriterionNotMet,
    GroupNotInAgreement,
    PlacementDecisionIncomplete,
)

CandidateReference = NewType("CandidateReference", str)

# Without 0, 1, I, L, O and U, which are misread, misheard or make words.
LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ"
FIGURES = "23456789"
# Every second sign is a letter, so that no row of figures can pass for a number of a person.
SHAPE = (LETTERS + FIGURES, LETTERS) * 4
PATTERN = rf"AM[0-9]{{2}}(-([{LETTERS}{FIGURES}][{LETTERS}]){{2}}){{2}}"

REGION_ONLY = frozenset({"ggz"})


def make_reference(region: RegionCode, choose: Callable[[str], str]) -> CandidateReference:
    """Make a new reference of a region; `choose` picks one of some signs at random."""
    signs = [choose(among) for among in SHAPE]
    first, last = "".join(signs[:4]), "".join(signs[4:])
    return CandidateReference(f"{region}-{first}-{last}")


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a region says of the candidate whom it found for a place."""

    candidate: CandidateReference
    target_groups: tuple[str, ...]
    in_register: bool
    criterion_met: bool
    instruments: tuple[Instrument, ...] = ()

    @property
    def travelling_groups(self) -> tuple[str, ...]:
        """Name the groups that its owner may hear of, for counting."""
        return tuple(one for one in self.target_groups if one not in REGION_ONLY)

    def fits(self, groups: frozenset[str] | None) -> None:
        """Refuse what the agreement is not for; None is a version that is no longer held."""
        if not self.criterion_met:
            raise CriterionNotMet("a candidate who does not meet the criterion is not confirmed")
        if not self.travelling_groups:
            raise PlacementDecisionIncomplete("name a group that the agreement is for")
        if groups is None:
            return
        if foreign := [one for one in self.travelling_groups if one not in groups]:
            raise GroupNotInAgreement(
                f"the agreement is not for {', '.join(foreign)}; it is for"
                f" {', '.join(sorted(groups))}"
            )
