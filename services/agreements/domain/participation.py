# SPDX-License-Identifier: EUPL-1.2
"""A region's part in an agreement: invited, decided, left, invited again.

What a region decides is read in `decisions`; here stands where each move leads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from services.agreements.domain.actors import Actor, Region, Role
from services.agreements.domain.agreement import Agreement, AgreementId
from services.agreements.domain.deadlines import TIME_TO_RESPOND
from services.agreements.domain.facts import Fact, Step
from services.agreements.domain.life import Status
from services.agreements.domain.refusals import (
    AgreementEnded,
    AgreementWithdrawn,
    NotAParticipant,
    NoticeHasPassed,
    TakesPartAlready,
    TimeToRespondHasPassed,
    VersionAcceptedAlready,
)
from services.agreements.domain.ways import No


class Standing(StrEnum):
    """Where a region stands."""

    INVITED = "invited"
    CONSIDERING = "considering"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TO_BE_CONFIRMED = "to_be_confirmed"
    WITHDRAWN = "withdrawn"


class Move(StrEnum):
    """What can happen to a region's part."""

    INVITE = "invite"
    CONSIDER = "consider"
    ACCEPT = "accept"
    ACCEPT_OLDER = "accept an older version"
    DECLINE = "decline"
    MATERIAL_VERSION = "material version"
    LEAVE = "leave"


MOVED_BY: Mapping[Move, frozenset[Role]] = MappingProxyType(
    {
        **dict.fromkeys(
            (Move.CONSIDER, Move.ACCEPT, Move.ACCEPT_OLDER, Move.DECLINE),
            frozenset({Role.MANAGER}),
        ),
        Move.INVITE: frozenset({Role.COORDINATOR}),
        Move.MATERIAL_VERSION: frozenset({Role.COORDINATOR}),
        Move.LEAVE: frozenset({Role.COORDINATOR, Role.MANAGER, Role.SYSTEM}),
    }
)

_OUT = No(NotAParticipant, "takes no part in this agreement")
_IN = No(TakesPartAlready, "takes part already")
_ACCEPTED_THAT = No(VersionAcceptedAlready, "nothing material has changed since")
_INVITED, _CONSIDERING, _ACCEPTED = Standing.INVITED, Standing.CONSIDERING, Standing.ACCEPTED
_DECLINED, _TO_CONFIRM = Standing.DECLINED, Standing.TO_BE_CONFIRMED
_UNDECIDED = (_INVITED, _CONSIDERING, _DECLINED, _TO_CONFIRM)
_INSIDE = (*_UNDECIDED, _ACCEPTED)

PART: Mapping[tuple[Move, Standing], Standing | No] = MappingProxyType(
    {
        **{(move, Standing.WITHDRAWN): _OUT for move in Move},
        **{(Move.INVITE, one): _IN for one in _INSIDE},
        **{(Move.CONSIDER, one): _CONSIDERING for one in _UNDECIDED},
        **{(Move.ACCEPT, one): _ACCEPTED for one in _INSIDE},
        **{(Move.ACCEPT_OLDER, one): _TO_CONFIRM for one in _UNDECIDED},
        **{(Move.DECLINE, one): _DECLINED for one in _INSIDE},
        **{(Move.MATERIAL_VERSION, one): one for one in _UNDECIDED},
        **{(Move.LEAVE, one): Standing.WITHDRAWN for one in _INSIDE},
        (Move.INVITE, Standing.WITHDRAWN): _INVITED,
        (Move.CONSIDER, _ACCEPTED): _ACCEPTED_THAT,
        (Move.ACCEPT_OLDER, _ACCEPTED): _ACCEPTED_THAT,
        (Move.MATERIAL_VERSION, _ACCEPTED): _TO_CONFIRM,
    }
)
"""A move and a standing give the next standing, or why not."""

AWAITED = frozenset({_INVITED, _CONSIDERING, _TO_CONFIRM})
"""Where a region stands whose answer is awaited."""


