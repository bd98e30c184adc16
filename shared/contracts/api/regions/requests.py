# SPDX-License-Identifier: EUPL-1.2
"""What people send to the regions service."""

from collections.abc import Mapping

from marshmallow import ValidationError, validates_schema

from shared.contracts import codes
from shared.contracts.api import fields as f
from shared.contracts.api.shapes import Request

ACCOUNT_MANAGER = "accountmanager WSP Regio Zwolle"
_SIGNATURES = (("signed_on", "signedOn"), ("employer_signed_on", "employerSignedOn"))


class DecideOnAgreement(Request):
    """What a region decides on one version of an agreement."""

    decision = f.code("The decision.", "accepted", codes.DECISIONS, required=True)
    version = f.whole(
        "The version that it is about; the newest when left out.",
        1,
        allow_none=True,
        load_default=None,
    )
    reason = f.optional_reason()
    signed_on = f.day(
        "Day on which the region signed.", "2026-12-10", allow_none=True, load_default=None
    )
    employer_signed_on = f.day(
        "Day on which the employer signed.", "2026-12-15", allow_none=True, load_default=None
    )
    expected_on = f.day(
        "Day on which the region expects to decide.", None, allow_none=True, load_default=None
    )

    @validates_schema(skip_on_field_errors=False)
    def fits_the_decision(self, data: Mapping[str, object], **_more: object) -> None:
        """Refuse a decision that says too little, and dates that belong to another one."""
        decision = data.get("decision")
        faults: dict[str, list[str]] = {}
        if decision == "declined" and not data.get("reason", True):
            faults["reason"] = ["A region that declines says why."]
        if decision == "accepted":
            faults |= {
                outside: ["An acceptance is signed by the region and by the employer."]
                for inside, outside in _SIGNATURES
                if not data.get(inside, True)
            }
        if decision in {"declined", "considering"}:
            faults |= {
                outside: [f"Only an acceptance is signed, not {decision}."]
                for inside, outside in _SIGNATURES
                if data.get(inside)
            }
        if decision in {"accepted", "declined"} and data.get("expected_on"):
            faults["expectedOn"] = ["Only a region that is considering expects a decision."]
        if faults:
            raise ValidationError(faults)


class SetContact(Request):
    """Who is the region's contact for one employer; `desk` hands it back to the desk."""

    kind = f.code(
        "An account manager of its own, or the desk.",
        "account_manager",
        codes.CONTACT_KINDS,
        load_default="account_manager",
    )
    role = f.role("Who to ask for.", ACCOUNT_MANAGER, allow_none=True, load_default=None)
    telephone = f.telephone(allow_none=True, load_default=None)
    mailbox = f.mailbox(allow_none=True, load_default=None)
    since = f.day(
        "First day; today when left out.", "2026-12-01", allow_none=True, load_default=None
    )
    replaces = f.flag(
        "Hands over from the present account manager; without it a second one is refused.",
        example=False,
        load_default=False,
    )
    reason = f.optional_reason()

    @validates_schema(skip_on_field_errors=False)
    def fits_the_kind(self, data: Mapping[str, object], **_more: object) -> None:
        """Refuse an account manager without a role, and details of the desk: it has its own."""
        kind = data.get("kind")
        if kind == "account_manager" and not data.get("role", True):
            raise ValidationError("An account manager has a role.", "role")
        if kind == "desk":
            given = [name for name in ("role", "telephone", "mailbox") if data.get(name)]
            if given:
                raise ValidationError({key: ["The desk has its own details."] for key in given})


class SetDesk(Request):
    """How the region's desk is reached."""

    telephone = f.telephone(allow_none=True, load_default=None)
    mailbox = f.mailbox(allow_none=True, load_default=None)
    deputy = f.role(
        "Who stands in.", "teamleider WSP Regio Zwolle", allow_none=True, load_default=None
    )
