# SPDX-License-Identifier: EUPL-1.2
"""Who acts, and for whom: a role, and what it is bound to."""

from dataclasses import dataclass

from services.regions.domain.names import RegionCode
from services.regions.domain.refusals import NotForThisRole, NotTheirs

OFFICER, MANAGER = "wsp-officer", "wsp-manager"
AT_THE_DESK = frozenset({OFFICER, MANAGER})


@dataclass(frozen=True, slots=True)
class Actor:
    """A role; None is bound to no region, or to no organisation, in particular."""

    role: str
    region: RegionCode | None = None
    organisation: str | None = None

    def works_for(self, region: RegionCode) -> None:
        """Refuse whoever does not work for the region: nobody sees another region's file."""
        if self.role not in AT_THE_DESK:
            raise NotForThisRole(f"a {self.role} has no place at the desk of {region}")
        if self.region not in {None, region}:
            raise NotTheirs(f"a {self.role} of {self.region} does not act for {region}")

    def manages(self, region: RegionCode) -> None:
        """Refuse whoever does not manage the region."""
        self.works_for(region)
        if self.role != MANAGER:
            raise NotForThisRole(f"only a {MANAGER} of {region} does this")

    def has_in_hand(self, region: RegionCode, organisation: str | None) -> None:
        """Refuse an organisation that only has a copy of what was routed to another one."""
        self.works_for(region)
        if self.organisation is not None and organisation not in {None, self.organisation}:
            raise NotTheirs(f"{organisation} has it in hand; {self.organisation} has a copy")
