# SPDX-License-Identifier: EUPL-1.2
"""Who answers an employer in a region: its desk, or one account manager."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Self

from services.regions.domain.names import EmployerId, RegionCode
from services.regions.domain.refusals import AccountManagerAlreadyActive, ContactOutOfOrder


class ContactKind(StrEnum):
    """Who answers an employer in a region."""

    ACCOUNT_MANAGER = "account_manager"
    DESK = "desk"


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
