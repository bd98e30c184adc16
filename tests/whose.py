# SPDX-License-Identifier: EUPL-1.2
"""Who asks in a test: by default a role whose work the operation is, bound by the path."""

from services.cli.tokens import COORDINATOR, Identity
from services.gateway.operations import find
from shared.contracts.identity import faults_of
from shared.contracts.policy import BOUND_BY, POLICY

AUDITOR = Identity("auditor")
OPS = Identity("ops")


def usual(method: str, path: str) -> Identity:
    """Choose the first role that may do it and that the path can bind; else the coordinator.

    Where that is the wrong one, a story says who asks: `as_=officer("AM36")`.
    """
    found = find(tuple(path.split("/")))
    operation = found.operation(method) if found else None
    if found is None or operation is None:
        return COORDINATOR
    region = found.texts.get("code") or found.texts.get("region")
    for role in POLICY.get(operation.name, {}):
        if role not in BOUND_BY:
            return Identity(role)
        if BOUND_BY[role] == "region" and not faults_of(role, {"region": region or ""}):
            return Identity(role, region=region)
    return COORDINATOR


def manager(region: str, organisation: str | None = None) -> Identity:
    """Give somebody who decides for a region."""
    return Identity("wsp-manager", region=region, organisation=organisation)


def officer(region: str, organisation: str | None = None) -> Identity:
    """Give somebody at the desk of a region."""
    return Identity("wsp-officer", region=region, organisation=organisation)


def employer(identity: str) -> Identity:
    """Give somebody of an employer."""
    return Identity("employer", employer=identity)


def provider(identity: str) -> Identity:
    """Give somebody of a support provider."""
    return Identity("support-provider", provider=identity)
