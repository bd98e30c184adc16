# SPDX-License-Identifier: EUPL-1.2
"""A support provider: a name, and the regions in which it works."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NewType

ProviderId = NewType("ProviderId", str)


@dataclass(frozen=True, slots=True)
class Provider:
    """A support provider. `revision` grows by one with every change."""

    id: ProviderId
    name: str
    regions: tuple[str, ...]
    revision: int
    created_at: datetime
    changed_at: datetime

    @classmethod
    def register(
        cls, provider_id: ProviderId, name: str, regions: tuple[str, ...], at: datetime
    ) -> "Provider":
        """Start a provider at its first revision."""
        return cls(provider_id, name, regions, 1, at, at)

    def change(self, name: str | None, regions: tuple[str, ...] | None, at: datetime) -> "Provider":
        """Change what is given; what was so already is no change and no new revision."""
        after = replace(self, name=name or self.name, regions=regions or self.regions)
        if after == self:
            return self
        return replace(after, revision=self.revision + 1, changed_at=at)

    def works_in(self, region: str) -> bool:
        """Tell whether it works in a region."""
        return region in self.regions
