# SPDX-License-Identifier: EUPL-1.2
"""A region's part in an agreement: invited, decided, left, invited again.

A region's decision arrives by message, so it is never refused by raising: it is recorded, or
refused with a reason, in the participation's next state.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.agreements.domain.agreement import Agreement, AgreementId, Region, Status
from services.agreements.domain.facts import Fact, Step
from services.agreements.domain.refusals import (
    AgreementEnded,
    AgreementWithdrawn,
    NotAParticipant,
    TimeToRespondHasPassed,
)

# How long a region has for its answer.
TIME_TO_RESPOND = timedelta(weeks=8)


class Standing(StrEnum):
    """Where a region stands."""

    INVITED = "invited"
    CONSIDERING = "considering"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TO_BE_CONFIRMED = "to_be_confirmed"
    WITHDRAWN = "withdrawn"


class Choice(StrEnum):
    """What a region can decide."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    CONSIDERING = "considering"


class Outcome(StrEnum):
    """What became of a decision."""

    RECORDED = "recorded"
    REFUSED = "refused"


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


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the newest decision came to, and why if it was refused."""

    sequence: int
    outcome: Outcome
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Participation:
    """One region's part. `version` is the one accepted last, and the signatures are under it.

    `invited_at` is None for an outsider: a region that decided without ever being invited.
    """

    agreement_id: AgreementId
    region: Region
    standing: Standing
    invited_at: datetime | None
    version: int | None = None
    respond_by: date | None = None
    active_from: date | None = None
    signed_on: date | None = None
    employer_signed_on: date | None = None
    expected_on: date | None = None
    reason: str | None = None
    verdict: Verdict | None = None

    @property
    def takes_part(self) -> bool:
        """Whether the agreement's states travel to this region."""
        return self.standing is not Standing.WITHDRAWN


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whom to invite, when, and how long they have: 8 weeks unless the coordinator says."""

    regions: Sequence[Region]
    at: datetime
    on: date
    respond_by: date | None = None
    reason: str | None = None


Participations = Mapping[Region, Participation]


def invite(
    agreement: Agreement, known: Participations, invitation: Invitation
) -> tuple[tuple[Participation, ...], Fact | None]:
    """Invite every region that takes no part yet, and those that left; the others keep theirs.

    Time to respond starts with the invitation, or with the first version if that is later.
    """
    if agreement.status is Status.ENDED:
        raise AgreementEnded("nobody can be invited to an agreement that has ended")
    if agreement.status is Status.WITHDRAWN:
        raise AgreementWithdrawn("nobody can be invited to an agreement that was withdrawn")
    given = invitation.respond_by
    deadline = _deadline(given, invitation.on) if agreement.travels or given else None
    invited = tuple(
        Participation(
            agreement.id,
            region,
            Standing.INVITED,
            invitation.at,
            respond_by=deadline,
            verdict=known[region].verdict if region in known else None,
        )
        for region in sorted(set(invitation.regions))
        if region not in known or not known[region].takes_part
    )
    if not invited:
        return (), None
    regions = tuple(one.region for one in invited)
    return invited, Fact(Step.REGIONS_INVITED, invitation.reason, regions=regions)


def remove(known: Participations, region: Region, reason: str | None) -> tuple[Participation, Fact]:
    """End a region's part; what it accepted no longer counts."""
    participation = known.get(region)
    if participation is None or not participation.takes_part:
        raise NotAParticipant(region)
    left = Participation(
        participation.agreement_id,
        region,
        Standing.WITHDRAWN,
        participation.invited_at,
        reason=reason,
        verdict=participation.verdict,
    )
    return left, Fact(Step.PARTICIPANT_REMOVED, reason, regions=(region,))


def after_publication(
    agreement: Agreement, known: Participations, on: date, respond_by: date | None = None
) -> tuple[Participation, ...]:
    """Give the participations that the version just published moves.

    The first version starts everybody's time to respond; a material one has to be confirmed by
    those who accepted; an editorial one moves nothing.
    """
    taking_part = [one for one in known.values() if one.takes_part]
    deadline = _deadline(respond_by, on)
    if len(agreement.versions) == 1:
        return tuple(
            replace(one, respond_by=respond_by or one.respond_by or deadline) for one in taking_part
        )
    return tuple(
        replace(one, standing=Standing.TO_BE_CONFIRMED, respond_by=deadline)
        for one in taking_part
        if one.standing is Standing.ACCEPTED and (one.version or 0) < agreement.material_version
    )


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


def outsider(agreement_id: AgreementId, region: Region) -> Participation:
    """Give the part of a region that never had one, so that even its decision is answered."""
    return Participation(agreement_id, region, Standing.WITHDRAWN, None, reason="never invited")


def _deadline(respond_by: date | None, on: date) -> date:
    if respond_by and respond_by < on:
        raise TimeToRespondHasPassed(respond_by)
    return respond_by or on + TIME_TO_RESPOND


def _objection(
    agreement: Agreement, participation: Participation, decision: Decision, on: date
) -> str | None:
    accepted = participation.version or 0
    if not participation.takes_part:
        return f"{participation.region} takes no part in this agreement"
    if agreement.status is Status.ENDED:
        return "the agreement has ended"
    if decision.version not in {one.number for one in agreement.versions}:
        return f"version {decision.version} is not known"
    if decision.version not in {one.number for one in agreement.in_force(on)}:
        return f"version {decision.version} is no longer in force"
    if decision.version < accepted:
        return f"version {accepted} was accepted already"
    return _incomplete(agreement, decision, accepted)


def _incomplete(agreement: Agreement, decision: Decision, accepted: int) -> str | None:
    match decision.choice:
        case Choice.ACCEPTED if not (decision.signed_on and decision.employer_signed_on):
            return "the dates of both signatures are needed"
        case Choice.DECLINED if not decision.reason:
            return "declining needs a reason"
        case Choice.CONSIDERING if accepted and accepted >= agreement.material_version:
            return f"version {accepted} was accepted, and nothing material has changed since"
        case _:
            return None


def _decided(
    agreement: Agreement, participation: Participation, decision: Decision
) -> Participation:
    match decision.choice:
        case Choice.ACCEPTED:
            return _accepted(agreement, participation, decision)
        case Choice.DECLINED:
            return _declined(participation, decision)
        case Choice.CONSIDERING:
            return replace(
                participation,
                standing=Standing.CONSIDERING,
                expected_on=decision.expected_on,
                reason=decision.reason,
            )


def _accepted(
    agreement: Agreement, participation: Participation, decision: Decision
) -> Participation:
    # An acceptance may cross a material new version: it counts, and waits to be confirmed.
    overtaken = decision.version < agreement.material_version
    signatures = [day for day in (decision.signed_on, decision.employer_signed_on) if day]
    return replace(
        participation,
        standing=Standing.TO_BE_CONFIRMED if overtaken else Standing.ACCEPTED,
        version=decision.version,
        active_from=max(signatures),
        signed_on=decision.signed_on,
        employer_signed_on=decision.employer_signed_on,
        expected_on=None,
        reason=decision.reason,
    )


def _declined(participation: Participation, decision: Decision) -> Participation:
    if participation.version and decision.version > participation.version:
        # Declining a newer version leaves the older acceptance standing while that is in force.
        return replace(
            participation, standing=Standing.DECLINED, expected_on=None, reason=decision.reason
        )
    return Participation(
        participation.agreement_id,
        participation.region,
        Standing.DECLINED,
        participation.invited_at,
        respond_by=participation.respond_by,
        reason=decision.reason,
    )
