# SPDX-License-Identifier: EUPL-1.2
"""A national employer: its profile and its one national contact."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, NewType

EmployerId = NewType("EmployerId", str)


class Refused(Exception):
    """A rule of the domain says no; the text says which, for the one who asked."""


class EmployerUnknown(Refused):
    """No employer has this id."""


class EmployerAlreadyRegistered(Refused):
    """An employer of this name is registered already, whatever its capitals."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is registered already")


@dataclass(frozen=True, slots=True)
class Contact:
    """Where the employer is reached for the whole country: a role, never a person."""

    role: str
    telephone: str | None = None
    mailbox: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that is not what it was."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Profile:
    """What an employer tells about itself. Whether two names are one, capitals do not say.

    `adaptations` are codes of what it adapts for somebody, `profile` its own words on that.
    """

    name: str
    kvk_number: str | None = None
    sbi_codes: tuple[str, ...] = ()
    contact: Contact | None = None
    profile: str | None = None
    adaptations: tuple[str, ...] = ()

    def differences_from(self, older: "Profile") -> tuple[Difference, ...]:
        """List every field that differs."""
        pairs = ((f.name, getattr(older, f.name), getattr(self, f.name)) for f in fields(self))
        return tuple(Difference(*pair) for pair in pairs if pair[1] != pair[2])


@dataclass(frozen=True, slots=True)
class Employer:
    """A national employer. `revision` grows by one with every change."""

    id: EmployerId
    profile: Profile
    revision: int
    created_at: datetime
    changed_at: datetime

    @classmethod
    def register(cls, employer_id: EmployerId, profile: Profile, at: datetime) -> "Employer":
        """Start an employer at its first revision."""
        return cls(employer_id, profile, 1, at, at)

    def change(
        self, given: Mapping[str, Any], at: datetime
    ) -> tuple["Employer", tuple[Difference, ...]]:
        """Change the given fields; what was so already is no change and no new revision."""
        profile = replace(self.profile, **given)
        differences = profile.differences_from(self.profile)
        if not differences:
            return self, ()
        changed = replace(self, profile=profile, revision=self.revision + 1, changed_at=at)
        return changed, differences
