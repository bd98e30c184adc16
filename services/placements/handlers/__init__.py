# SPDX-License-Identifier: EUPL-1.2
"""One function per command and per consumed event, all in the caller's one transaction."""

from services.placements.handlers.arrivals import (
    adopt_frameworks,
    adopt_supports,
    settle_decisions,
)
from services.placements.handlers.clocks import let_lapse
from services.placements.handlers.offers import offer_call, offer_place
from services.placements.handlers.reading import (
    count_placements,
    get_call,
    get_placement,
    list_calls,
    list_placement_history,
    list_placements,
)
from services.placements.handlers.work import (
    end_placement,
    report_check_in,
    report_start,
    withdraw_place,
)

__all__ = [
    "adopt_frameworks",
    "adopt_supports",
    "count_placements",
    "end_placement",
    "get_call",
    "get_placement",
    "let_lapse",
    "list_calls",
    "list_placement_history",
    "list_placements",
    "offer_call",
    "offer_place",
    "report_check_in",
    "report_start",
    "settle_decisions",
    "withdraw_place",
]
