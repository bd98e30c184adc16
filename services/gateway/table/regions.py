# SPDX-License-Identifier: EUPL-1.2
"""Paths of the regions: what each holds and decides, and whom to turn to."""

from collections.abc import Mapping

from services.gateway.parameters import PAGING, Parameter, chosen, region, text
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
    (
        "get_organisation",
        "GET",
        "/regions/{code}/organisations/{name}",
        "reads",
        200,
        "Read an organisation of a region",
    ),
    (
        "set_organisation",
        "PUT",
        "/regions/{code}/organisations/{name}",
        "sets",
        200,
        "Add an organisation to a region, or change it",
    ),
    (
        "list_consultations",
        "GET",
        "/regions/{code}/consultations",
        "reads",
        200,
        "List the concepts that a region may comment on",
    ),
    (
        "list_desk_placements",
        "GET",
        "/regions/{code}/placements",
        "reads",
        200,
        "List the places at a region's desk",
    ),
    (
        "get_desk_placement",
        "GET",
        "/regions/{code}/placements/{id}",
        "reads",
        200,
        "Read a place and the region's own file of it",
    ),
    (
        "decide_on_placement",
        "POST",
        "/regions/{code}/placements/{id}/decisions",
        "submits",
        202,
        "Submit a region's decision on a place",
    ),
    (
        "make_candidate_reference",
        "POST",
        "/regions/{code}/candidate-references",
        "submits",
        201,
        "Make a reference for a candidate",
    ),
    (
        "erase_candidate",
        "POST",
        "/regions/{code}/candidate-references/erasures",
        "submits",
        200,
        "Forget a candidate",
    ),
    (
        "report_retention",
        "GET",
        "/operations/retention",
        "reads",
        200,
        "Read what is kept of candidates, and for how long",
    ),
    (
        "list_sector_leads",
        "GET",
        "/regions/{code}/sector-leads",
        "reads",
        200,
        "List who takes the lead for each sector",
    ),
    (
        "get_sector_lead",
        "GET",
        "/regions/{code}/sector-leads/{sector}",
        "reads",
        200,
        "Read who takes the lead for a sector",
    ),
    (
        "set_sector_lead",
        "PUT",
        "/regions/{code}/sector-leads/{sector}",
        "changes",
        200,
        "Give the lead for a sector to another",
    ),
    (
        "get_instruments",
        "GET",
        "/regions/{code}/instruments",
        "reads",
        200,
        "Read which instruments a region has on offer",
    ),
    (
        "set_instruments",
        "PUT",
        "/regions/{code}/instruments",
        "changes",
        200,
        "Say which instruments a region has on offer",
    ),
)

_AT_THE_DESK = ("wsp-officer", "wsp-manager")

ROLES: Mapping[str, tuple[str, ...]] = {
    # A candidate's reference stands here: no other role may so much as read it.
    "list_desk_placements": _AT_THE_DESK,
    "get_desk_placement": _AT_THE_DESK,
    "decide_on_placement": _AT_THE_DESK,
    "make_candidate_reference": _AT_THE_DESK,
    "erase_candidate": ("wsp-manager",),
    "report_retention": ("ops", "slw-coordinator", "auditor"),
    "set_contact": ("wsp-manager", "wsp-officer"),
    "set_desk": ("wsp-manager", "wsp-officer"),
}

QUERY: Mapping[str, tuple[Parameter, ...]] = {
    "list_regions": PAGING,
    "report_retention": (region("region", "Only of this region."),),
    "list_held_agreements": (
        *PAGING,
        chosen("state", codes.TRAVELLING_AGREEMENT_STATES, "Only agreements in this state."),
        chosen("decision", codes.DECISIONS, "Only those on which the region decided so."),
    ),
    "list_contacts": PAGING,
    "list_organisations": PAGING,
    "list_consultations": (
        *PAGING,
        chosen("state", codes.CONSULTATION_STATES, "Only concepts in this state."),
    ),
    "list_desk_placements": (
        *PAGING,
        chosen("state", codes.PLACEMENT_STATES, "Only places that stand so at the desk."),
        chosen("overdue", ("true", "false"), "Only places that nobody picked up in time, or not."),
        text("sector", "Only places in this sector.", "Zorg"),
        text("organisation", "Only places that this one has in hand.", "WSP Parkstad"),
        chosen("sort", ("pick-up", "newest"), "By the day to pick up by, or the latest first."),
        text("q", "Only places with an id that begins so.", "5e1a9a52"),
    ),
    "list_sector_leads": PAGING,
}
