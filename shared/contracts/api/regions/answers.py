# SPDX-License-Identifier: EUPL-1.2
"""What the regions service answers."""

from shared.contracts import codes
from shared.contracts.api import fields as f
from shared.contracts.api.agreements.answers import LastChange, RecordedDecision, Terms
from shared.contracts.api.agreements.requests import TITLE
from shared.contracts.api.employers import EmployerName
from shared.contracts.api.regions.instruments import RegionPromiseCheck
from shared.contracts.api.regions.organisations import Organisation
from shared.contracts.api.regions.requests import ACCOUNT_MANAGER
from shared.contracts.api.shapes import Answer, Page, many, nested


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
    promise_check = nested(RegionPromiseCheck, "Promised, against what it offers.")
    applied_at = f.moment("When this state was stored.")


class HeldAgreementPage(Page):
    """Agreements that a region holds, newest first."""

    items = many(HeldAgreement)


class Consultation(Answer):
    """A concept that the region may comment on."""

    agreement_id = f.identifier("Identity of the agreement.")
    region = f.region_code("Whose copy.")
    employer = nested(EmployerName, "The employer.")
    title = f.line("Title of the agreement.", TITLE)
    round = f.whole("Which consultation of this agreement, from 1.", 1)
    version = f.whole("The version that the concept becomes.", 1)
    state = f.code("Whether comments are awaited.", "open", codes.CONSULTATION_STATES)
    respond_by = f.day("Last day on which they are.", "2026-12-15")
    opened_at = f.moment("When it was opened.")
    closed_at = f.moment("When it was closed.", allow_none=True)
    reason = f.reason(allow_none=True)
    terms = nested(Terms, "What the concept says; it may still lack something.")
    promise_check = nested(RegionPromiseCheck, "To be promised, against its offer.")
    sequence = f.whole("Number of the state that is held.", 1)
    hash = f.sha256("SHA-256 that the region computed from what it stored.")
    applied_at = f.moment("When this state was stored.")


class ConsultationPage(Page):
    """Concepts that a region may comment on, the first due first."""

    items = many(Consultation)


class Contact(Answer):
    """Whom to ask in a region about one employer: its account manager, or else the desk."""

    region = f.region_code("The region.")
    employer = nested(EmployerName, "The employer.")
    kind = f.code("Account manager, or the desk.", "account_manager", codes.CONTACT_KINDS)
    role = f.role("Who to ask for.", ACCOUNT_MANAGER, allow_none=True)
    telephone = f.telephone(allow_none=True)
    mailbox = f.mailbox(allow_none=True)
    since = f.day("First day.", "2026-12-01", allow_none=True)
    revision = f.whole(
        "Counts the changes; also the ETag; 0 while nobody was named.", 1, smallest=0
    )


class Appointment(Answer):
    """Who was appointed, since when and why."""

    kind = f.code("Account manager, or the desk.", "account_manager", codes.CONTACT_KINDS)
    role = f.role("Who to ask for.", ACCOUNT_MANAGER, allow_none=True)
    since = f.day("First day.", "2026-12-01")
    reason = f.reason(allow_none=True)
    recorded_at = f.moment("When it was recorded.")


class ContactDetail(Contact):
    """Whom to ask in a region about one employer, and who it was before."""

    history = many(Appointment, "Every appointment, the latest first.")


class ContactPage(Page):
    """Contacts of a region, by employer."""

    items = many(Contact)
