# SPDX-License-Identifier: EUPL-1.2
"""Paths of the regions: what each holds and decides, and whom to turn to."""

from collections.abc import Mapping

from services.gateway.parameters import PAGING, Parameter, chosen
from services.gateway.table.row import Row
from shared.contracts import codes

ROWS: tuple[Row, ...] = (
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
)

ROLES: Mapping[str, tuple[str, ...]] = {
    "set_contact": ("wsp-manager", "wsp-officer"),
    "set_desk": ("wsp-manager", "wsp-officer"),
}

QUERY: Mapping[str, tuple[Parameter, ...]] = {
    "list_regions": PAGING,
    "list_held_agreements": (
        *PAGING,
        chosen("state", codes.TRAVELLING_AGREEMENT_STATES, "Only agreements in this state."),
        chosen("decision", codes.DECISIONS, "Only those on which the region decided so."),
    ),
    "list_contacts": PAGING,
    "list_organisations": PAGING,
}
