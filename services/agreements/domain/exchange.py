# SPDX-License-Identifier: EUPL-1.2
"""What regions and coordinator learn from each other: bottlenecks, solutions and evaluations."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.agreements.domain.actors import OF_A_REGION, Actor, Region, Role
from services.agreements.domain.agreement import Agreement
from services.agreements.domain.facts import Fact, Step
from services.agreements.domain.participation import Participations, part_of
from services.agreements.domain.refusals import EvaluationHasPassed, ReplacedBeforeItBegan

REPORTED_BY = frozenset({*OF_A_REGION, Role.COORDINATOR, Role.EMPLOYER})
ANSWERED_BY = frozenset({*OF_A_REGION, Role.COORDINATOR})
EVALUATED_BY = frozenset({Role.COORDINATOR})


class EvaluationState(StrEnum):
    """How far an evaluation is."""

    PLANNED = "planned"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A regional arrangement with the employer that ran before the national one."""

    region: Region
    title: str
    description: str | None = None
    since: date | None = None
    replaced_from: date | None = None


def record_arrangement(
    actor: Actor, agreement: Agreement, known: Participations, arrangement: Arrangement
) -> Fact:
    """Record an earlier arrangement of a region that takes part."""
    actor.must_be(OF_A_REGION)
    actor.must_serve(arrangement.region)
    agreement.must_run()
    part_of(known, arrangement.region)
    since, until = arrangement.since, arrangement.replaced_from
    if since and until and until < since:
        raise ReplacedBeforeItBegan(f"what began on {since} cannot be replaced on {until}")
    return Fact(Step.ARRANGEMENT_RECORDED, regions=(arrangement.region,))


def report_bottleneck(
    actor: Actor, agreement: Agreement, known: Participations, region: Region | None
) -> tuple[Region | None, Fact]:
    """Report what stands in the way, for a region that takes part or for all of them."""
    actor.must_be(REPORTED_BY)
    return _told(actor, agreement, known, region, Step.BOTTLENECK_REPORTED)


def offer_solution(
    actor: Actor, agreement: Agreement, known: Participations, region: Region | None
) -> tuple[Region | None, Fact]:
    """Say what helps; every region of the agreement sees it."""
    actor.must_be(ANSWERED_BY)
    return _told(actor, agreement, known, region, Step.SOLUTION_OFFERED)


def plan_evaluation(
    actor: Actor, agreement: Agreement, due_on: date, on: date
) -> tuple[EvaluationState, Fact]:
    """Plan the day on which figures are frozen; today they are frozen at once."""
    actor.must_be(EVALUATED_BY)
    agreement.must_run()
    if due_on < on:
        raise EvaluationHasPassed(due_on)
    if due_on == on:
        return EvaluationState.HELD, Fact(Step.EVALUATION_HELD)
    return EvaluationState.PLANNED, Fact(Step.EVALUATION_PLANNED)


def gaps(promised: Collection[str], offered: Collection[str] | None) -> tuple[str, ...] | None:
    """Give the promised instruments that a region does not offer; None while that is unknown."""
    if offered is None:
        return None
    return tuple(one for one in promised if one not in offered)


def _told(
    actor: Actor,
    agreement: Agreement,
    known: Participations,
    named: Region | None,
    step: Step,
) -> tuple[Region | None, Fact]:
    agreement.must_run()
    if actor.role is Role.EMPLOYER:
        actor.must_be_employer(agreement.employer_id)
    region = actor.region_meant(named) if actor.role in OF_A_REGION else named
    if region:
        part_of(known, region)
    return region, Fact(step, regions=(region,) if region else ())
