# SPDX-License-Identifier: EUPL-1.2
"""Paths of support providers and of requests for support."""

from collections.abc import Mapping

from services.gateway.parameters import PAGING, Parameter, chosen, identifier, region, text
from services.gateway.table.row import Row
from shared.contracts import codes

_PROVIDERS, _REQUESTS = "/support-providers", "/support-requests"


def _step(operation: str, noun: str, summary: str) -> Row:
    return (operation, "POST", f"{_REQUESTS}/{{id}}/{noun}", "changes", 200, summary)


ROWS: tuple[Row, ...] = (
    ("register_provider", "POST", _PROVIDERS, "creates", 201, "Register a support provider"),
    ("list_providers", "GET", _PROVIDERS, "reads", 200, "List the support providers"),
    ("get_provider", "GET", f"{_PROVIDERS}/{{id}}", "reads", 200, "Read one support provider"),
    ("change_provider", "PATCH", f"{_PROVIDERS}/{{id}}", "changes", 200, "Change a provider"),
    ("request_support", "POST", _REQUESTS, "creates", 201, "Ask for support at a placement"),
    ("list_supports", "GET", _REQUESTS, "reads", 200, "List the requests for support"),
    ("get_support", "GET", f"{_REQUESTS}/{{id}}", "reads", 200, "Read one request for support"),
    (
        "list_support_history",
        "GET",
        f"{_REQUESTS}/{{id}}/history",
        "reads",
        200,
        "Who took which step, when and why",
    ),
    _step("approve_support", "approvals", "Let the region pay"),
    _step("decline_support", "declines", "Let the region not pay"),
    _step("assign_support", "assignments", "Ask a provider"),
    _step("accept_support", "acceptances", "Take a request on"),
    _step("record_first_contact", "first-contacts", "Tell the first contact"),
    _step("escalate_support", "escalations", "Say that it is not enough"),
    _step("resume_support", "resumptions", "Go on after an escalation"),
    _step("hand_back_support", "hand-backs", "Give a request back"),
    _step("close_support", "closures", "End the support"),
    _step("withdraw_support", "withdrawals", "Take a request back"),
)

QUERY: Mapping[str, tuple[Parameter, ...]] = {
    "list_providers": (
        *PAGING,
        text("name", "Only providers with this in their name.", "Jobstap"),
        region("region", "Only providers that work in this region."),
    ),
    "list_supports": (
        *PAGING,
        region("region", "Only requests in this region."),
        identifier("employerId", "Only requests at placements of this employer."),
        identifier("providerId", "Only requests with this provider."),
        identifier("placementId", "Only requests for this placement."),
        identifier("agreementId", "Only requests under this agreement."),
        chosen("state", codes.SUPPORT_STATES, "Only requests in this state."),
        text("q", "Only requests with an id that begins so.", "5e1a9a52"),
    ),
    "list_support_history": PAGING,
}
