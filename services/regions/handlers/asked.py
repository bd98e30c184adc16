# SPDX-License-Identifier: EUPL-1.2
"""What a call is about: a region, an agreement, an employer, a page of a list."""

from collections.abc import Mapping

from services.regions.domain import Actor, AgreementId, EmployerId, PlacementId, RegionCode
from shared.contracts import reference
from shared.runtime import Call


def region_of(call: Call) -> RegionCode:
    """Give the region in the path, or refuse the code by name."""
    return RegionCode(reference.region(call.params["code"]).code)


def agreement_of(call: Call) -> AgreementId:
    """Give the agreement in the path."""
    return AgreementId(call.params["id"])


def placement_of(call: Call) -> PlacementId:
    """Give the placement in the path."""
    return PlacementId(call.params["id"])


def actor_of(call: Call) -> Actor:
    """Give in which role somebody asks, and for whom."""
    scope = call.principal.scope
    region = scope.get("region")
    bound = None if region is None else RegionCode(region)
    return Actor(call.principal.role, bound, scope.get("organisation"))


def employer_of(call: Call) -> EmployerId:
    """Give the employer in the path."""
    return EmployerId(call.params["employerId"])


def window(call: Call) -> Mapping[str, int]:
    """Give the page that is asked for, as rows to pass over and rows to read."""
    size = call.params["pageSize"]
    return {"limit": size, "offset": (call.params["page"] - 1) * size}
