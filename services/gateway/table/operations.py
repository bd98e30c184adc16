# SPDX-License-Identifier: EUPL-1.2
"""Paths of operators, which every service answers alike."""

from collections.abc import Mapping

from services.gateway.parameters import PAGING, Parameter, chosen, moment, text
from services.gateway.table.row import Row
from shared.contracts.topology import SERVICES

ROWS: tuple[Row, ...] = (
    ("list_tasks", "GET", "/tasks", "reads", 200, "List what waits for somebody"),
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
    ("list_blocked", "GET", "/operations/outbox", "reads", 200, "List what the broker refused"),
    ("release_blocked", "POST", "/operations/outbox/releases", "submits", 200, "Send it again"),
    ("list_conflicts", "GET", "/operations/conflicts", "reads", 200, "List what is to decide"),
    ("advance_subjects", "POST", "/operations/advances", "submits", 200, "Move owners on"),
    ("list_advances", "GET", "/operations/advances", "reads", 200, "List who moved owners on"),
    ("list_audit", "GET", "/operations/audit", "reads", 200, "List who did what"),
    (
        "list_audit_links",
        "GET",
        "/operations/audit/links",
        "reads",
        200,
        "Read the chain that seals the audit",
    ),
    (
        "list_audit_heads",
        "GET",
        "/operations/audit/heads",
        "reads",
        200,
        "List what services remember of each other's chains",
    ),
)

_ONE_SERVICE = chosen("service", SERVICES, "Only of this service.")

QUERY: Mapping[str, tuple[Parameter, ...]] = {
    **dict.fromkeys(
        (
            *("list_dead_letters", "list_dead_letter_causes", "list_replays"),
            *("list_open_deliveries", "list_reconciliations", "list_mismatches"),
            *("list_conflicts", "list_advances", "list_blocked"),
            *("list_audit_links", "list_audit_heads"),
        ),
        (*PAGING, _ONE_SERVICE),
    ),
    "list_audit": (
        *PAGING,
        _ONE_SERVICE,
        text("subject", "Only what this subject did.", "5e1a9a52"),
        text("operation", "Only this operation.", "publish_agreement"),
        text("aggregate", "Only what begins so.", "agreement/5e1a9a52"),
        Parameter(
            "before",
            "integer",
            "a whole number",
            "Only lines with a lower number: reads on behind the last line of a page, however far"
            " back. What is left is counted up to 1,000.",
            404,
            largest=9_999_999_999,
        ),
        moment("since", "Only from then on."),
        moment("until", "Only before then."),
        chosen("result", ("done", "refused"), "Only what was done, or only what was refused."),
        chosen("sealed", ("true", "false"), "Only what the chain holds, or only what it does not."),
    ),
    "list_tasks": (
        *PAGING,
        _ONE_SERVICE,
        text("assignee", "Only for this desk.", "AM23"),
        text("kind", "Only of this kind.", "support_to_accept"),
        chosen("open", ("true", "false"), "Only what is open, or only what is not."),
    ),
}
