# SPDX-License-Identifier: EUPL-1.2
"""One national agreement: its draft, its versions and the steps of its life.

Every step returns the agreement as it is afterwards and the fact for its history, or refuses by
raising. Time comes in from outside: moments are UTC, dates are those of the Netherlands.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NewType

from services.agreements.domain.actors import EmployerId, Region
from services.agreements.domain.deadlines import NOTICE_MONTHS, months_after
from services.agreements.domain.facts import Fact, LastChange, Step
from services.agreements.domain.life import NOT_RUNNING, Act, Status, after
from services.agreements.domain.refusals import (
    AgreementAlreadyPublished,
    AmendmentChangesNothing,
    ConsultationOpen,
    DraftAlreadyOpen,
    DraftIncomplete,
    EditorialChangeIsMaterial,
    EndHasPassed,
    NobodyToConsult,
    NoConsultationOpen,
    NoDraft,
    TimeToCommentHasPassed,
)
from services.agreements.domain.terms import MATERIAL_FIELDS, Change, Difference, Terms
from services.agreements.domain.versions import (
    Consent,
    Consultation,
    Draft,
    Publication,
    Version,
    version_of,
)

AgreementId = NewType("AgreementId", str)


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
    consultation: Consultation | None = None

    @classmethod
    def register(
        cls,
        agreement_id: AgreementId,
        employer_id: EmployerId,
        terms: Terms,
        reason: str | None = None,
        consent: Consent | None = None,
    ) -> tuple["Agreement", Fact]:
        """Start an agreement as the draft of its first version."""
        draft = Draft(terms, reason=reason, consent=consent)
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
    def consulted(self) -> Consultation | None:
        """The consultation that is open now."""
        opened = self.consultation
        return opened if opened and opened.is_open else None

    @property
    def last_day(self) -> date | None:
        """The last day of the agreement as a whole, by its ending or by its newest terms."""
        by_terms = self.newest.terms.ends_on if self.newest else None
        return min((day for day in (self.ends_on, by_terms) if day), default=None)

    @property
    def material_version(self) -> int:
        """The newest version that has to be accepted by every region."""
        material = (v.number for v in self.versions if v.change is Change.MATERIAL)
        return max(material, default=0)

    def must_run(self) -> None:
        """Refuse unless the agreement is in force: published, be it suspended, and not over."""
        if self.status not in {Status.PUBLISHED, Status.SUSPENDED}:
            no = NOT_RUNNING[self.status]
            raise no.kind(no.says)

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

    def told(self, on: date) -> tuple[Version, ...]:
        """Give the versions of which others hear: those in force, or the last there was."""
        return self.in_force(on) or self.versions[-1:]

    def edit_draft(
        self,
        given: Mapping[str, Any],
        *,
        change: Change | None = None,
        reason: str | None = None,
        consent: Consent | None = None,
    ) -> tuple["Agreement", Fact]:
        """Change the given fields of the draft; consent to other terms no longer counts."""
        after(Act.EDIT, self.status)
        draft = self._draft_at_rest()
        terms = replace(draft.terms, **given)
        differences = terms.differences_from(draft.terms)
        kept = consent or (None if differences else draft.consent)
        edited = Draft(terms, change or draft.change, reason or draft.reason, kept)
        self._must_be_honest(edited)
        return self._next(draft=edited), Fact(Step.DRAFT_EDITED, reason, differences=differences)

    def withdraw_draft(self, at: datetime, reason: str | None = None) -> tuple["Agreement", Fact]:
        """Drop the draft; an agreement that was never published is withdrawn with it."""
        status = after(Act.WITHDRAW_DRAFT, self.status)
        self._open_draft()
        draft = self.draft if status is Status.WITHDRAWN else None
        closed = self._closed(at, reason)
        withdrawn = self._next(status=status, draft=draft, consultation=closed)
        return withdrawn, Fact(Step.DRAFT_WITHDRAWN, reason)

    def amend(
        self,
        given: Mapping[str, Any],
        change: Change,
        reason: str | None = None,
        consent: Consent | None = None,
    ) -> tuple["Agreement", Fact]:
        """Open the draft of the next version: the newest one, with the given fields changed."""
        after(Act.AMEND, self.status)
        newest = self.versions[-1]
        if self.draft is not None:
            raise DraftAlreadyOpen(newest.number + 1)
        draft = Draft(replace(newest.terms, **given), change, reason, consent)
        differences = draft.terms.differences_from(newest.terms)
        if not differences:
            raise AmendmentChangesNothing(newest.number)
        self._must_be_honest(draft)
        return self._next(draft=draft), Fact(
            Step.AMENDMENT_DRAFTED, reason, newest.number + 1, differences
        )

    def consult(
        self,
        invited: Collection[Region],
        at: datetime,
        on: date,
        respond_by: date,
        reason: str | None = None,
    ) -> tuple["Agreement", Fact]:
        """Put the draft to the invited regions for comment; it stays as it is until closed."""
        status = after(Act.CONSULT, self.status)
        draft = self._draft_at_rest()
        if not invited:
            raise NobodyToConsult("invite the regions that are to comment first")
        if respond_by < on:
            raise TimeToCommentHasPassed(respond_by)
        number = self.consultation.round + 1 if self.consultation else 1
        version = len(self.versions) + 1
        opened = Consultation(number, version, draft.terms, at, respond_by, reason)
        fact = Fact(Step.CONSULTATION_OPENED, reason, version)
        return self._next(status=status, consultation=opened), fact

    def close_consultation(
        self, at: datetime, reason: str | None = None
    ) -> tuple["Agreement", Fact]:
        """Wait for no more comments; the draft can be edited and published again."""
        status = after(Act.CLOSE_CONSULTATION, self.status)
        if self.consulted is None:
            raise NoConsultationOpen("no consultation is open")
        fact = Fact(Step.CONSULTATION_CLOSED, reason, self.consulted.version)
        return self._next(status=status, consultation=self._closed(at, reason)), fact

    def publish(self, publication: Publication) -> tuple["Agreement", Fact]:
        """Make the draft the next version: immutable, and on its way to every region."""
        status = after(Act.PUBLISH, self.status)
        version = version_of(self._publishable_draft(), publication, self.newest)
        material = version.change is Change.MATERIAL
        step = Step.AMENDED if self.versions else Step.PUBLISHED
        published = self._next(
            status=status,
            draft=None,
            versions=(*self.versions, version),
            consultation=self._closed(publication.at, publication.reason),
            material_sequence=publication.sequence if material else self.material_sequence,
            last_change=LastChange(step, publication.at, publication.reason),
        )
        differences = published.differences_of(version)
        return published, Fact(step, publication.reason, version.number, differences)

    def suspend(self, at: datetime, reason: str) -> tuple["Agreement", Fact]:
        """Allow no new placements for now."""
        return self._announced(Act.SUSPEND, Step.SUSPENDED, at, reason)

    def resume(self, at: datetime, reason: str | None) -> tuple["Agreement", Fact]:
        """Allow new placements again."""
        return self._announced(Act.RESUME, Step.RESUMED, at, reason)

    def end(
        self, at: datetime, on: date, ends_on: date | None, reason: str
    ) -> tuple["Agreement", Fact]:
        """End the agreement for good; its versions stay valid up to and including `ends_on`."""
        ended, fact = self._announced(Act.END, Step.ENDED, at, reason)
        last = ends_on or months_after(on, NOTICE_MONTHS)
        if last < on:
            raise EndHasPassed(last)
        closed = self._closed(at, reason)
        return replace(ended, draft=None, ends_on=last, consultation=closed), fact

    def expire(self, at: datetime) -> tuple["Agreement", Fact]:
        """Leave the agreement behind, now that its last day has passed."""
        expired, fact = self._announced(Act.EXPIRE, Step.EXPIRED, at, None)
        closed = self._closed(at, None)
        return replace(expired, draft=None, ends_on=self.last_day, consultation=closed), fact

    def _announced(
        self, act: Act, step: Step, at: datetime, reason: str | None
    ) -> tuple["Agreement", Fact]:
        status = after(act, self.status)
        changed = self._next(status=status, last_change=LastChange(step, at, reason))
        return changed, Fact(step, reason)

    def _closed(self, at: datetime, reason: str | None) -> Consultation | None:
        if self.consulted is None:
            return self.consultation
        return replace(self.consulted, closed_at=at, closing_reason=reason)

    def _publishable_draft(self) -> Draft:
        if self.draft is None:
            raise AgreementAlreadyPublished(self.versions[-1].number)
        missing = self.draft.terms.missing()
        if missing:
            raise DraftIncomplete(missing)
        if self.newest and not self.draft.terms.differences_from(self.newest.terms):
            raise AmendmentChangesNothing(self.newest.number)
        return self.draft

    def _draft_at_rest(self) -> Draft:
        if self.consulted is not None:
            raise ConsultationOpen("the regions are commenting on this concept: close it first")
        return self._open_draft()

    def _open_draft(self) -> Draft:
        if self.draft is None:
            raise NoDraft("there is no draft: amend the agreement to open one")
        return self.draft

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
