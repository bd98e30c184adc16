# SPDX-License-Identifier: EUPL-1.2
"""A request that is wrong, and the faults that it must be told."""

from collections.abc import Mapping
from dataclasses import dataclass, field

NOBODY = "00000000-0000-4000-8000-000000000000"
AGREEMENT = f"/agreements/{NOBODY}"
REGION = f"/regions/AM36{AGREEMENT}"
JSON_BODY = {"Content-Type": "application/json"}
CURRENT = {"If-Match": '"1"'}

# Complete, so that a fault of a row is its own.
FINE: Mapping[str, object] = {
    "employerId": NOBODY,
    "title": "Landelijke samenwerkingsafspraken",
    "targetGroups": ["statushouders"],
    "guidance": {"model": "eigen_buddy"},
    "startsOn": "2026-12-01",
}


@dataclass(frozen=True, slots=True)
class Bad:
    """One wrong request: what is sent, the status it gets, and where the faults are."""

    what: str
    method: str
    path: str
    status: int
    where: frozenset[str] = frozenset()
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Name the row."""
        return self.what
