# SPDX-License-Identifier: EUPL-1.2
"""Paths of what regions say of agreements, and of what is done and learnt under them."""

from collections.abc import Mapping

from services.gateway.parameters import PAGING, Parameter, chosen, region, whole
from services.gateway.table.row import Row
from shared.contracts import codes

ROWS: tuple[Row, ...] = (
    (
        "open_consultation",
        "POST",
        "/agreements/{id}/consultations",
        "changes",
        200,
        "Put the draft to the regions for comment",
    ),
    (
        "close_consultation",
        "POST",
        "/agreements/{id}/consultations/closings",
        "changes",
        200,
        "Wait for no more comments",
    ),
    (
        "list_rounds",
        "GET",
        "/agreements/{id}/consultations",
        "reads",
        200,
        "List the rounds of comments",
    ),
    (
        "add_comment",
        "POST",
        "/agreements/{id}/comments",
        "submits",
        201,
        "Comment on the concept",
    ),
    (
        "list_comments",
        "GET",
        "/agreements/{id}/comments",
        "reads",
        200,
        "List what regions said",
    ),
    (
        "propose_annex",
        "POST",
        "/agreements/{id}/annexes",
        "submits",
        201,
        "Propose a region's annex",
    ),
    (
        "list_annexes",
        "GET",
        "/agreements/{id}/annexes",
        "reads",
        200,
        "List the annexes and what each adds",
    ),
    (
        "agree_annex",
        "POST",
        "/agreements/{id}/annexes/{n}/agreements",
        "submits",
        200,
        "Agree to an annex as the employer",
    ),
    (
        "decline_annex",
        "POST",
        "/agreements/{id}/annexes/{n}/refusals",
        "submits",
        200,
        "Decline an annex as the employer",
    ),
    (
        "record_arrangement",
        "POST",
        "/agreements/{id}/earlier-arrangements",
        "submits",
        201,
        "Record what ran before in a region",
    ),
    (
        "list_arrangements",
        "GET",
        "/agreements/{id}/earlier-arrangements",
        "reads",
        200,
        "List what ran before",
    ),
    (
        "check_promise",
        "GET",
        "/agreements/{id}/promise-check",
        "reads",
        200,
        "Compare what is promised with what regions offer",
    ),
    (
        "register_project",
        "POST",
        "/agreements/{id}/projects",
        "submits",
        201,
        "Register a project",
    ),
    (
        "list_projects",
        "GET",
        "/agreements/{id}/projects",
        "reads",
        200,
        "List the projects with their results",
    ),
    (
        "start_project",
        "POST",
        "/agreements/{id}/projects/{n}/starts",
        "submits",
        200,
        "Start a project",
    ),
    (
        "report_result",
        "POST",
        "/agreements/{id}/projects/{n}/results",
        "submits",
        201,
        "Report what a project achieved",
    ),
    (
        "complete_project",
        "POST",
        "/agreements/{id}/projects/{n}/completions",
        "submits",
        200,
        "Complete a project",
    ),
    (
        "report_bottleneck",
        "POST",
        "/agreements/{id}/bottlenecks",
        "submits",
        201,
        "Report what stands in the way",
    ),
    (
        "list_bottlenecks",
        "GET",
        "/agreements/{id}/bottlenecks",
        "reads",
        200,
        "List what stands in the way, and what helps",
    ),
    (
        "offer_solution",
        "POST",
        "/agreements/{id}/bottlenecks/{n}/solutions",
        "submits",
        201,
        "Say what helps",
    ),
    (
        "plan_evaluation",
        "POST",
        "/agreements/{id}/evaluations",
        "submits",
        201,
        "Plan an evaluation, or hold it today",
    ),
    (
        "list_evaluations",
        "GET",
        "/agreements/{id}/evaluations",
        "reads",
        200,
        "List the evaluations with their figures",
    ),
)

_REGION = region("region", "Only of this region.")

QUERY: Mapping[str, tuple[Parameter, ...]] = {
    "list_rounds": PAGING,
    "list_comments": (*PAGING, whole("round", "Only of this round."), _REGION),
    "list_annexes": (
        *PAGING,
        _REGION,
        chosen("status", codes.ANNEX_STATES, "Only annexes in this state."),
    ),
    "list_arrangements": (*PAGING, _REGION),
    "check_promise": (*PAGING, _REGION),
    "list_projects": (
        *PAGING,
        _REGION,
        chosen("status", codes.PROJECT_STATES, "Only projects in this state."),
    ),
    "list_bottlenecks": (
        *PAGING,
        _REGION,
        chosen("status", codes.BOTTLENECK_STATES, "Only those in this state."),
    ),
    "list_evaluations": PAGING,
}

_WSP = ("wsp-officer", "wsp-manager")

ROLES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("add_comment", "propose_annex", "record_arrangement"), _WSP),
    **dict.fromkeys(("agree_annex", "decline_annex"), ("employer",)),
    **dict.fromkeys(
        ("register_project", "start_project", "report_result", "complete_project"),
        ("slw-coordinator", *_WSP),
    ),
    "report_bottleneck": (*_WSP, "slw-coordinator", "employer"),
    "offer_solution": ("slw-coordinator", *_WSP),
}
