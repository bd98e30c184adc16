# SPDX-License-Identifier: EUPL-1.2
"""A version of an agreement: drafted, then published and never changed."""

from dataclasses import dataclass
from datetime import date, datetime

from services.agreements.domain.terms import Change, Terms


@dataclass(frozen=True, slots=True)
class Draft:
    """The next version, as far as it is written."""

    terms: Terms
    change: Change = Change.MATERIAL
    reason: str | None = None


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
    employer_consent_on: date | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """Everything that publishing a draft needs from outside.

    `sequence` is the one that the agreement's next state will have.
    """

    sequence: int
    at: datetime
    on: date
    employer_consent_on: date | None = None
    previous_valid_until: date | None = None
    reason: str | None = None
