# SPDX-License-Identifier: EUPL-1.2
"""Requests and answers of the regions service."""

from collections.abc import Mapping

from marshmallow import ValidationError, validates_schema

from shared.contracts import codes
from shared.contracts.api import fields as f
from shared.contracts.api.agreements.answers import LastChange, RecordedDecision, Terms
from shared.contracts.api.agreements.requests import TITLE
from shared.contracts.api.employers import EmployerName
from shared.contracts.api.shapes import Answer, Page, Request, many, nested, shapes

_ACCOUNT_MANAGER = "accountmanager WSP Regio Zwolle"
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
    role = f.role("Who to ask for.", _ACCOUNT_MANAGER, allow_none=True, load_default=None)
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


class Organisation(Answer):
    """An organisation that serves employers in the region."""

    name = f.line("Its name.", "WSP Parkstad")
    kind = f.code("What it is.", "wsp", codes.ORGANISATION_KINDS)
    status = f.code("Whether it is at work yet.", "actief", codes.ORGANISATION_STATES)
    audiences = f.codes("Whom it serves.", ["werkgevers"], codes.AUDIENCES)
    source = f.line("Where that was read.", "Samen sterk(er), Zuid-Limburg")


class OrganisationPage(Page):
    """Organisations of a region, by name."""

    items = many(Organisation)


class Tile(Answer):
    """Where the region stands on the tile map."""

    column = f.whole("From the west, from 0.", 5, smallest=0)
    row = f.whole("From the north, from 0.", 2, smallest=0)


class Municipality(Answer):
    """A municipality of the region, for as long as the reference data has it there."""

    code = f.line("Official code.", "GM0193")
    name = f.line("Name.", "Zwolle")
    valid_from = f.day("First day of which the reference data tells it.", "2026-01-01")
    valid_to = f.day("First day of which it no longer does.", None, allow_none=True)


class _Region(Answer):
    code = f.region_code("Official code.")
    name = f.line("Official name.", "Regio Zwolle")
    aliases = f.lines("Other names in use.", ["Zwolle"])
    centre_municipalities = f.lines("Centre towns, indicative.", ["Zwolle"])
    tile = nested(Tile, "Place on the tile map.")
    neighbours = f.region_codes("Regions that share a border.", ["AM02", "AM03", "AM05"])


class RegionSummary(_Region):
    """A labour-market region, and how much belongs to it."""

    municipality_count = f.whole("Municipalities in it today.", 16, smallest=0)
    organisation_count = f.whole("Organisations known to serve employers there.", 1, smallest=0)
    agreement_count = f.whole("Agreements that it holds.", 2, smallest=0)


class Desk(Answer):
    """How the region's desk is reached."""

    region = f.region_code("The region.")
    telephone = f.telephone(allow_none=True)
    mailbox = f.mailbox(allow_none=True)
    deputy = f.role("Who stands in.", "teamleider WSP Regio Zwolle", allow_none=True)
    revision = f.whole("Counts the changes; also the ETag; 0 while nothing is set.", 1, smallest=0)


class Region(_Region):
    """A labour-market region with what is in it."""

    municipalities = many(Municipality, "Its municipalities.")
    organisations = many(Organisation, "Organisations that serve employers there.")
    desk = nested(Desk, "Whom an employer turns to.")


class RegionPage(Page):
    """Regions, by code."""

    items = many(RegionSummary)


class Decision(Answer):
    """A region's decision, as it was submitted, and what its owner made of it."""

    state = f.code("How far it is.", "submitted", codes.DECISION_STATES)
    region = f.region_code("Who decided.")
    agreement_id = f.identifier("On which agreement.")
    decision = f.code("The decision.", "accepted", codes.DECISIONS)
    version = f.whole("The version that it is about.", 1)
    sequence = f.whole("Number of the decision.", 1)
    agreement_sequence = f.whole("Number of the agreement's state that it was made on.", 1)
    reason = f.reason(allow_none=True)
    refusal = f.line("Why the owner refused it.", None, longest=2000, allow_none=True)
    signed_on = f.day("Day on which the region signed.", "2026-12-10", allow_none=True)
    employer_signed_on = f.day("Day on which the employer signed.", "2026-12-15", allow_none=True)
    expected_on = f.day("Day on which it expects to decide.", None, allow_none=True)
    decided_at = f.moment("When it was submitted.")


