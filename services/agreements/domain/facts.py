# SPDX-License-Identifier: EUPL-1.2
"""What can stand in an agreement's history."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.agreements.domain.terms import Difference


class Step(StrEnum):
    """One kind of thing that happens to an agreement."""

    REGISTERED = "registered"
    DRAFT_EDITED = "draft_edited"
    DRAFT_WITHDRAWN = "draft_withdrawn"
    AMENDMENT_DRAFTED = "amendment_drafted"
    CONSULTATION_OPENED = "consultation_opened"
    CONSULTATION_CLOSED = "consultation_closed"
    COMMENT_MADE = "comment_made"
    PUBLISHED = "published"
    AMENDED = "amended"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    ENDED = "ended"
    EXPIRED = "expired"
    REGIONS_INVITED = "regions_invited"
    PARTICIPANT_REMOVED = "participant_removed"
    NOTICE_GIVEN = "notice_given"
    NO_RESPONSE = "no_response"
    ANNEX_PROPOSED = "annex_proposed"
    ANNEX_AGREED = "annex_agreed"
    ANNEX_DECLINED = "annex_declined"
    ARRANGEMENT_RECORDED = "arrangement_recorded"
    PROJECT_REGISTERED = "project_registered"
    PROJECT_STARTED = "project_started"
    PROJECT_REPORTED = "project_reported"
    PROJECT_COMPLETED = "project_completed"
    BOTTLENECK_REPORTED = "bottleneck_reported"
    SOLUTION_OFFERED = "solution_offered"
    EVALUATION_PLANNED = "evaluation_planned"
    EVALUATION_HELD = "evaluation_held"
    DECISION_RECORDED = "decision_recorded"
    DECISION_REFUSED = "decision_refused"


@dataclass(frozen=True, slots=True)
class Fact:
    """What happened; who did it and when is added by the one who records it."""

    step: Step
    reason: str | None = None
    version: int | None = None
    differences: tuple[Difference, ...] = ()
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LastChange:
    """The newest step that every participating region hears of."""

    step: Step
    at: datetime
    reason: str | None = None