class Outcome(StrEnum):
    """What became of a decision."""

    RECORDED = "recorded"
    REFUSED = "refused"


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
    `silent_since` is the day after which nothing was heard, `leaves_on` the last day of notice,
    `extra_instruments` is what its annex adds.
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
    leaves_on: date | None = None
    silent_since: date | None = None
    extra_instruments: tuple[str, ...] = ()
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

    Whoever comes back signs anew, and finds the annex that was agreed and that nobody replaced.
    Time to respond starts with the invitation, or with the first version if that is later.
    """
    if agreement.status in {Status.ENDED, Status.EXPIRED}:
        raise AgreementEnded("nobody can be invited to an agreement that has ended")
    if agreement.status is Status.WITHDRAWN:
        raise AgreementWithdrawn("nobody can be invited to an agreement that was withdrawn")
    given = invitation.respond_by
    deadline = response_by(given, invitation.on) if agreement.travels or given else None
    invited = tuple(
        Participation(
            agreement.id,
            region,
            Standing.INVITED,
            invitation.at,
            respond_by=deadline,
            extra_instruments=known[region].extra_instruments if region in known else (),
            verdict=known[region].verdict if region in known else None,
        )
        for region in sorted(set(invitation.regions))
        if region not in known or not known[region].takes_part
    )
    if not invited:
        return (), None
    regions = tuple(one.region for one in invited)
    return invited, Fact(Step.REGIONS_INVITED, invitation.reason, regions=regions)


def part_of(known: Participations, region: Region) -> Participation:
    """Give the part of a region that has one, or refuse."""
    participation = known.get(region)
    if participation is None or not participation.takes_part:
        raise NotAParticipant(f"{region} takes no part in this agreement")
    return participation


def remove(known: Participations, region: Region, reason: str | None) -> tuple[Participation, Fact]:
    """End a region's part; what it accepted no longer counts, and its annex waits for it."""
    participation = part_of(known, region)
    left = Participation(
        participation.agreement_id,
        region,
        Standing.WITHDRAWN,
        participation.invited_at,
        reason=reason,
        extra_instruments=participation.extra_instruments,
        verdict=participation.verdict,
    )
    return left, Fact(Step.PARTICIPANT_REMOVED, reason, regions=(region,))


def give_notice(
    known: Participations, region: Region, leaves_on: date, on: date, reason: str | None
) -> tuple[Participation, Fact]:
    """Let a region's part end after a day; until then nothing changes."""
    if leaves_on < on:
        raise NoticeHasPassed(leaves_on)
    noticed = replace(part_of(known, region), leaves_on=leaves_on, reason=reason)
    return noticed, Fact(Step.NOTICE_GIVEN, reason, regions=(region,))


def may_leave(actor: Actor, region: Region) -> None:
    """Refuse who may not end this region's part: a region does so for itself only."""
    actor.must_be(MOVED_BY[Move.LEAVE])
    actor.must_serve(region)


def after_publication(
    agreement: Agreement, known: Participations, on: date, respond_by: date | None = None
) -> tuple[Participation, ...]:
    """Give the participations that the version just published moves.

    The first version starts everybody's time to respond; a material one has to be confirmed by
    those who accepted; an editorial one moves nothing.
    """
    taking_part = [one for one in known.values() if one.takes_part]
    deadline = response_by(respond_by, on)
    if len(agreement.versions) == 1:
        return tuple(
            replace(one, respond_by=respond_by or one.respond_by or deadline) for one in taking_part
        )
    return tuple(
        replace(one, standing=_TO_CONFIRM, respond_by=deadline)
        for one in taking_part
        if PART[Move.MATERIAL_VERSION, one.standing] is not one.standing
        and (one.version or 0) < agreement.material_version
    )


def note_silence(known: Participations, respond_by: date) -> tuple[Participation, ...]:
    """Note which regions have not answered, now that their last day has passed."""
    return tuple(replace(one, silent_since=respond_by) for one in awaited(known, respond_by))


def awaited(known: Participations, respond_by: date) -> tuple[Participation, ...]:
    """Give the regions that have until that day, and have not answered."""
    return tuple(
        one for one in known.values() if one.standing in AWAITED and one.respond_by == respond_by
    )


def outsider(agreement_id: AgreementId, region: Region) -> Participation:
    """Give the part of a region that never had one, so that even its decision is answered."""
    return Participation(agreement_id, region, Standing.WITHDRAWN, None, reason="never invited")


def response_by(respond_by: date | None, on: date) -> date:
    """Give the last day to respond: the one given, or eight weeks."""
    if respond_by and respond_by < on:
        raise TimeToRespondHasPassed(respond_by)
    return respond_by or on + TIME_TO_RESPOND
