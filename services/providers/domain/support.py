# SPDX-License-Identifier: EUPL-1.2
"""Support for somebody at work: asked for when a buddy is not enough, until it is not needed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NewType

from services.providers.domain import refusals as no
from services.providers.domain.actors import Actor
from services.providers.domain.life import OPEN, State, Step, next_state
from services.providers.domain.provider import Provider

SupportId = NewType("SupportId", str)
WorkingDaysAfter = Callable[[date, int], date]

LIGHT = "licht"
# From light to heavy: an escalation never goes the other way.
NEEDS = (LIGHT, "zwaar", "specialistisch")
REGION_PAYS = "region"
ENDED = "ended"
PLACEMENT_OVER = "placement_over"
OTHER_REASON = "other_support_reason"
WORKING_DAYS_TO_ACCEPT = 3
WORKING_DAYS_TO_FIRST_CONTACT = 5
AT_WORK = frozenset({"confirmed", "started", "sustained"})
"""States of a placement in which there is somebody to support."""


@dataclass(frozen=True, slots=True)
class Placement:
    """What support needs to know of a placement."""

    id: str
    agreement_id: str
    agreement_version: int
    employer_id: str
    region: str
    state: str

    @property
    def has_somebody(self) -> bool:
        """Tell whether somebody is found for it, and not gone."""
        return self.state in AT_WORK


@dataclass(frozen=True, slots=True)
class Agreed:
    """What the version of the placement says about specialists."""

    provider: str | None
    needs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Today:
    """The moment and the day of a step, and how working days are counted from it."""

    at: datetime
    day: date
    working_days_after: WorkingDaysAfter


@dataclass(frozen=True, slots=True)
class Why:
    """Why somebody takes a step: a code, and words where they give any."""

    code: str | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, for which placement."""

    id: SupportId
    placement: Placement
    need: str
    funded_by: str


@dataclass(frozen=True, slots=True)
class Support:
    """A request for support at one placement. `revision` grows by one with every step."""

    id: SupportId
    placement_id: str
    agreement_id: str
    employer_id: str
    region: str
    agreed_provider: str | None
    need: str
    funded_by: str
    state: State
    provider: Provider | None
    accept_by: date | None
    first_contact_by: date | None
    first_contact_on: date | None
    closing: str | None
    why: Why
    last_step: Step
    last_at: datetime
    revision: int
    created_at: datetime

    @property
    def is_open(self) -> bool:
        """Tell whether anything can still happen to it."""
        return self.state in OPEN


def request(
    asked: Asked,
    agreed: Agreed,
    provider: Provider | None,
    *,
    by: Actor,
    why: Why,
    today: Today,
) -> Support:
    """Ask for support; where the region pays it approves first, else it goes to the provider."""
    placement = asked.placement
    by.must_be_allowed_to_request(region=placement.region, employer=placement.employer_id)
    _must_be_needed(asked, agreed)
    _must_be_explained(why)
    support = Support(
        id=asked.id,
        placement_id=placement.id,
        agreement_id=placement.agreement_id,
        employer_id=placement.employer_id,
        region=placement.region,
        agreed_provider=agreed.provider,
        need=asked.need,
        funded_by=asked.funded_by,
        state=State.REQUESTED,
        provider=None,
        accept_by=None,
        first_contact_by=None,
        first_contact_on=None,
        closing=None,
        why=why,
        last_step=Step.REQUESTED,
        last_at=today.at,
        revision=1,
        created_at=today.at,
    )
    return support if asked.funded_by == REGION_PAYS else _handed_to(support, provider, today)


def approve(
    support: Support, provider: Provider | None, *, by: Actor, why: Why, today: Today
) -> Support:
    """Let the region pay, so that the agreement's provider is asked."""
    return _handed_to(_step(support, Step.APPROVED, by, why, today), provider, today)


def decline(support: Support, *, by: Actor, why: Why, today: Today) -> Support:
    """Let the region not pay."""
    return _step(support, Step.DECLINED, by, why, today)


def assign(support: Support, provider: Provider, *, by: Actor, why: Why, today: Today) -> Support:
    """Ask a provider that works in the region, in place of whoever was asked before."""
    after = _step(support, Step.ASSIGNED, by, why, today)
    if not provider.works_in(support.region):
        raise no.ProviderNotInRegion(f"{provider.name} does not work in {support.region}")
    return _handed_to(after, provider, today)


