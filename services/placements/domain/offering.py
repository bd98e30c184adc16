# SPDX-License-Identifier: EUPL-1.2
"""Offering places: one or many, in one region or in many, each a placement of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.placements.domain import refusals as no
from services.placements.domain.actors import Actor
from services.placements.domain.frameworks import Framework, Terms
from services.placements.domain.life import Step
from services.placements.domain.placement import Fact, Link, Place, Placement, PlacementId, Today


@dataclass(frozen=True, slots=True)
class Line:
    """So many places of one kind."""

    place: Place
    places: int = 1


@dataclass(frozen=True, slots=True)
class Offering:
    """Who offers, why, under which agreement, when, and by when it must be picked up."""

    actor: Actor
    framework: Framework
    today: Today
    pick_up_by: date
    call_id: str | None = None
    reason: str | None = None


def offer(offering: Offering, lines: Sequence[Line], ids: Iterator[str]) -> list[Placement]:
    """Offer every place of these lines, or none; every region that takes no part is named."""
    framework, today = offering.framework, offering.today
    offering.actor.must_be_allowed_to_offer(employer=framework.employer_id)
    framework.must_be_open()
    regions = {line.place.region for line in lines}
    if missing := [one for one in regions if not framework.takes_part(one, on=today.on)]:
        raise no.RegionDoesNotTakePart(missing)
    offered = []
    for line in lines:
        terms = _terms_of(framework, line.place, on=today.on)
        offered += [
            _placed(offering, terms, line.place, PlacementId(next(ids))) for _ in range(line.places)
        ]
    return offered


def pass_on(offering: Offering, place: Place, new_id: str, link: Link) -> Placement:
    """Offer a place that another region hands over, under what the new region accepted."""
    terms = offering.framework.terms_for(place.region, on=offering.today.on, by=place.needed_by)
    # What was wanted there may be unknown to the version that was accepted here.
    wanted = tuple(group for group in place.wanted_groups if group in terms.target_groups)
    there = replace(place, wanted_groups=wanted)
    return _placed(offering, terms, there, PlacementId(new_id), link)


def _terms_of(framework: Framework, place: Place, *, on: date) -> Terms:
    if place.needed_by < on:
        raise no.NeededByHasPassed(place.needed_by)
    terms = framework.terms_for(place.region, on=on, by=place.needed_by)
    if unknown := set(place.wanted_groups) - terms.target_groups:
        raise no.GroupNotInAgreement(unknown, terms.version)
    return terms


def _placed(
    offering: Offering, terms: Terms, place: Place, new_id: PlacementId, link: Link | None = None
) -> Placement:
    framework, today = offering.framework, offering.today
    return Placement(
        id=new_id,
        call_id=offering.call_id,
        agreement_id=framework.agreement_id,
        employer_id=framework.employer_id,
        employer_name=framework.employer_name,
        terms=terms,
        place=place,
        offered_at=today.now,
        offered_on=today.on,
        pick_up_by=min(offering.pick_up_by, place.needed_by),
        last_change=Step.OFFERED,
        last_change_at=today.now,
        link=link,
        facts=(Fact(Step.OFFERED, offering.actor, today.now, reason=offering.reason),),
    )
