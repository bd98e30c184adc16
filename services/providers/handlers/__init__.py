# SPDX-License-Identifier: EUPL-1.2
"""One function per command and per consumed event, all in the caller's one transaction."""

from services.providers.handlers.arrivals import adopt_frameworks, adopt_placements
from services.providers.handlers.deadlines import accept_by_passed, first_contact_by_passed
from services.providers.handlers.providers import change_provider, register_provider
from services.providers.handlers.reading import (
    get_provider,
    get_support,
    list_providers,
    list_support_history,
    list_supports,
)
from services.providers.handlers.steps import (
    accept_support,
    approve_support,
    assign_support,
    close_support,
    decline_support,
    escalate_support,
    hand_back_support,
    record_first_contact,
    request_support,
    resume_support,
    withdraw_support,
)

__all__ = [
    "accept_by_passed",
    "accept_support",
    "adopt_frameworks",
    "adopt_placements",
    "approve_support",
    "assign_support",
    "change_provider",
    "close_support",
    "decline_support",
    "escalate_support",
    "first_contact_by_passed",
    "get_provider",
    "get_support",
    "hand_back_support",
    "list_providers",
    "list_support_history",
    "list_supports",
    "record_first_contact",
    "register_provider",
    "request_support",
    "resume_support",
    "withdraw_support",
]
