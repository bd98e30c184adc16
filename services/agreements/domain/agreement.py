# SPDX-License-Identifier: EUPL-1.2
"""One national agreement: its draft, its versions and the steps of its life.

Every step returns the agreement as it is afterwards and the fact for its history, or refuses by
raising. Time comes in from outside: moments are UTC, dates are those of the Netherlands.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NewType

from services.agreements.domain.facts import Fact, Step
from services.agreements.domain.refusals import (
    AgreementAlreadyPublished,
    AgreementAlreadySuspended,
    AgreementEnded,
    AgreementNotPublished,
    AgreementNotSuspended,
    AgreementSuspended,
    AgreementWithdrawn,
    AmendmentChangesNothing,
    DraftAlreadyOpen,
    DraftIncomplete,
    EditorialChangeIsMaterial,
    EndHasPassed,
    NoDraft,
    PreviousVersionKeepsItsTerm,
)
from services.agreements.domain.terms import MATERIAL_FIELDS, Change, Difference, Terms
from services.agreements.domain.versions import Draft, Publication, Version

AgreementId = NewType("AgreementId", str)
EmployerId = NewType("EmployerId", str)
Region = NewType("Region", str)

# How long older versions stay valid beside a material new one, unless the coordinator says.
TRANSITION = timedelta(weeks=8)
# How long an agreement that is ended goes on, unless the coordinator says.
NOTICE_MONTHS = 3


class Status(StrEnum):
    """Where an agreement is in its life."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUSPENDED = "suspended"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class LastChange:
    """The newest step that every participating region hears of."""

    step: Step
    at: datetime
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """A national agreement.

    `revision` grows by one with every change of the agreement itself: its draft, its versions,
    its state. Who takes part and what regions decide leave it as it is.
    """

    id: AgreementId
    employer_id: EmployerId
    status: Status
    revision: int
    draft: Draft | None
    versions: tuple[Version, ...] = ()
    material_sequence: int = 0
    last_change: LastChange | None = None
    ends_on: date | None = None

    @classmethod
    def register(
        cls,
        agreement_id: AgreementId,
        employer_id: EmployerId,
        terms: Terms,
        reason: str | None = None,
    ) -> tuple["Agreement", Fact]:
        """Start an agreement as the draft of its first version."""
        draft = Draft(terms, reason=reason)
        return cls(agreement_id, employer_id, Status.DRAFT, 1, draft), Fact(Step.REGISTERED, reason)

    @property
    def newest(self) -> Version | None:
        """The version published last."""
        return self.versions[-1] if self.versions else None

    @property
    def terms(self) -> Terms:
        """The terms of the newest version, or of the draft as long as there is none."""
        shown = self.newest or self.draft
        assert shown is not None, "an agreement has a draft until it has a version"  # noqa: S101
        return shown.terms

    @property
    def travels(self) -> bool:
        """Whether the regions that take part hear of this agreement."""
        return bool(self.versions)

    @property
    def material_version(self) -> int:
        """The newest version that has to be accepted by every region."""
        material = (v.number for v in self.versions if v.change is Change.MATERIAL)
        return max(material, default=0)

    def differences_of(self, version: Version) -> tuple[Difference, ...]:
        """List what a version changed against the one before; the first one changes nothing."""
        if version.number == 1:
            return ()
        return version.terms.differences_from(self.versions[version.number - 2].terms)

    def valid_until(self, number: int) -> date | None:
        """Give the last day of a version; None as long as none is set."""
        ends = [v.previous_valid_until for v in self.versions if v.number > number]
        return min((end for end in [*ends, self.ends_on] if end), default=None)

    def in_force(self, on: date) -> tuple[Version, ...]:
        """Give every version that is valid on a day."""
        return tuple(v for v in self.versions if on <= (self.valid_until(v.number) or on))

    def edit_draft(
        self, given: Mapping[str, Any], *, change: Change | None = None, reason: str | None = None
    ) -> tuple["Agreement", Fact]:
        """Change the given fields of the draft."""
        draft = self._open_draft()
        terms = replace(draft.terms, **given)
        edited = Draft(terms, change or draft.change, reason or draft.reason)
        self._must_be_honest(edited)
        fact = Fact(Step.DRAFT_EDITED, reason, differences=terms.differences_from(draft.terms))
        return self._next(draft=edited), fact

    def withdraw_draft(self, reason: str | None = None) -> tuple["Agreement", Fact]:
        """Drop the draft; an agreement that was never published is withdrawn with it."""
        self._open_draft()
        fact = Fact(Step.DRAFT_WITHDRAWN, reason)
        if self.versions:
            return self._next(draft=None), fact
        return self._next(status=Status.WITHDRAWN), fact

    def amend(
        self, given: Mapping[str, Any], change: Change, reason: str | None = None
    ) -> tuple["Agreement", Fact]:
        """Open the draft of the next version: the newest one, with the given fields changed."""
        self._must_live()
        if self.newest is None:
            raise AgreementNotPublished("edit the draft: no version has been published")
        if self.draft is not None:
            raise DraftAlreadyOpen(self.newest.number + 1)
        draft = Draft(replace(self.newest.terms, **given), change, reason)
        differences = draft.terms.differences_from(self.newest.terms)
        if not differences:
            raise AmendmentChangesNothing(self.newest.number)
        self._must_be_honest(draft)
        return self._next(draft=draft), Fact(
            Step.AMENDMENT_DRAFTED, reason, self.newest.number + 1, differences
        )

    def publish(self, publication: Publication) -> tuple["Agreement", Fact]:
        """Make the draft the next version: immutable, and on its way to every region."""
        version = self._version(self._publishable_draft(), publication)
        material = version.change is Change.MATERIAL
        step = Step.AMENDED if self.versions else Step.PUBLISHED
        published = self._next(
            status=Status.PUBLISHED,
            draft=None,
            versions=(*self.versions, version),
            material_sequence=publication.sequence if material else self.material_sequence,
            last_change=LastChange(step, publication.at, publication.reason),
        )
        differences = published.differences_of(version)
        return published, Fact(step, publication.reason, version.number, differences)

    def suspend(self, at: datetime, reason: str) -> tuple["Agreement", Fact]:
        """Allow no new placements for now."""
        self._must_live()
        if self.newest is None:
            raise AgreementNotPublished("only a published agreement can be suspended")
        if self.status is Status.SUSPENDED:
            raise AgreementAlreadySuspended("the agreement is suspended already")
        return self._announced(Status.SUSPENDED, Step.SUSPENDED, at, reason)

    def resume(self, at: datetime, reason: str | None) -> tuple["Agreement", Fact]:
        """Allow new placements again."""
        self._must_live()
        if self.status is not Status.SUSPENDED:
            raise AgreementNotSuspended("only a suspended agreement can be resumed")
        return self._announced(Status.PUBLISHED, Step.RESUMED, at, reason)

    def end(
        self, at: datetime, on: date, ends_on: date | None, reason: str
    ) -> tuple["Agreement", Fact]:
        """End the agreement for good; its versions stay valid up to and including `ends_on`."""
        self._must_live()
        if self.newest is None:
            raise AgreementNotPublished("withdraw the draft: no version has been published")
        last = ends_on or months_after(on, NOTICE_MONTHS)
        if last < on:
            raise EndHasPassed(last)
        ended, fact = self._announced(Status.ENDED, Step.ENDED, at, reason)
        return replace(ended, draft=None, ends_on=last), fact

    def _announced(
        self, status: Status, step: Step, at: datetime, reason: str | None
    ) -> tuple["Agreement", Fact]:
        changed = self._next(status=status, last_change=LastChange(step, at, reason))
        return changed, Fact(step, reason)

    def _version(self, draft: Draft, publication: Publication) -> Version:
        older = self.newest
        replaces = older is not None and draft.change is Change.MATERIAL
        until = publication.previous_valid_until
        if until and not replaces:
            raise PreviousVersionKeepsItsTerm("only a material new version ends older ones")
        if until and until < publication.on:
            raise PreviousVersionKeepsItsTerm(f"{until} has passed")
        return Version(
            number=older.number + 1 if older else 1,
            change=draft.change,
            terms=draft.terms,
            published_at=publication.at,
            previous_valid_until=(until or publication.on + TRANSITION) if replaces else None,
            employer_consent_on=publication.employer_consent_on,
            reason=publication.reason,
        )

    def _publishable_draft(self) -> Draft:
        self._must_live()
        if self.draft is None:
            number = self.newest.number if self.newest else 0
            raise AgreementAlreadyPublished(number)
        if self.status is Status.SUSPENDED:
            raise AgreementSuspended("resume the agreement before publishing a new version")
        missing = self.draft.terms.missing()
        if missing:
            raise DraftIncomplete(missing)
        if self.newest and not self.draft.terms.differences_from(self.newest.terms):
            raise AmendmentChangesNothing(self.newest.number)
        return self.draft

    def _open_draft(self) -> Draft:
        self._must_live()
        if self.draft is None:
            raise NoDraft("there is no draft: amend the agreement to open one")
        return self.draft

    def _must_live(self) -> None:
        if self.status is Status.ENDED:
            raise AgreementEnded("the agreement has ended")
        if self.status is Status.WITHDRAWN:
            raise AgreementWithdrawn("the agreement was withdrawn before it was published")

    def _must_be_honest(self, draft: Draft) -> None:
        if draft.change is Change.MATERIAL:
            return
        if self.newest is None:
            raise EditorialChangeIsMaterial(["everything in a first version"])
        changed = {one.field for one in draft.terms.differences_from(self.newest.terms)}
        material = sorted(changed & MATERIAL_FIELDS)
        if material:
            raise EditorialChangeIsMaterial(material)

    def _next(self, **changes: Any) -> "Agreement":  # noqa: ANN401 - fields of this class
        return replace(self, revision=self.revision + 1, **changes)


def months_after(day: date, months: int) -> date:
    """Give the same day some months later, or the last day of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
