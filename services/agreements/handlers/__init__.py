# SPDX-License-Identifier: EUPL-1.2
"""One function per command and per consumed message, each in the caller's one transaction."""

from services.agreements.handlers.annexes import (
    agree_annex,
    check_promise,
    decline_annex,
    list_annexes,
    list_arrangements,
    propose_annex,
    record_arrangement,
)
from services.agreements.handlers.arrivals import (
    adopt_contacts,
    adopt_employers,
    adopt_instruments,
    adopt_tallies,
    settle_decisions,
)
from services.agreements.handlers.canary import canary_state
from services.agreements.handlers.consultations import (
    add_comment,
    close_consultation,
    list_comments,
    list_rounds,
    open_consultation,
)
from services.agreements.handlers.deadlines import (
    close_consultations,
    expire,
    hold_evaluations,
    let_leave,
    note_silences,
    remind,
    tell_frameworks,
)
from services.agreements.handlers.drafts import (
    amend_agreement,
    edit_draft,
    register_agreement,
    withdraw_draft,
)
from services.agreements.handlers.exchange import (
    list_bottlenecks,
    list_evaluations,
    offer_solution,
    plan_evaluation,
    report_bottleneck,
)
from services.agreements.handlers.life import (
    end_agreement,
    publish_agreement,
    resume_agreement,
    suspend_agreement,
)
from services.agreements.handlers.participants import invite_regions, remove_participant
from services.agreements.handlers.projects import (
    complete_project,
    list_projects,
    register_project,
    report_result,
    start_project,
)
from services.agreements.handlers.reading import (
    get_agreement,
    get_matrix,
    get_version,
    list_agreements,
    list_deliveries,
    list_history,
    list_participants,
    list_versions,
)
from services.agreements.handlers.step import renumber

__all__ = [
    "add_comment",
    "adopt_contacts",
    "adopt_employers",
    "adopt_instruments",
    "adopt_tallies",
    "agree_annex",
    "amend_agreement",
    "canary_state",
    "check_promise",
    "close_consultation",
    "close_consultations",
    "complete_project",
    "decline_annex",
    "edit_draft",
    "end_agreement",
    "expire",
    "get_agreement",
    "get_matrix",
    "get_version",
    "hold_evaluations",
    "invite_regions",
    "let_leave",
    "list_agreements",
    "list_annexes",
    "list_arrangements",
    "list_bottlenecks",
    "list_comments",
    "list_deliveries",
    "list_evaluations",
    "list_history",
    "list_participants",
    "list_projects",
    "list_rounds",
    "list_versions",
    "note_silences",
    "offer_solution",
    "open_consultation",
    "plan_evaluation",
    "propose_annex",
    "publish_agreement",
    "record_arrangement",
    "register_agreement",
    "register_project",
    "remind",
    "remove_participant",
    "renumber",
    "report_bottleneck",
    "report_result",
    "resume_agreement",
    "settle_decisions",
    "start_project",
    "suspend_agreement",
    "tell_frameworks",
    "withdraw_draft",
]
