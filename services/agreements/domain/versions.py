# SPDX-License-Identifier: EUPL-1.2
"""A version of an agreement: drafted, put to the regions, published and never changed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.agreements.domain.refusals import (
    EmployerConsentLiesAhead,
    EmployerConsentMissing,
    PreviousVersionKeepsItsTerm,
)
from services.agreements.domain.terms import Change, Terms

# How long older versions stay valid beside a material new one, unless the coordinator says.
TRANSITION = timedelta(weeks=8)


@dataclass(frozen=True, slots=True)
class Consent:
    """On which day the employer agreed to the terms, and in which role.

    The role is None where it was given before roles were kept.
    """

    on: date
    role: str | None


@dataclass(frozen=True, slots=True)
class Draft:
    """The next version, as far as it is written; consent is to these very terms."""

    terms: Terms
    change: Change = Change.MATERIAL
    reason: str | None = None
    consent: Consent | None = None


@dataclass(frozen=True, slots=True)
class Consultation:
    """One round in which the invited regions may comment on a concept.

    `version` is what the concept becomes once it is published.
    """

    round: int
    version: int
    terms: Terms
    opened_at: datetime
    respond_by: date
    reason: str | None = None
    closed_at: datetime | None = None
    closing_reason: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether comments are still awaited."""
        return self.closed_at is None


@dataclass(frozen=True, slots=True)
class Version:
    """One published version: nothing in it ever changes.

    When the older versions run out is written on the version that replaces them.
    """

    number: int
    change: Change
    terms: Terms
    published_at: datetime
    previous_valid_until: date | None = None
    consent: Consent | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """Everything that publishing a draft needs from outside.

    `sequence` is the one that the agreement's next state will have.
    """

    sequence: int
    at: datetime
    on: date
    consent: Consent | None = None
    previous_valid_until: date | None = None
    reason: str | None = None


def version_of(draft: Draft, publication: Publication, older: Version | None) -> Version:
    """Give the version that a draft becomes, with the employer's consent where it is needed."""
    return Version(
        number=older.number + 1 if older else 1,
        change=draft.change,
        terms=draft.terms,
        published_at=publication.at,
        previous_valid_until=_older_ones_until(draft, publication, older),
        consent=_consent(draft, publication),
        reason=publication.reason,
    )


def _consent(draft: Draft, publication: Publication) -> Consent | None:
    consent = publication.consent or draft.consent
    if consent is None and draft.change is Change.MATERIAL:
        raise EmployerConsentMissing("say on which day, and in which role, the employer agreed")
    if consent and consent.on > publication.on:
        raise EmployerConsentLiesAhead(consent.on)
    return consent


def _older_ones_until(draft: Draft, publication: Publication, older: Version | None) -> date | None:
    replaces = older is not None and draft.change is Change.MATERIAL
    until = publication.previous_valid_until
    if until and not replaces:
        raise PreviousVersionKeepsItsTerm("only a material new version ends older ones")
    if until and until < publication.on:
        raise PreviousVersionKeepsItsTerm(f"{until} has passed")
    return (until or publication.on + TRANSITION) if replaces else None
