# SPDX-License-Identifier: EUPL-1.2
"""Comments of regions on a concept, kept with the version that they are about."""

from dataclasses import dataclass
from datetime import date

from services.agreements.domain.actors import OF_A_REGION, Actor, Region
from services.agreements.domain.agreement import Agreement
from services.agreements.domain.facts import Fact, Step
from services.agreements.domain.participation import Participations, part_of
from services.agreements.domain.refusals import NoConsultationOpen, TimeToCommentHasPassed


@dataclass(frozen=True, slots=True)
class Comment:
    """What a region says about a concept."""

    region: Region
    round: int
    version: int
    text: str


def comment(
    actor: Actor,
    agreement: Agreement,
    known: Participations,
    said: tuple[Region | None, str],
    on: date,
) -> tuple[Comment, Fact]:
    """Comment on the concept that is open, for a region that was invited."""
    actor.must_be(OF_A_REGION)
    named, text = said
    region = actor.region_meant(named)
    part_of(known, region)
    opened = agreement.consulted
    if opened is None:
        raise NoConsultationOpen("no consultation is open")
    if on > opened.respond_by:
        raise TimeToCommentHasPassed(opened.respond_by)
    fact = Fact(Step.COMMENT_MADE, version=opened.version, regions=(region,))
    return Comment(region, opened.round, opened.version, text), fact
