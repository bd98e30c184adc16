# SPDX-License-Identifier: EUPL-1.2
"""Who asks, until there are identities: one subject, in the role that the request names.

    Schakel-Acting-As: wsp-officer; region=AM23

It proves nothing, so production refuses it. Without it an operation is asked in its first role,
bound to nothing.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from services.gateway.operations import Operation
from services.gateway.parameters import UUID
from services.gateway.problems import ACTING_AS, Refused
from shared.contracts import codes
from shared.contracts.reference import region_codes
from shared.runtime import Fault, Json, settings
from shared.runtime.problems import NOT_FOR_THIS_ROLE

HEADER = "Schakel-Acting-As"
SUBJECT = "local"
_REGION = "|".join(region_codes())
_NAME = r"[^;=\x00-\x1f\x7f]{1,200}"
_OF_A_WSP = {"region": _REGION, "organisation": _NAME}
SCOPES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "wsp-manager": _OF_A_WSP,
        "wsp-officer": _OF_A_WSP,
        "employer": {"employer": UUID},
        "support-provider": {"provider": UUID},
    }
)
"""What a role can be bound to, and how that is written."""


def principal_of(said: str | None, operation: Operation) -> tuple[Json, list[Fault]]:
    """Read who asks for an operation; raises Refused where that role may not."""
    if said is None:
        return {"subject": SUBJECT, "role": operation.roles[0], "scope": {}}, []
    if settings().env == "production":
        raise Refused(ACTING_AS, "a role is proven here, not claimed")
    role, *bounds = (part.strip() for part in said.split(";"))
    if role not in codes.ROLES or role == "system":
        return {}, [_fault(f"{role!r} is not a role")]
    scope, faults = _scope(role, bounds)
    if not faults and role not in operation.roles:
        raise Refused(NOT_FOR_THIS_ROLE, f"it is for: {', '.join(operation.roles)}")
    return {"subject": SUBJECT, "role": role, "scope": scope}, faults


def _scope(role: str, bounds: list[str]) -> tuple[Mapping[str, str], list[Fault]]:
    known = SCOPES.get(role, {})
    scope, faults = {}, []
    for bound in bounds:
        name, _, value = (part.strip() for part in bound.partition("="))
        if name not in known or name in scope:
            faults.append(_fault(f"{role} is not bound by {name!r}, or is so twice"))
        elif not re.fullmatch(known[name], value):
            faults.append(_fault(f"{value!r} is no {name}"))
        scope[name] = value
    return scope, faults


def _fault(detail: str) -> Fault:
    return Fault(HEADER, detail, "invalid", "header")
