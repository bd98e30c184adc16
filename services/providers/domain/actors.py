# SPDX-License-Identifier: EUPL-1.2
"""Who asks: a role, and whose requests it may touch. Without a scope it is every request."""

from collections.abc import Collection
from dataclasses import dataclass

from services.providers.domain.life import LIFE, MAY_REQUEST, Role, Step
from services.providers.domain.refusals import NotForThisRole, NotTheirs


@dataclass(frozen=True, slots=True)
class Actor:
    """A role, and the one region, employer or provider for which it speaks."""

    role: Role
    region: str | None = None
    employer: str | None = None
    provider: str | None = None

    def must_be_allowed(
        self, step: Step, *, region: str, employer: str, provider: str | None
    ) -> None:
        """Refuse a step that this role never takes, and requests of somebody else."""
        self._must_be_one_of(LIFE[step].by, step)
        self._must_own(region, employer)
        if self.provider is not None and self.provider != provider:
            raise NotTheirs(f"the request is not with provider {self.provider}")

    def must_be_allowed_to_request(self, *, region: str, employer: str) -> None:
        """Refuse a request by a role that makes none, or for a placement of somebody else."""
        self._must_be_one_of(MAY_REQUEST, Step.REQUESTED)
        self._must_own(region, employer)

    def _must_own(self, region: str, employer: str) -> None:
        if self.region is not None and self.region != region:
            raise NotTheirs(f"the placement is not in {self.region}")
        if self.employer is not None and self.employer != employer:
            raise NotTheirs(f"the placement is not employer {self.employer}'s")

    def _must_be_one_of(self, roles: Collection[Role], step: Step) -> None:
        if self.role not in roles:
            allowed = ", ".join(sorted(roles))
            raise NotForThisRole(f"{step.replace('_', ' ')}: only {allowed}, not {self.role}")


SYSTEM = Actor(Role.SYSTEM)
