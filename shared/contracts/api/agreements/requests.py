# SPDX-License-Identifier: EUPL-1.2
"""Requests of the agreements service."""

from collections.abc import Mapping
from datetime import date

from marshmallow import ValidationError, post_load, validates_schema

from shared.contracts import codes
from shared.contracts.api import fields as f
from shared.contracts.api.kinds import Whole
from shared.contracts.api.shapes import Change, Request, nested

TITLE = "Landelijke samenwerkingsafspraken ISS Facility Services"

NOT_NATIONAL = {
    code: f"{code} is kept by a region only and is no part of a national agreement."
    for code in sorted(codes.REGION_ONLY_TARGET_GROUPS)
}
_NEVER_A_SPECIALIST = {"licht": "licht stays with the buddy and never goes to a provider."}


class GuidanceFields:
    """Who guides people at work, and who helps when that is not enough."""

    model = f.code("How people are guided.", "eigen_buddy", codes.GUIDANCE_MODELS, required=True)
    specialist_provider = f.line(
        "Who supports where the need is heavy or specialist.",
        "Jobstap",
        allow_none=True,
        load_default=None,
    )
    specialist_needs = f.codes(
        "Needs that go to that provider.",
        ["zwaar", "specialistisch"],
        codes.SPECIALIST_NEEDS,
        refusals=_NEVER_A_SPECIALIST,
        load_default=list,
    )


class TermsFields:
    """What an agreement says; the same in a draft, a version and a message."""

    target_groups = f.codes(
        "Whom the agreement is for.",
        ["p_wet_langdurig", "jongeren_tot_27", "statushouders"],
        codes.NATIONAL_TARGET_GROUPS,
        refusals=NOT_NATIONAL,
    )
    kinds = f.codes("What it covers.", ["placement", "project"], codes.AGREEMENT_KINDS)
    instruments = f.codes(
        "Instruments that it promises.", ["loonkostensubsidie", "proefplaats"], codes.INSTRUMENTS
    )
    starts_on = f.day("First day.", "2026-12-01", allow_none=True)
    ends_on = f.day("Last day; null is open-ended.", None, allow_none=True)


def sustained_after_weeks() -> Whole:
    """Take after how many weeks a placement counts as sustained."""
    return f.whole("After how many weeks at work a placement counts as sustained.", 26)


class ConsentFields:
    """The employer's consent to these very terms; it may come with the publication as well."""

    employer_consent_on = f.day("Day on which the employer agreed.", "2026-11-20", allow_none=True)
    employer_consent_role = f.role(
        "Who agreed for the employer.", "landelijk contactpersoon", allow_none=True
    )


class ConsentBody(ConsentFields, Request):
    """Consent, as it is sent: a day and a role, or neither."""

    @validates_schema(skip_on_field_errors=False)
    def names_day_and_role(self, data: Mapping[str, object], **_more: object) -> None:
        """Refuse a day without a role, and a role without a day."""
        on, role = data.get("employer_consent_on"), data.get("employer_consent_role")
        if on and not role:
            raise ValidationError("Say in which role the employer agreed.", "employerConsentRole")
        if role and not on:
            raise ValidationError("Say on which day the employer agreed.", "employerConsentOn")


class GuidanceBody(GuidanceFields, Request):
    """Guidance, as it is sent; it replaces the whole guidance."""

    @validates_schema(skip_on_field_errors=False)
    def names_both(self, data: Mapping[str, object], **_more: object) -> None:
        """Refuse a provider without a need, and a need without a provider."""
        provider, needs = data.get("specialist_provider"), data.get("specialist_needs", True)
        if provider and not needs:
            raise ValidationError(f"Name what goes to {provider}.", "specialistNeeds")
        if data.get("specialist_needs") and not data.get("specialist_provider", True):
            raise ValidationError("Name who takes these needs.", "specialistProvider")


class TermsBody(TermsFields, ConsentBody):
    """Terms, as they are sent: complete or not, but never contradicting themselves."""

    title = f.line("Title of the agreement.", TITLE)
    guidance = nested(GuidanceBody, "How people are guided.", allow_none=True)
    sustained_after_weeks = sustained_after_weeks()

    @validates_schema(skip_on_field_errors=False)
    def ends_after_its_start(self, data: Mapping[str, object], **_more: object) -> None:
        """Refuse a last day before the first."""
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if isinstance(starts_on, date) and isinstance(ends_on, date) and ends_on < starts_on:
            raise ValidationError(f"{ends_on} is before startsOn {starts_on}.", "endsOn")


class RegisterAgreement(TermsBody):
    """An agreement to register, as a draft; what publishing needs may still be missing."""

    employer_id = f.identifier("The employer that the agreement is with.", required=True)
    title = f.line("Title of the agreement.", TITLE, required=True)
    participants = f.regions('Regions to invite, or "all".', load_default=list)
    reason = f.optional_reason()

    @post_load
    def fill(self, data: Mapping[str, object], **_more: object) -> dict[str, object]:
        """Give what was left out its empty value."""
        blank: dict[str, object] = {
            "target_groups": [],
            "guidance": None,
            "kinds": ["placement"],
            "instruments": [],
            "starts_on": None,
            "ends_on": None,
        }
        return {**blank, **data}


class EditDraft(TermsBody, Change):
    """What changes in a draft."""


class AmendAgreement(TermsBody, Change):
    """A new draft version of a published agreement: the fields that change, and what kind."""

    change = f.code(
        "A material change asks every region to confirm again.",
        "material",
        codes.CHANGES,
        required=True,
    )


class PublishAgreement(ConsentBody):
    """How a draft is published; a first or material version needs the employer's consent."""

    previous_valid_until = f.day(
        "Last day on which a region may use the version before; 8 weeks when left out.",
        "2027-01-26",
        allow_none=True,
        load_default=None,
    )
    respond_by = f.day(
        "Last day on which regions decide; 8 weeks when left out.",
        "2027-01-26",
        allow_none=True,
        load_default=None,
    )
    reason = f.optional_reason()


class SuspendAgreement(Request):
    """Why no new placements are made for now."""

    reason = f.reason(required=True)


class ResumeAgreement(Request):
    """Why new placements are made again."""

    reason = f.reason(required=True)


class EndAgreement(Request):
    """Why and when the agreement ends."""

    ends_on = f.day(
        "Last day; 3 months from today when left out.",
        "2027-12-31",
        allow_none=True,
        load_default=None,
    )
    reason = f.reason(required=True)


class WithdrawDraft(Request):
    """Why a draft is withdrawn."""

    reason = f.optional_reason()


class InviteRegions(Request):
    """Regions to invite, also when the agreement is already published."""

    regions = f.regions('Regions to invite, or "all".', at_least=1, required=True)
    respond_by = f.day(
        "Last day on which they decide; 8 weeks when left out.",
        "2027-01-26",
        allow_none=True,
        load_default=None,
    )
    reason = f.optional_reason()


class RemoveParticipant(Request):
    """Why a region no longer takes part, and until when it still does."""

    leaves_on = f.day(
        "Last day on which it takes part; it leaves at once when left out.",
        "2027-03-31",
        allow_none=True,
        load_default=None,
    )
    reason = f.optional_reason()
