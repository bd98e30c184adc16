# SPDX-License-Identifier: EUPL-1.2
"""Paths of places offered, and of calls for many of them."""

from collections.abc import Mapping

from services.gateway.parameters import PAGING, Parameter, chosen, identifier, region, text
from services.gateway.table.row import Row
from shared.contracts import codes

ROWS: tuple[Row, ...] = (
    ("offer_place", "POST", "/placements", "creates", 201, "Offer a place"),
    ("list_placements", "GET", "/placements", "reads", 200, "List the placements"),
    ("get_placement", "GET", "/placements/{id}", "reads", 200, "Read one placement"),
    (
        "list_placement_history",
        "GET",
        "/placements/{id}/history",
        "reads",
        200,
        "What happened to a placement",
    ),
    (
        "report_start",
        "POST",
        "/placements/{id}/starts",
        "changes",
        200,
        "Report a start, or confirm it for the region",
    ),
    (
        "report_check_in",
        "POST",
        "/placements/{id}/check-ins",
        "changes",
        200,
        "Report how it goes",
    ),
    (
        "end_placement",
        "POST",
        "/placements/{id}/endings",
        "changes",
        200,
        "Complete a placement, or end it early",
    ),
    (
        "withdraw_place",
        "POST",
        "/placements/{id}/withdrawals",
        "changes",
        200,
        "Take a place back before the start",
    ),
    ("offer_call", "POST", "/calls", "creates", 201, "Offer places in many regions"),
    ("list_calls", "GET", "/calls", "reads", 200, "List the calls"),
    ("get_call", "GET", "/calls/{id}", "reads", 200, "Read a call with its places"),
    (
        "count_placements",
        "GET",
        "/placement-counts",
        "reads",
        200,
        "Count how many places got how far",
    ),
)

_OF_EMPLOYER = identifier("employerId", "Only of this employer.")
_OF_AGREEMENT = identifier("agreementId", "Only under this agreement.")
_IN_REGION = region("region", "Only in this region.")

QUERY: Mapping[str, tuple[Parameter, ...]] = {
    "list_placements": (
        *PAGING,
        _OF_AGREEMENT,
        _OF_EMPLOYER,
        identifier("callId", "Only of this call."),
        _IN_REGION,
        chosen("state", codes.PLACEMENT_STATES, "Only in this state."),
        chosen("overdue", ("true", "false"), "Only what is late in being picked up, or not."),
        text("q", "Only placements with an id that begins so.", "5e1a9a52"),
    ),
    "list_placement_history": PAGING,
    "list_calls": (*PAGING, _OF_AGREEMENT, _OF_EMPLOYER, _IN_REGION),
    "count_placements": (
        *PAGING,
        _OF_AGREEMENT,
        _OF_EMPLOYER,
        _IN_REGION,
        chosen("group", codes.NATIONAL_TARGET_GROUPS, "Only this group, where groups are told."),
    ),
}
