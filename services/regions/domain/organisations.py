# SPDX-License-Identifier: EUPL-1.2
"""Who serves employers in a region, as the region itself says."""

from collections.abc import Collection
from dataclasses import dataclass

from services.regions.domain.names import RegionCode
from services.regions.domain.refusals import OrganisationLeads

EMPLOYERS = "werkgevers"


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a region says of an organisation; without sectors it serves all of them."""

    kind: str
    status: str
    audiences: tuple[str, ...]
    sectors: tuple[str, ...] = ()
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation of a region; revision 0 is one that nobody told of yet."""

    region: RegionCode
    name: str
    told: Particulars | None = None
    revision: int = 0

    def said(self, told: Particulars, leads: Collection[str]) -> "Organisation":
        """Give the organisation as it is now said to be; who leads a sector serves employers."""
        if leads and EMPLOYERS not in told.audiences:
            sectors = ", ".join(sorted(leads))
            raise OrganisationLeads(f"{self.name} takes the lead for {sectors}")
        return Organisation(self.region, self.name, told, self.revision + 1)
