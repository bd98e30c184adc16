# SPDX-License-Identifier: EUPL-1.2
"""One function per command and per consumed event, all in the caller's one transaction."""

from services.placements.handlers.arrivals import (
    adopt_frameworks,
    adopt_supports,
    settle_decisions,
)
from services.placements.handlers.deadlines import (
    ask_for_check_in,
    ask_whether_sustained,
    end_after_care,
    let_lapse,
    measure_overdue,
    remind_of_pick_up,
)
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
    "ask_for_check_in",
    "ask_whether_sustained",
    "count_placements",
    "end_after_care",
    "end_placement",
    "get_call",
    "get_placement",
    "let_lapse",
    "list_calls",
    "list_placement_history",
    "list_placements",
    "measure_overdue",
    "offer_call",
    "offer_place",
    "remind_of_pick_up",
    "report_check_in",
    "report_start",
    "settle_decisions",
    "withdraw_place",
]
