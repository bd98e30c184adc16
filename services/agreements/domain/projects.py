# SPDX-License-Identifier: EUPL-1.2
"""Projects under an agreement: training tracks and inflow, with their intake and their results."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from services.agreements.domain.actors import OF_A_REGION, Actor, Region, Role
from services.agreements.domain.agreement import Agreement
from services.agreements.domain.annexes import must_cover
from services.agreements.domain.facts import Fact, Step
from services.agreements.domain.participation import Participations, part_of
from services.agreements.domain.refusals import (
    ProjectCompleted,
    ProjectNotStarted,
    ProjectsNotCovered,
    ProjectStarted,
    ProjectWithoutResult,
)
from services.agreements.domain.ways import No, way

PROJECT = "project"
LED_BY = frozenset({Role.COORDINATOR, *OF_A_REGION})


class ProjectState(StrEnum):
    """How far a project is."""

    IDEA = "idea"
    STARTED = "started"
    RESULT = "result"
    COMPLETED = "completed"


class ProjectStep(StrEnum):
    """What can be done with a project."""

    START = "start"
    REPORT = "report"
    COMPLETE = "complete"


_I, _S, _R, _C = ProjectState
_DONE = No(ProjectCompleted, "the project is completed")
_FIRST_START = No(ProjectNotStarted, "start the project first")
_RUNS = No(ProjectStarted, "the project was started already")
_FIRST_REPORT = No(ProjectWithoutResult, "report a result first")

WAYS: Mapping[tuple[ProjectStep, ProjectState], ProjectState | No] = MappingProxyType(
    {
        **{(step, _C): _DONE for step in ProjectStep},
        (ProjectStep.START, _I): _S,
        (ProjectStep.START, _S): _RUNS,
        (ProjectStep.START, _R): _RUNS,
        (ProjectStep.REPORT, _I): _FIRST_START,
        (ProjectStep.REPORT, _S): _R,
        (ProjectStep.REPORT, _R): _R,
        (ProjectStep.COMPLETE, _I): _FIRST_START,
        (ProjectStep.COMPLETE, _S): _FIRST_REPORT,
        (ProjectStep.COMPLETE, _R): _C,
    }
)

WORDS: Mapping[ProjectStep, Step] = MappingProxyType(
    {
        ProjectStep.START: Step.PROJECT_STARTED,
        ProjectStep.REPORT: Step.PROJECT_REPORTED,
        ProjectStep.COMPLETE: Step.PROJECT_COMPLETED,
    }
)


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter and a number in it; the year may be unknown, and is then never guessed."""

    quarter: int
    number: int
    year: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """A project of one region, or of the whole agreement; `intake` is what is planned."""

    number: int
    kind: str
    title: str
    target_groups: tuple[str, ...]
    state: ProjectState = ProjectState.IDEA
    region: Region | None = None
    intake: tuple[Quarter, ...] = ()


def register_project(
    actor: Actor, agreement: Agreement, known: Participations, project: Project
) -> tuple[Project, Fact]:
    """Register a project as an idea, for groups that the agreement is for."""
    _may_lead(actor, project)
    agreement.must_run()
    if PROJECT not in agreement.terms.kinds:
        raise ProjectsNotCovered("this agreement covers individual placements only")
    if project.region:
        part_of(known, project.region)
    must_cover(agreement.terms, project.target_groups)
    return project, _fact(project, Step.PROJECT_REGISTERED)


def go_on(
    actor: Actor, agreement: Agreement, project: Project, step: ProjectStep
) -> tuple[Project, Fact]:
    """Start a project, report on it or complete it."""
    _may_lead(actor, project)
    agreement.must_run()
    after = replace(project, state=way(WAYS, step, project.state))
    return after, _fact(after, WORDS[step])


def _may_lead(actor: Actor, project: Project) -> None:
    actor.must_be(LED_BY)
    # A region leads its own projects, the coordinator those of the whole agreement too.
    if actor.role is not Role.COORDINATOR:
        actor.region_meant(project.region)


def _fact(project: Project, step: Step) -> Fact:
    return Fact(step, regions=(project.region,) if project.region else ())
