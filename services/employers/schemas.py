# SPDX-License-Identifier: EUPL-1.2
"""The edge: what people send, what they get, what other services hear."""

from collections.abc import Mapping
from typing import Any

from services.employers.domain import (
    Contact,
    Employer,
    EmployerAlreadyRegistered,
    EmployerUnknown,
    Profile,
)
from shared.contracts.api.employers import ChangeEmployer, RegisterEmployer
from shared.contracts.codes import ADAPTATIONS
from shared.runtime import Json, Refusal, load
from shared.runtime.clock import moment_text

AUDIENCE = frozenset({"agreements", "regions"})

REFUSALS: Mapping[type[Exception], Refusal] = {
    EmployerUnknown: Refusal(404, "employer-unknown", "There is no such employer"),
    EmployerAlreadyRegistered: Refusal(
        409, "employer-already-registered", "An employer of this name is registered already"
    ),
}


def read_registration(body: object) -> tuple[Profile, str | None]:
    """Read a new employer's profile and why it is registered, or raise every fault."""
    given = load(RegisterEmployer(), body)
    reason = given.pop("reason", None)
    return Profile(**_profile_fields(given)), reason


def read_change(body: object) -> tuple[dict[str, Any], str | None]:
    """Read the fields that change, and why, or raise every fault."""
    given = load(ChangeEmployer(), body)
    reason = given.pop("reason", None)
    return _profile_fields(given), reason


def employer_body(employer: Employer) -> Json:
    """Write an employer as people see it."""
    return {
        **_told(employer),
        "revision": employer.revision,
        "adaptations": list(employer.profile.adaptations),
        "createdAt": moment_text(employer.created_at),
    }


def employer_changed(employer: Employer) -> Json:
    """Write an employer as the other services hear of it."""
    return _told(employer)


def subject(employer: Employer) -> str:
    """Name what the employer's states are about."""
    return f"employer/{employer.id}"


def _told(employer: Employer) -> Json:
    profile = employer.profile
    return {
        "id": employer.id,
        "name": profile.name,
        "kvkNumber": profile.kvk_number,
        "sbiCodes": list(profile.sbi_codes),
        "contact": _contact(profile.contact),
        "profile": profile.profile,
        "changedAt": moment_text(employer.changed_at),
    }


def _contact(contact: Contact | None) -> Json | None:
    if contact is None:
        return None
    return {
        "role": contact.role,
        "telephone": contact.telephone,
        "mailbox": contact.mailbox,
    }


def _profile_fields(given: Json) -> dict[str, Any]:
    read: dict[str, Any] = dict(given)
    if "name" in read:
        read["name"] = " ".join(read["name"].split())
    if "sbi_codes" in read:
        read["sbi_codes"] = tuple(read["sbi_codes"])
    if "adaptations" in read:
        # In the order of the list, so that the same set is no change.
        read["adaptations"] = tuple(code for code in ADAPTATIONS if code in read["adaptations"])
    if read.get("contact") is not None:
        read["contact"] = Contact(**read["contact"])
    return read
