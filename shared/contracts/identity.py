# SPDX-License-Identifier: EUPL-1.2
"""What a token says of who asks: a role, and what that role is bound to.

The gateway reads these claims, and whoever issues tokens writes them: the development issuer,
Keycloak (deploy/keycloak), or an organisation's own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shared.contracts.policy import BOUND_BY, PERSONS
from shared.contracts.reference import region_codes

AUDIENCE = "schakel"
LONGEST_SECONDS = 3600
ROLE = "schakel_role"

_REGION = "|".join(region_codes())
_NAME = r"[^;=\x00-\x1f\x7f]{1,200}"
_ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


@dataclass(frozen=True, slots=True)
class Bound:
    """One thing that a role can be bound to: its claim, and how its value is written."""

    claim: str
    pattern: str

    def holds(self, value: object) -> bool:
        """Tell whether something can be the value of this bound."""
        return isinstance(value, str) and re.fullmatch(self.pattern, value) is not None


BOUNDS: Mapping[str, Bound] = MappingProxyType(
    {
        "region": Bound("schakel_region", _REGION),
        "organisation": Bound("schakel_organisation", _NAME),
        "employer": Bound("schakel_employer", _ID),
        "provider": Bound("schakel_provider", _ID),
    }
)

TAKES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "wsp-manager": ("region", "organisation"),
        "wsp-officer": ("region", "organisation"),
        "employer": ("employer",),
        "support-provider": ("provider",),
    }
)
"""What a role can be bound to."""


def faults_of(role: str, bounds: Mapping[str, str]) -> list[str]:
    """Name everything that is wrong with a role and its bounds; nothing when a token may say so."""
    if role not in PERSONS:
        return [f"{role!r} is not a role: one of {', '.join(sorted(PERSONS))}"]
    takes, need = TAKES.get(role, ()), BOUND_BY.get(role)
    faults = [f"{role} is not bound to a {name}" for name in bounds if name not in takes]
    faults += [
        f"{value!r} is no {name}"
        for name, value in bounds.items()
        if name in takes and not BOUNDS[name].holds(value)
    ]
    if need is not None and need not in bounds:
        faults.append(f"{role} needs its {need}")
    return faults


def claims_of(role: str, bounds: Mapping[str, str]) -> dict[str, str]:
    """Give the claims that say a role and its bounds."""
    return {ROLE: role} | {BOUNDS[name].claim: value for name, value in bounds.items()}
