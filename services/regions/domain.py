# SPDX-License-Identifier: EUPL-1.2
"""Rules of a region's desk: what it may decide, and who answers for an employer.

An agreement has another owner: a region decides on its own copy, and the owner records or
refuses that decision in the participation's next state. Time and identity come from outside.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NewType, Self

RegionCode = NewType("RegionCode", str)
AgreementId = NewType("AgreementId", str)
EmployerId = NewType("EmployerId", str)


class Choice(StrEnum):
    """What a region may say to an agreement."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    CONSIDERING = "considering"


class ContactKind(StrEnum):
    """Who answers an employer in a region."""

    ACCOUNT_MANAGER = "account_manager"
    DESK = "desk"


# The owner's words for an agreement that nobody can join any more.
OVER = frozenset({"ended", "expired"})
WITHDRAWN = "withdrawn"

# What a choice cannot do without, and the sentence that says so.
NEEDS: Mapping[Choice, Mapping[str, str]] = {
    Choice.ACCEPTED: {
        "signed_on": "the date on which the region signed",
        "employer_signed_on": "the date on which the employer signed",
    },
    Choice.DECLINED: {"reason": "the reason"},
    Choice.CONSIDERING: {},
}


class AgreementNotHeld(LookupError):
    """The region holds no copy of the agreement."""


class AgreementOver(Exception):
    """The agreement has ended: nothing is left to decide."""


class ParticipationWithdrawn(Exception):
    """The region no longer takes part in the agreement."""


class VersionNotInForce(Exception):
    """The version decided on is not, or no longer, in force."""


class DecisionIncomplete(Exception):
    """A signature's date or a reason is missing."""


class EmployerUnknown(LookupError):
    """The region has not heard of this employer."""


class AccountManagerAlreadyActive(Exception):
    """An employer has at most one active account manager in a region."""


class ContactOutOfOrder(Exception):
    """A hand-over cannot take effect before the present contact began."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a region's manager asks to have decided; without a version, the newest is meant."""

    choice: Choice
    version: int | None = None
    reason: str | None = None
    signed_on: date | None = None
    employer_signed_on: date | None = None
    expected_on: date | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a region decided, on which version and on which state of the agreement."""

    region: RegionCode
    agreement_id: AgreementId
    agreement_sequence: int
    wish: Wish
    version: int
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class HeldAgreement:
    """A region's own copy of an agreement, as far as deciding needs it.

    `versions` are those in force; `participation` is the owner's word for the region's place
    in it, None while that word is still on its way.
    """

    region: RegionCode
    id: AgreementId
    sequence: int
    status: str
    versions: tuple[int, ...]
    participation: str | None

    def decide(self, wish: Wish, at: datetime) -> Decision:
        """Give the decision to submit to the agreement's owner, who has the last word."""
        if self.status in OVER:
            raise AgreementOver(f"agreement {self.id} is {self.status}")
        if self.participation == WITHDRAWN:
            raise ParticipationWithdrawn(f"{self.region} takes no part in agreement {self.id}")
        version = max(self.versions) if wish.version is None else wish.version
        if version not in self.versions:
            in_force = ", ".join(map(str, sorted(self.versions)))
            raise VersionNotInForce(f"version {version} is not in force; in force: {in_force}")
        if missing := missing_from(wish):
            raise DecisionIncomplete(f"{wish.choice} needs {' and '.join(missing.values())}")
        return Decision(self.region, self.id, self.sequence, wish, version, at)


def missing_from(wish: Wish) -> Mapping[str, str]:
    """Name what the choice needs and the wish does not say."""
    return {
        field: sentence
        for field, sentence in NEEDS[wish.choice].items()
        if not getattr(wish, field)
    }


@dataclass(frozen=True, slots=True)
class Desk:
    """A region's desk, which answers every employer that has no account manager there.

    Revision 0 is a desk of which nothing was ever told.
    """

    region: RegionCode
    telephone: str | None = None
    mailbox: str | None = None
    deputy: str | None = None
    revision: int = 0

    def changed(self, *, telephone: str | None, mailbox: str | None, deputy: str | None) -> Self:
        """Give the desk with its new particulars, one revision on."""
        return replace(
            self,
            telephone=telephone,
            mailbox=mailbox,
            deputy=deputy,
            revision=self.revision + 1,
        )


@dataclass(frozen=True, slots=True)
class Appointment:
    """Who is to answer an employer; without a day, from today on.

    `replaces` says that whoever appoints knows of the present account manager.
    """

    kind: ContactKind
    role: str | None = None
    telephone: str | None = None
    mailbox: str | None = None
    since: date | None = None
    reason: str | None = None
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Contact:
    """Who answers one employer in one region since a day: a role, never a person.

    Revision 0 is the desk by default: nobody was ever appointed.
    """

    region: RegionCode
    employer_id: EmployerId
    kind: ContactKind = ContactKind.DESK
    role: str | None = None
    telephone: str | None = None
    mailbox: str | None = None
    since: date | None = None
    revision: int = 0

    def succeeded_by(self, appointment: Appointment, today: date) -> Self:
        """Hand over to the appointed contact, in one step and dated.

        A second account manager beside an active one is refused; replacing it must be said.
        Giving the employer back to the desk needs no such word.
        """
        manager = ContactKind.ACCOUNT_MANAGER
        if self.kind is appointment.kind is manager and not appointment.replaces:
            raise AccountManagerAlreadyActive(
                f"{self.role} is the account manager of employer {self.employer_id}"
                f" in {self.region} since {self.since}"
            )
        since = appointment.since or today
        if self.since is not None and since < self.since:
            raise ContactOutOfOrder(f"{since} is before {self.since}, when the present one began")
        return replace(
            self,
            kind=appointment.kind,
            role=appointment.role,
            telephone=appointment.telephone,
            mailbox=appointment.mailbox,
            since=since,
            revision=self.revision + 1,
        )
