# SPDX-License-Identifier: EUPL-1.2
"""What a region decides, and what comes of it.

A decision arrives by message, so it is never refused by raising: it is recorded, or refused with
a reason, in the participation's next state.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from services.agreements.domain.agreement import Agreement
from services.agreements.domain.facts import Fact, Step
from services.agreements.domain.life import Status
from services.agreements.domain.participation import (
    PART,
    Move,
    Outcome,
    Participation,
    Standing,
    Verdict,
)
from services.agreements.domain.ways import No


class Choice(StrEnum):
    """What a region can decide."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    CONSIDERING = "considering"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a region decided; `sequence` numbers its decisions on this agreement."""

    sequence: int
    choice: Choice
    version: int
    reason: str | None = None
    signed_on: date | None = None
    employer_signed_on: date | None = None
    expected_on: date | None = None


def decide(
    agreement: Agreement, participation: Participation, decision: Decision, on: date
) -> tuple[Participation, Fact]:
    """Record a region's decision, or refuse it and say why; either way it gets its answer."""
    objection = _objection(agreement, participation, decision, on)
    outcome = Outcome.REFUSED if objection else Outcome.RECORDED
    verdict = Verdict(decision.sequence, outcome, objection)
    step = Step.DECISION_REFUSED if objection else Step.DECISION_RECORDED
    fact = Fact(
        step, objection or decision.reason, decision.version, regions=(participation.region,)
    )
    if objection:
        return replace(participation, verdict=verdict), fact
    return replace(_decided(agreement, participation, decision), verdict=verdict), fact


def _objection(
    agreement: Agreement, participation: Participation, decision: Decision, on: date
) -> str | None:
    accepted = participation.version or 0
    if not participation.takes_part:
        return f"{participation.region} takes no part in this agreement"
    if agreement.status in {Status.ENDED, Status.EXPIRED}:
        return "the agreement has ended"
    if decision.version not in {one.number for one in agreement.versions}:
        return f"version {decision.version} is not known"
    if decision.version not in {one.number for one in agreement.in_force(on)}:
        return f"version {decision.version} is no longer in force"
    if decision.version < accepted:
        return f"version {accepted} was accepted already"
    return _incomplete(decision) or _no_way(agreement, participation, decision)


def _incomplete(decision: Decision) -> str | None:
    match decision.choice:
        case Choice.ACCEPTED if not (decision.signed_on and decision.employer_signed_on):
            return "the dates of both signatures are needed"
        case Choice.DECLINED if not decision.reason:
            return "declining needs a reason"
        case _:
            return None


def _no_way(agreement: Agreement, participation: Participation, decision: Decision) -> str | None:
    way = PART[_move(agreement, decision), participation.standing]
    if isinstance(way, No):
        return f"version {participation.version} was accepted, and {way.says}"
    return None


def _move(agreement: Agreement, decision: Decision) -> Move:
    match decision.choice:
        # An acceptance may cross a material new version: it counts, and waits to be confirmed.
        case Choice.ACCEPTED if decision.version < agreement.material_version:
            return Move.ACCEPT_OLDER
        case Choice.ACCEPTED:
            return Move.ACCEPT
        case Choice.DECLINED:
            return Move.DECLINE
        case Choice.CONSIDERING:
            return Move.CONSIDER


def _decided(
    agreement: Agreement, participation: Participation, decision: Decision
) -> Participation:
    standing = PART[_move(agreement, decision), participation.standing]
    assert isinstance(standing, Standing), "an objection was missed"  # noqa: S101
    moved = replace(
        participation,
        standing=standing,
        expected_on=decision.expected_on,
        reason=decision.reason,
        silent_since=None,
    )
    match decision.choice:
        case Choice.ACCEPTED:
            return _signed(moved, decision)
        case Choice.DECLINED:
            return _declined(moved, decision)
        case Choice.CONSIDERING:
            return moved


def _signed(moved: Participation, decision: Decision) -> Participation:
    signatures = [day for day in (decision.signed_on, decision.employer_signed_on) if day]
    return replace(
        moved,
        version=decision.version,
        active_from=max(signatures),
        signed_on=decision.signed_on,
        employer_signed_on=decision.employer_signed_on,
        expected_on=None,
    )


def _declined(moved: Participation, decision: Decision) -> Participation:
    if moved.version and decision.version > moved.version:
        # Declining a newer version leaves the older acceptance standing while that is in force.
        return replace(moved, expected_on=None)
    return replace(
        moved,
        version=None,
        active_from=None,
        signed_on=None,
        employer_signed_on=None,
        expected_on=None,
    )
