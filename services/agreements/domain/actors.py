# SPDX-License-Identifier: EUPL-1.2
"""Who asks, in which role and for which region or employer; and what that role may do."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from services.agreements.domain.refusals import NotForThisRole, NotTheirs, RegionMissing

EmployerId = NewType("EmployerId", str)
Region = NewType("Region", str)


class Role(StrEnum):
    """In which role somebody asks."""

    COORDINATOR = "slw-coordinator"
    OFFICER = "wsp-officer"
    MANAGER = "wsp-manager"
    EMPLOYER = "employer"
    PROVIDER = "support-provider"
    OPS = "ops"
    AUDITOR = "auditor"
    SYSTEM = "system"


OF_A_REGION = frozenset({Role.OFFICER, Role.MANAGER})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks; one that is tied to no region or employer may ask for any."""

    role: Role
    region: Region | None = None
    employer_id: EmployerId | None = None

    def must_be(self, roles: frozenset[Role]) -> None:
        """Refuse every other role."""
        if self.role not in roles:
            raise NotForThisRole(self.role, sorted(roles))

    def region_meant(self, named: Region | None) -> Region:
        """Give the region that is asked for: the one named, or the actor's own."""
        meant = named or self.region
        if meant is None:
            raise RegionMissing("say which region it is for")
        self.must_serve(meant)
        return meant

    def must_serve(self, region: Region) -> None:
        """Refuse who serves another region."""
        if self.region and self.region != region:
            raise NotTheirs(f"{self.region} does not act for {region}")

    def must_be_employer(self, employer_id: EmployerId) -> None:
        """Refuse who acts for another employer."""
        if self.employer_id and self.employer_id != employer_id:
            raise NotTheirs("it belongs to another employer")
