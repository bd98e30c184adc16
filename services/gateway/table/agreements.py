# SPDX-License-Identifier: EUPL-1.2
"""Paths of agreements, their versions and participants, and the ledger."""

from collections.abc import Mapping

from services.gateway.parameters import PAGING, Parameter, chosen, identifier, region, text, whole
from services.gateway.table.row import Row
from shared.contracts import codes

ROWS: tuple[Row, ...] = (
    ("register_agreement", "POST", "/agreements", "creates", 201, "Register an agreement"),
    ("list_agreements", "GET", "/agreements", "reads", 200, "List the agreements"),
    ("get_agreement", "GET", "/agreements/{id}", "reads", 200, "Read one agreement"),
    ("edit_draft", "PATCH", "/agreements/{id}", "changes", 200, "Edit the draft"),
    ("withdraw_draft", "DELETE", "/agreements/{id}", "changes", 200, "Withdraw the draft"),
    ("list_versions", "GET", "/agreements/{id}/versions", "reads", 200, "List the versions"),
    ("get_version", "GET", "/agreements/{id}/versions/{n}", "reads", 200, "Read one version"),
    (
        "list_history",
        "GET",
        "/agreements/{id}/history",
        "reads",
        200,
        "Who changed what, when and why",
    ),
    (
        "publish_agreement",
        "POST",
        "/agreements/{id}/publications",
        "changes",
        200,
        "Publish the draft",
    ),
    (
        "amend_agreement",
        "POST",
        "/agreements/{id}/amendments",
        "changes",
        201,
        "Draft a next version",
    ),
    ("suspend_agreement", "POST", "/agreements/{id}/suspensions", "changes", 200, "Suspend it"),
    ("resume_agreement", "POST", "/agreements/{id}/resumptions", "changes", 200, "Resume it"),
    ("end_agreement", "POST", "/agreements/{id}/endings", "changes", 200, "End it"),
    (
        "invite_regions",
        "POST",
        "/agreements/{id}/participants",
        "changes",
        200,
        "Invite regions",
    ),
    (
        "list_participants",
        "GET",
        "/agreements/{id}/participants",
        "reads",
        200,
        "List the participants",
    ),
    (
        "remove_participant",
        "DELETE",
        "/agreements/{id}/participants/{region}",
        "changes",
        200,
        "Let a region leave",
    ),
    ("list_deliveries", "GET", "/agreements/{id}/deliveries", "reads", 200, "Read the ledger"),
    ("get_matrix", "GET", "/matrix", "reads", 200, "Employers against regions"),
)

QUERY: Mapping[str, tuple[Parameter, ...]] = {
    "list_agreements": (
        *PAGING,
        identifier("employerId", "Only agreements of this employer."),
        chosen("status", codes.AGREEMENT_STATES, "Only agreements in this state."),
        region("region", "Only agreements in which this region takes part."),
        text("q", "Only agreements with this in their title, or with an id that begins so.", "ISS"),
    ),
    "list_versions": PAGING,
    "list_history": PAGING,
    "list_participants": PAGING,
    "list_deliveries": (
        *PAGING,
        whole("sequence", "Deliveries of this state; of the newest when left out."),
        chosen("state", codes.DELIVERY_STATES, "Only deliveries in this state."),
        region("region", "Only deliveries to this region."),
    ),
    "get_matrix": (
        *PAGING,
        identifier("employerId", "Only agreements of this employer."),
        chosen("status", codes.TRAVELLING_AGREEMENT_STATES, "Only agreements in this state."),
        region("region", "Only agreements in which this region takes part."),
    ),
}
