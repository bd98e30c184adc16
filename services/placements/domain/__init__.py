# SPDX-License-Identifier: EUPL-1.2
"""The rules of places offered and filled: pure, and free of any framework."""

from services.placements.domain.actors import SYSTEM, Actor
from services.placements.domain.counting import Cell, Shares, increments, shown
from services.placements.domain.decisions import Choice, Decision, Settled, Surroundings, settle
from services.placements.domain.frameworks import Cut, Framework, Participant, Terms, Version
from services.placements.domain.life import LIFE, Role, State, Step
from services.placements.domain.offering import Line, Offering, offer
from services.placements.domain.placement import (
    CHECK_IN_MONTHS,
    CheckIn,
    Confirmation,
    Direction,
    Fact,
    Link,
    Outcome,
    Place,
    Placement,
    PlacementId,
    Start,
    Today,
    Verdict,
    Workplace,
)
from services.placements.domain.work import (
    check_in,
    check_in_days,
    complete,
    end_early,
    report_start,
)

__all__ = [
    "CHECK_IN_MONTHS",
    "LIFE",
    "SYSTEM",
    "Actor",
    "Cell",
    "CheckIn",
    "Choice",
    "Confirmation",
    "Cut",
    "Decision",
    "Direction",
    "Fact",
    "Framework",
    "Line",
    "Link",
    "Offering",
    "Outcome",
    "Participant",
    "Place",
    "Placement",
    "PlacementId",
    "Role",
    "Settled",
    "Shares",
    "Start",
    "State",
    "Step",
    "Surroundings",
    "Terms",
    "Today",
    "Verdict",
    "Version",
    "Workplace",
    "check_in",
    "check_in_days",
    "complete",
    "end_early",
    "increments",
    "offer",
    "report_start",
    "settle",
    "shown",
]
