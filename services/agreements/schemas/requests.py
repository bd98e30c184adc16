# SPDX-License-Identifier: EUPL-1.2
"""What people ask: bodies read into the words of the domain, or every fault at once."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from services.agreements.domain import Change, Consent, EmployerId, Region, Terms
from shared.contracts.api import agreements as api
from shared.runtime import Json, load

LISTS = ("target_groups", "kinds", "instruments")


@dataclass(frozen=True, slots=True)
class Registration:
    """An agreement to register, and whom to invite."""

    employer_id: EmployerId
    terms: Terms
    regions: tuple[Region, ...]
    reason: str | None
    consent: Consent | None


@dataclass(frozen=True, slots=True)
class Edit:
    """Fields of the terms that change; those not given stay as they are."""

    given: dict[str, Any]
    reason: str | None
    consent: Consent | None


@dataclass(frozen=True, slots=True)
class Amendment(Edit):
    """Fields of the terms that change in the next version, and how much that matters."""

    change: Change


@dataclass(frozen=True, slots=True)
class Publish:
    """How a draft is published; what is None takes its default."""

    consent: Consent | None
    previous_valid_until: date | None
    respond_by: date | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Ending:
    """Why and when an agreement ends."""

    ends_on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Invite:
    """Whom to invite."""

    regions: tuple[Region, ...]
    respond_by: date | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Removal:
    """Why a region's part ends; without a last day it ends now."""

    leaves_on: date | None
    reason: str | None


def registration(body: object) -> Registration:
    """Read an agreement to register."""
    given = load(api.RegisterAgreement(), body)
    return Registration(
        employer_id=EmployerId(given.pop("employer_id")),
        regions=tuple(given.pop("participants")),
        reason=given.pop("reason", None),
        consent=_consent(given),
        terms=Terms(**_terms(given)),
    )


def edit(body: object) -> Edit:
    """Read what changes in a draft."""
    given = load(api.EditDraft(), body)
    reason, consent = given.pop("reason", None), _consent(given)
    return Edit(_terms(given), reason, consent)


def amendment(body: object) -> Amendment:
    """Read what changes in the next version."""
    given = load(api.AmendAgreement(), body)
    change, reason = Change(given.pop("change")), given.pop("reason", None)
    consent = _consent(given)
    return Amendment(_terms(given), reason, consent, change)


def publish(body: object) -> Publish:
    """Read how a draft is published."""
    given = load(api.PublishAgreement(), body)
    return Publish(consent=_consent(given), **{"reason": None, **given})


def ending(body: object) -> Ending:
    """Read why and when an agreement ends."""
    return Ending(**load(api.EndAgreement(), body))


def invite(body: object) -> Invite:
    """Read whom to invite."""
    given = load(api.InviteRegions(), body)
    return Invite(**{"reason": None, **given, "regions": tuple(given["regions"])})


def withdrawal(body: object) -> str | None:
    """Read why a draft is withdrawn."""
    return load(api.WithdrawDraft(), body).get("reason")


def removal(body: object) -> Removal:
    """Read why a region no longer takes part, and its last day where notice is given."""
    given = load(api.RemoveParticipant(), body)
    return Removal(given["leaves_on"], given.get("reason"))


def suspension(body: object) -> str:
    """Read why no new placements are made for now."""
    reason: str = load(api.SuspendAgreement(), body)["reason"]
    return reason


def resumption(body: object) -> str:
    """Read why new placements are made again."""
    reason: str = load(api.ResumeAgreement(), body)["reason"]
    return reason


def _consent(given: Json) -> Consent | None:
    on, role = given.pop("employer_consent_on", None), given.pop("employer_consent_role", None)
    return Consent(on, role) if on else None


def _terms(given: Json) -> dict[str, Any]:
    read: dict[str, Any] = {
        name: tuple(value) if name in LISTS else value for name, value in given.items()
    }
    if "guidance" in read:
        guidance = read.pop("guidance") or {}
        read["guidance_model"] = guidance.get("model")
        read["specialist_provider"] = guidance.get("specialist_provider")
        read["specialist_needs"] = tuple(guidance.get("specialist_needs", ()))
    return read
