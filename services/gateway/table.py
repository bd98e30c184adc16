# SPDX-License-Identifier: EUPL-1.2
"""The table of HTTP: which method on which path is which call of which service.

One row: the operation, which is the RPC method too; method; path; what it does to the service;
the status when it succeeds; what it is for.
"""

from collections.abc import Mapping
from typing import Literal

from services.gateway.parameters import PAGING, Parameter, chosen, identifier, region, text, whole
from shared.contracts import codes

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Effect = Literal["reads", "creates", "changes", "sets", "submits"]

PREFIX = "/v1"
GATEWAY = "gateway"
EVERY_SERVICE = "every service"
DOMAIN_SERVICES = ("agreements", "employers", "regions")

Row = tuple[str, Method, str, Effect, int, str]

TABLE: Mapping[str, tuple[Row, ...]] = {
    "employers": (
        ("register_employer", "POST", "/employers", "creates", 201, "Register an employer"),
        ("list_employers", "GET", "/employers", "reads", 200, "List the employers"),
        ("get_employer", "GET", "/employers/{id}", "reads", 200, "Read one employer"),
        ("change_employer", "PATCH", "/employers/{id}", "changes", 200, "Change an employer"),
    ),
    "agreements": (
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
    ),
    "regions": (
        ("list_regions", "GET", "/regions", "reads", 200, "List the regions"),
        ("get_region", "GET", "/regions/{code}", "reads", 200, "Read one region"),
        (
            "list_held_agreements",
            "GET",
            "/regions/{code}/agreements",
            "reads",
            200,
            "List the agreements that a region holds",
        ),
        (
            "get_held_agreement",
            "GET",
            "/regions/{code}/agreements/{id}",
            "reads",
            200,
            "Read a region's own copy of an agreement",
        ),
        (
            "decide_on_agreement",
            "POST",
            "/regions/{code}/agreements/{id}/decisions",
            "submits",
            202,
            "Submit a region's decision",
        ),
        (
            "set_contact",
            "PUT",
            "/regions/{code}/contacts/{employerId}",
            "sets",
            200,
            "Name the account manager for an employer",
        ),
        (
            "get_contact",
            "GET",
            "/regions/{code}/contacts/{employerId}",
            "reads",
            200,
            "Read whom an employer turns to in a region",
        ),
        (
            "list_contacts",
            "GET",
            "/regions/{code}/contacts",
            "reads",
            200,
            "List a region's contacts",
        ),
        ("set_desk", "PUT", "/regions/{code}/desk", "changes", 200, "Set a region's desk"),
        ("get_desk", "GET", "/regions/{code}/desk", "reads", 200, "Read a region's desk"),
        (
            "list_organisations",
            "GET",
            "/regions/{code}/organisations",
            "reads",
            200,
            "List the organisations of a region",
        ),
    ),
    EVERY_SERVICE: (
        (
            "list_dead_letters",
            "GET",
            "/operations/dead-letters",
            "reads",
            200,
            "List what could not be applied",
        ),
        (
            "list_dead_letter_causes",
            "GET",
            "/operations/dead-letters/causes",
            "reads",
            200,
            "List why letters were given up",
        ),
        (
            "start_replay",
            "POST",
            "/operations/dead-letters/replays",
            "submits",
            202,
            "Try dead letters again",
        ),
        (
            "list_replays",
            "GET",
            "/operations/dead-letters/replays",
            "reads",
            200,
            "List who dealt with dead letters",
        ),
        (
            "get_replay",
            "GET",
            "/operations/dead-letters/replays/{job}",
            "reads",
            200,
            "Read what came of a replay or a discard",
        ),
        (
            "discard_dead_letters",
            "POST",
            "/operations/dead-letters/discards",
            "submits",
            200,
            "Put dead letters aside",
        ),
        (
            "get_dead_letter",
            "GET",
            "/operations/dead-letters/{letter}",
            "reads",
            200,
            "Read one dead letter",
        ),
        (
            "list_open_deliveries",
            "GET",
            "/operations/deliveries",
            "reads",
            200,
            "List the deliveries that are open",
        ),
        (
            "start_reconciliation",
            "POST",
            "/operations/reconciliations",
            "submits",
            202,
            "Compare what recipients hold with what they must",
        ),
        (
            "list_reconciliations",
            "GET",
            "/operations/reconciliations",
            "reads",
            200,
            "List the rounds of comparing",
        ),
        (
            "list_mismatches",
            "GET",
            "/operations/mismatches",
            "reads",
            200,
            "List what recipients do not hold as they must",
        ),
    ),
    GATEWAY: (
        ("get_openapi", "GET", "/openapi.json", "reads", 200, "Read this description"),
        ("follow_events", "GET", "/events", "reads", 200, "Follow live hints"),
    ),
}

QUERY: Mapping[str, tuple[Parameter, ...]] = {
    "list_employers": (*PAGING, text("name", "Only employers of this name.", "ISS")),
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
    "list_regions": PAGING,
    "list_held_agreements": (
        *PAGING,
        chosen("state", codes.TRAVELLING_AGREEMENT_STATES, "Only agreements in this state."),
        chosen("decision", codes.DECISIONS, "Only those on which the region decided so."),
    ),
    "list_contacts": PAGING,
    "list_organisations": PAGING,
    **dict.fromkeys(
        (
            *("list_dead_letters", "list_dead_letter_causes", "list_replays"),
            *("list_open_deliveries", "list_reconciliations", "list_mismatches"),
        ),
        (*PAGING, chosen("service", DOMAIN_SERVICES, "Only of this service.")),
    ),
}
