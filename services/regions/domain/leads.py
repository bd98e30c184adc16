# SPDX-License-Identifier: EUPL-1.2
"""Who takes the lead for a sector in a region, and where a place is sent.

There is always an answer: what the organisations chose, else the division of the region, else its
only organisation, else its desk.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from services.regions.domain.names import RegionCode
from services.regions.domain.refusals import OrganisationUnknown, OverrideUnexplained


class Basis(StrEnum):
    """Why an organisation has the lead."""

    ESZL = "eszl"
    OVERRIDE = "override"
    ONLY_ORGANISATION = "only_organisation"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class Override:
    """What the organisations of a region chose, and why."""

    organisation: str
    coordinator: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Route:
    """Who has a place in hand, None being the region's desk, and why that one."""

    organisation: str | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class SectorLead:
    """Who takes the lead for one sector; without an organisation, the region's desk does.

    `by_division` is whom the division of the region names, if anybody; `coordinator` the
    centre municipality that coordinates. Revision 0 was never changed by the region.
    """

    region: RegionCode
    sector: str
    name: str
    organisation: str | None
    basis: Basis
    by_division: str | None = None
    sub_region: str | None = None
    coordinator: str | None = None
    revision: int = 0

    @property
    def route(self) -> Route:
        """Who has a place of this sector in hand until somebody picks it up."""
        return Route(self.organisation, self.basis)

    def overridden(self, by: Override, organisations: Collection[str]) -> Self:
        """Give the lead to another organisation of the region, or back to the division's."""
        if by.organisation not in organisations:
            raise OrganisationUnknown(
                f"{by.organisation} is not known to serve employers in {self.region}"
            )
        if not by.reason:
            raise OverrideUnexplained("whoever gives the lead to another says why")
        back = by.organisation == self.by_division
        return replace(
            self,
            organisation=by.organisation,
            basis=Basis.ESZL if back else Basis.OVERRIDE,
            coordinator=by.coordinator or self.coordinator,
            revision=self.revision + 1,
        )


def sector_code(text: str) -> str:
    """Make one code of every spelling of a sector: `Leisure Horeca` is `leisure_horeca`."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


@dataclass(frozen=True, slots=True)
class Share:
    """The sectors of which one organisation takes the lead; `rest` is every one not `known`."""

    led: tuple[str, ...]
    rest: bool
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Division:
    """How a region divides its sectors: who leads which, and who serves employers there."""

    region: RegionCode
    leads: Mapping[str, SectorLead]
    organisations: tuple[str, ...]

    def lead_of(self, sector: str) -> SectorLead:
        """Find who takes the lead for a sector, which never fails."""
        code = sector_code(sector)
        if code in self.leads:
            return self.leads[code]
        if len(self.organisations) == 1:
            [only] = self.organisations
            return SectorLead(self.region, code, sector, only, Basis.ONLY_ORGANISATION)
        return SectorLead(self.region, code, sector, None, Basis.DESK)

    def share_of(self, organisation: str) -> Share:
        """Tell which sectors `lead_of` gives to an organisation."""
        led = [code for code, one in self.leads.items() if one.organisation == organisation]
        return Share(
            led=tuple(sorted(led)),
            rest=self.organisations == (organisation,),
            known=tuple(sorted(self.leads)),
        )