class HeldParticipation(Answer):
    """How the owner of the agreement sees this region's participation."""

    status = f.code("State of the participation.", "accepted", codes.PARTICIPATION_STATES)
    version = f.whole("Version that was accepted.", 1, allow_none=True)
    respond_by = f.day("Last day on which the region decides.", "2027-01-26", allow_none=True)
    active_from = f.day("First day of the convenant.", "2026-12-15", allow_none=True)
    signed_on = f.day("Day on which the region signed.", "2026-12-10", allow_none=True)
    employer_signed_on = f.day("Day on which the employer signed.", "2026-12-15", allow_none=True)
    expected_on = f.day("Day on which it expects to decide.", None, allow_none=True)
    reason = f.reason(allow_none=True)
    decision = nested(RecordedDecision, "What became of its latest decision.", allow_none=True)


class HeldVersion(Answer):
    """One version in force, as the region holds it."""

    version = f.whole("Number of the version.", 1)
    change = f.code("Whether regions had to confirm again.", "material", codes.CHANGES)
    published_at = f.moment("When it was published.")
    valid_until = f.day("Last day on which it may be used.", None, allow_none=True)
    terms = nested(Terms, "What it says.")


class HeldAgreement(Answer):
    """A region's own copy of an agreement."""

    agreement_id = f.identifier("Identity of the agreement.")
    region = f.region_code("Whose copy.")
    employer = nested(EmployerName, "The employer.")
    title = f.line("Title of the agreement.", TITLE)
    sequence = f.whole("Number of the state that is held.", 1)
    hash = f.sha256("SHA-256 that the region computed from what it stored.")
    state = f.code("State of the agreement.", "published", codes.TRAVELLING_AGREEMENT_STATES)
    version = f.whole("Newest version.", 1)
    versions = many(HeldVersion, "Every version in force.")
    last_change = nested(LastChange, "The latest step that the region was told of.")
    participation = nested(
        HeldParticipation, "The region's participation; null until it arrives.", allow_none=True
    )
    decision = nested(Decision, "The region's latest decision.", allow_none=True)
    applied_at = f.moment("When this state was stored.")


class HeldAgreementPage(Page):
    """Agreements that a region holds, newest first."""

    items = many(HeldAgreement)


class Contact(Answer):
    """Whom to ask in a region about one employer: its account manager, or else the desk."""

    region = f.region_code("The region.")
    employer = nested(EmployerName, "The employer.")
    kind = f.code("Account manager, or the desk.", "account_manager", codes.CONTACT_KINDS)
    role = f.role("Who to ask for.", _ACCOUNT_MANAGER, allow_none=True)
    telephone = f.telephone(allow_none=True)
    mailbox = f.mailbox(allow_none=True)
    since = f.day("First day.", "2026-12-01", allow_none=True)
    revision = f.whole(
        "Counts the changes; also the ETag; 0 while nobody was named.", 1, smallest=0
    )


class Appointment(Answer):
    """Who was appointed, since when and why."""

    kind = f.code("Account manager, or the desk.", "account_manager", codes.CONTACT_KINDS)
    role = f.role("Who to ask for.", _ACCOUNT_MANAGER, allow_none=True)
    since = f.day("First day.", "2026-12-01")
    reason = f.reason(allow_none=True)
    recorded_at = f.moment("When it was recorded.")


class ContactDetail(Contact):
    """Whom to ask in a region about one employer, and who it was before."""

    history = many(Appointment, "Every appointment, the latest first.")


class ContactPage(Page):
    """Contacts of a region, by employer."""

    items = many(Contact)


OPERATIONS = shapes(
    list_regions=(None, RegionPage),
    get_region=(None, Region),
    list_held_agreements=(None, HeldAgreementPage),
    get_held_agreement=(None, HeldAgreement),
    decide_on_agreement=(DecideOnAgreement, Decision),
    set_contact=(SetContact, ContactDetail),
    get_contact=(None, ContactDetail),
    list_contacts=(None, ContactPage),
    set_desk=(SetDesk, Desk),
    get_desk=(None, Desk),
    list_organisations=(None, OrganisationPage),
)
