# SPDX-License-Identifier: EUPL-1.2
"""One function per command and per consumed message, each in the caller's one transaction."""

from services.agreements.handlers.arrivals import (
    adopt_contacts,
    adopt_employers,
    settle_decisions,
)
from services.agreements.handlers.drafts import (
    amend_agreement,
    edit_draft,
    register_agreement,
    withdraw_draft,
)
from services.agreements.handlers.life import (
    end_agreement,
    publish_agreement,
    resume_agreement,
    suspend_agreement,
)
from services.agreements.handlers.participants import invite_regions, remove_participant
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
    "adopt_contacts",
    "adopt_employers",
    "amend_agreement",
    "edit_draft",
    "end_agreement",
    "get_agreement",
    "get_matrix",
    "get_version",
    "invite_regions",
    "list_agreements",
    "list_deliveries",
    "list_history",
    "list_participants",
    "list_versions",
    "publish_agreement",
    "register_agreement",
    "remove_participant",
    "renumber",
    "resume_agreement",
    "settle_decisions",
    "suspend_agreement",
    "withdraw_draft",
]
