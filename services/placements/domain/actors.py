# SPDX-License-Identifier: EUPL-1.2
"""Who asks: a role, and whose places it may touch. Without a scope it is every place."""

from collections.abc import Collection, Container
from dataclasses import dataclass

from services.placements.domain.life import LIFE, MAY_OFFER, Role, Step
from services.placements.domain.refusals import NotForThisRole, NotTheirs


@dataclass(frozen=True, slots=True)
class Actor:
    """A role, and the one region, employer or provider for which it speaks."""

    role: Role
    region: str | None = None
    employer: str | None = None
    provider: str | None = None

    def must_be_allowed(self, step: Step, *, region: str, employer: str) -> None:
        """Refuse a step that this role never takes, and places of somebody else."""
        self._must_be_one_of(LIFE[step].by, step)
        self.must_own(region=region, employer=employer)

    def must_be_allowed_to_offer(self, *, employer: str) -> None:
        """Refuse an offer by somebody who offers no places, or not this employer's."""
        self._must_be_one_of(MAY_OFFER, Step.OFFERED)
        self.must_own(region=None, employer=employer)

    def must_own(self, *, region: str | None, employer: str) -> None:
        """Refuse places of another region or another employer."""
        if self.employer is not None and self.employer != employer:
            raise NotTheirs(f"the place is not employer {self.employer}'s")
        if self.region is not None and self.region != region:
            raise NotTheirs(f"the place is not in {self.region}")

    def must_see(self, *, region: str, employer: str, providers: Container[str | None]) -> None:
        """Refuse places of somebody else; `providers` are those that support is asked of there."""
        self.must_own(region=region, employer=employer)
        if self.provider is not None and self.provider not in providers:
            raise NotTheirs(f"provider {self.provider} has no request for support there")

    def must_not_be_a_provider(self) -> None:
        """Refuse a provider what goes beyond single places."""
        if self.provider is not None:
            raise NotTheirs("a provider sees the places where it supports, one by one")

    def _must_be_one_of(self, roles: Collection[Role], step: Step) -> None:
        if self.role not in roles:
            allowed = ", ".join(sorted(roles))
            raise NotForThisRole(f"{step.replace('_', ' ')}: only {allowed}, not {self.role}")


SYSTEM = Actor(Role.SYSTEM)
