# SPDX-License-Identifier: EUPL-1.2
"""What can stand in an agreement's history."""

from dataclasses import dataclass
from enum import StrEnum

from services.agreements.domain.terms import Difference


class Step(StrEnum):
    """One kind of thing that happens to an agreement."""

    REGISTERED = "registered"
    DRAFT_EDITED = "draft_edited"
    DRAFT_WITHDRAWN = "draft_withdrawn"
    AMENDMENT_DRAFTED = "amendment_drafted"
    PUBLISHED = "published"
    AMENDED = "amended"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    ENDED = "ended"
    REGIONS_INVITED = "regions_invited"
    PARTICIPANT_REMOVED = "participant_removed"
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
