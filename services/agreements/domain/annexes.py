# SPDX-License-Identifier: EUPL-1.2
"""A region's annex (maatwerk): it adds to the national terms, and has no field to weaken them.

proposed by the region → agreed or declined by the employer; the annex agreed last replaces the
one before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from services.agreements.domain.actors import OF_A_REGION, Actor, Region, Role
from services.agreements.domain.agreement import Agreement
from services.agreements.domain.facts import Fact, Step
from services.agreements.domain.participation import Participations, part_of
from services.agreements.domain.refusals import (
    AnnexAddsNothing,
    AnnexSettled,
    AnnexUnknown,
    GroupNotInAgreement,
)
from services.agreements.domain.terms import Terms
from services.agreements.domain.ways import No, way


class AnnexState(StrEnum):
    """How far an annex is."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    DECLINED = "declined"
    REPLACED = "replaced"


class AnnexStep(StrEnum):
    """What can be done with an annex."""

    AGREE = "agree"
    DECLINE = "decline"
    REPLACE = "replace"


_SETTLED = No(AnnexSettled, "the annex was settled already")
_NOT_AGREED = No(AnnexSettled, "only an agreed annex is replaced")

ANNEX: Mapping[tuple[AnnexStep, AnnexState], AnnexState | No] = MappingProxyType(
    {
        **{(step, state): _SETTLED for step in AnnexStep for state in AnnexState},
        (AnnexStep.AGREE, AnnexState.PROPOSED): AnnexState.AGREED,
        (AnnexStep.DECLINE, AnnexState.PROPOSED): AnnexState.DECLINED,
        (AnnexStep.REPLACE, AnnexState.PROPOSED): _NOT_AGREED,
        (AnnexStep.REPLACE, AnnexState.AGREED): AnnexState.REPLACED,
    }
)
SETTLED_BY = frozenset({Role.EMPLOYER})


@dataclass(frozen=True, slots=True)
class ExtraProject:
    """A project that an annex adds."""

    kind: str
    title: str
    target_groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Additions:
    """What an annex may hold: it adds, and can take nothing away."""

    instruments: tuple[str, ...] = ()
    projects: tuple[ExtraProject, ...] = ()
    notes: str | None = None

    def beside(self, national: Terms) -> tuple[str, ...]:
        """Give the instruments that are not national already."""
        return tuple(one for one in self.instruments if one not in national.instruments)


@dataclass(frozen=True, slots=True)
class Annex:
    """One annex of one region."""

    number: int
    region: Region
    state: AnnexState
    additions: Additions
    proposed_at: datetime
    proposed_by: str
    settled_at: datetime | None = None
    settled_by: str | None = None
    reason: str | None = None


Annexes = Sequence[Annex]


def propose(
    actor: Actor, agreement: Agreement, known: Participations, annex: Annex
) -> tuple[Annex, Fact]:
    """Propose an annex for a region that takes part; it must add something."""
    actor.must_be(OF_A_REGION)
    actor.must_serve(annex.region)
    agreement.must_run()
    part_of(known, annex.region)
    said, national = annex.additions, agreement.terms
    if not (said.projects or said.notes or said.beside(national)):
        raise AnnexAddsNothing("the national terms say all of this already")
    must_cover(national, [group for one in said.projects for group in one.target_groups])
    return annex, Fact(Step.ANNEX_PROPOSED, regions=(annex.region,))


def settle(
    actor: Actor, agreement: Agreement, annexes: Annexes, step: AnnexStep, settled: Annex
) -> tuple[tuple[Annex, ...], Fact]:
    """Agree or decline as the employer; what was agreed with the region before is replaced.

    `settled` brings the number, the moment, the role and the reason.
    """
    actor.must_be(SETTLED_BY)
    actor.must_be_employer(agreement.employer_id)
    agreement.must_run()
    before = numbered(annexes, settled.number)
    after = replace(
        before,
        state=way(ANNEX, step, before.state),
        settled_at=settled.settled_at,
        settled_by=settled.settled_by,
        reason=settled.reason,
    )
    older = _replaced(annexes, after) if step is AnnexStep.AGREE else ()
    word = Step.ANNEX_AGREED if step is AnnexStep.AGREE else Step.ANNEX_DECLINED
    return (after, *older), Fact(word, settled.reason, regions=(after.region,))


def numbered(annexes: Annexes, number: int) -> Annex:
    """Give the annex of that number, or refuse."""
    for one in annexes:
        if one.number == number:
            return one
    raise AnnexUnknown(number)


def must_cover(national: Terms, groups: Iterable[str]) -> None:
    """Refuse groups that the agreement is not for."""
    strange = sorted({group for group in groups if group not in national.target_groups})
    if strange:
        raise GroupNotInAgreement(strange)


def _replaced(annexes: Annexes, by: Annex) -> tuple[Annex, ...]:
    return tuple(
        replace(one, state=way(ANNEX, AnnexStep.REPLACE, one.state))
        for one in annexes
        if one.region == by.region and one.state is AnnexState.AGREED
    )
