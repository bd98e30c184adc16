# SPDX-License-Identifier: EUPL-1.2
"""The rules of support: pure, and free of any framework."""

from services.providers.domain.actors import SYSTEM, Actor
from services.providers.domain.desks import Desk, Waiting, not_accepted, not_contacted, waiting
from services.providers.domain.life import LIFE, MAY_REQUEST, OPEN, Role, State, Step
from services.providers.domain.provider import Provider, ProviderId
from services.providers.domain.support import (
    Agreed,
    Asked,
    Placement,
    Support,
    SupportId,
    Today,
    Why,
)

__all__ = [
    "LIFE",
    "MAY_REQUEST",
    "OPEN",
    "SYSTEM",
    "Actor",
    "Agreed",
    "Asked",
    "Desk",
    "Placement",
    "Provider",
    "ProviderId",
    "Role",
    "State",
    "Step",
    "Support",
    "SupportId",
    "Today",
    "Waiting",
    "Why",
    "not_accepted",
    "not_contacted",
    "waiting",
]