def accept(support: Support, *, by: Actor, today: Today) -> Support:
    """Take the request on."""
    after = _step(support, Step.ACCEPTED, by, Why(), today)
    return replace(after, accept_by=None)


def contact(support: Support, on: date, *, asked_on: date, by: Actor, today: Today) -> Support:
    """Tell the day of the first contact: from the day of the request until today."""
    after = _step(support, Step.CONTACTED, by, support.why, today)
    if support.first_contact_on is not None:
        raise no.FirstContactMade(f"the first contact was on {support.first_contact_on}")
    if on > today.day:
        raise no.ContactInTheFuture(f"{on} is still to come")
    if on < asked_on:
        raise no.ContactBeforeRequest(f"support was asked for on {asked_on}")
    return replace(after, first_contact_on=on, first_contact_by=None)


def escalate(support: Support, need: str | None, *, by: Actor, why: Why, today: Today) -> Support:
    """Say that this support is not enough; the need may be a heavier one from now on."""
    after = _step(support, Step.ESCALATED, by, why, today)
    grown = need or support.need
    if NEEDS.index(grown) < NEEDS.index(support.need):
        raise no.NeedDoesNotGrow(f"the need is {support.need} already")
    return replace(after, need=grown)


def resume(support: Support, *, by: Actor, why: Why, today: Today) -> Support:
    """Go on as before, the escalation being dealt with."""
    return _step(support, Step.RESUMED, by, why, today)


def hand_back(support: Support, *, by: Actor, why: Why, today: Today) -> Support:
    """Give the request back: another provider is to be found, or it ends."""
    after = _step(support, Step.HANDED_BACK, by, why, today)
    return replace(after, provider=None, accept_by=None, first_contact_by=None)


def close(support: Support, closing: str, *, by: Actor, why: Why, today: Today) -> Support:
    """End the support: back to the buddy, not needed any more, or passed on to somebody else."""
    return _over(_step(support, Step.CLOSED, by, why, today), closing)


def withdraw(support: Support, *, by: Actor, why: Why, today: Today) -> Support:
    """Take the request back before anybody works on it."""
    return _over(_step(support, Step.WITHDRAWN, by, why, today), None)


def placement_over(support: Support, *, by: Actor, today: Today) -> Support:
    """End with the placement: what runs is closed, and what was only asked for is withdrawn."""
    after = _step(support, Step.PLACEMENT_OVER, by, Why(PLACEMENT_OVER), today)
    return _over(after, ENDED if after.state is State.CLOSED else None)


def _must_be_needed(asked: Asked, agreed: Agreed) -> None:
    if asked.need == LIGHT:
        raise no.LightNeedStaysWithBuddy("a light need stays with colleagues at work")
    if asked.need not in agreed.needs:
        known = ", ".join(sorted(agreed.needs)) or "nothing"
        raise no.NeedNotAgreed(f"the agreement names a specialist for {known}")
    if not asked.placement.has_somebody:
        raise no.NobodyAtWork(f"the placement is {asked.placement.state.replace('_', ' ')}")


def _must_be_explained(why: Why) -> None:
    if why.code == OTHER_REASON and not why.words:
        raise no.ReasonNeeded("another reason than the codes name has to be explained")


def _step(support: Support, step: Step, by: Actor, why: Why, today: Today) -> Support:
    provider = support.provider.id if support.provider else None
    by.must_be_allowed(step, region=support.region, employer=support.employer_id, provider=provider)
    state = next_state(step, support.state)
    _must_be_explained(why)
    return replace(
        support,
        state=state,
        why=why,
        last_step=step,
        last_at=today.at,
        revision=support.revision + 1,
    )


def _handed_to(support: Support, provider: Provider | None, today: Today) -> Support:
    """Ask the provider, with its days; nobody is asked who does not work in the region."""
    if provider is None or not provider.works_in(support.region):
        return replace(support, state=State.APPROVED, provider=None)
    return replace(
        support,
        state=State.ASSIGNED,
        provider=provider,
        accept_by=today.working_days_after(today.day, WORKING_DAYS_TO_ACCEPT),
        first_contact_by=today.working_days_after(today.day, WORKING_DAYS_TO_FIRST_CONTACT),
        first_contact_on=None,
    )


def _over(support: Support, closing: str | None) -> Support:
    return replace(support, closing=closing, accept_by=None, first_contact_by=None)
