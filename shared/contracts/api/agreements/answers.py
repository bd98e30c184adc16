# SPDX-License-Identifier: EUPL-1.2
"""Answers of the agreements service."""

from marshmallow import fields

from shared.contracts import codes
from shared.contracts.api import fields as f
from shared.contracts.api.agreements.requests import (
    TITLE,
    ConsentFields,
    GuidanceFields,
    TermsFields,
    sustained_after_weeks,
)
from shared.contracts.api.agreements.work import PlacesCounted
from shared.contracts.api.employers import EmployerName
from shared.contracts.api.shapes import Answer, Page, many, nested

_MATERIAL_OR_NOT = "Whether regions had to confirm again."


class Guidance(GuidanceFields, Answer):
    """How people are guided at work."""


class Terms(TermsFields, Answer):
    """What one version of an agreement says."""

    guidance = nested(Guidance, "How people are guided.", allow_none=True)


class Difference(Answer):
    """One place in which two versions differ."""

    path = f.line("JSON pointer into the terms.", "/targetGroups")
    before = fields.Raw(
        data_key="from",
        allow_none=True,
        metadata={"description": "What stood there.", "example": ["statushouders"]},
    )
    after = fields.Raw(
        data_key="to",
        allow_none=True,
        metadata={"description": "What stands there.", "example": ["statushouders", "ww"]},
    )


class Draft(ConsentFields, Terms):
    """The version that is being prepared and that no region has seen."""

    version = f.whole("Number that it gets when it is published.", 2)
    title = f.line("Title of the agreement.", TITLE)
    sustained_after_weeks = sustained_after_weeks()
    change = f.code(_MATERIAL_OR_NOT, "material", codes.CHANGES)
    differences = many(Difference, "Against the newest published version.")
    reason = f.reason(allow_none=True)


class LastChange(Answer):
    """The latest step in the agreement's life that regions were told of."""

    kind = f.code("What happened.", "amended", codes.AGREEMENT_EVENTS)
    reason = f.reason(allow_none=True)
    at = f.moment("When.")


class Agreement(ConsentFields, Terms):
    """An agreement: the newest published terms, or those of the draft while nothing is published.

    `participants` is who is invited; it is no part of the terms.
    """

    id = f.identifier("Identity of the agreement.")
    revision = f.whole("Counts the changes; also the ETag.", 3)
    status = f.code("State of the agreement.", "published", codes.AGREEMENT_STATES)
    version = f.whole("Newest published version; null before the first.", 1, allow_none=True)
    employer = nested(EmployerName, "The employer that the agreement is with.")
    title = f.line("Title of the agreement.", TITLE)
    sustained_after_weeks = sustained_after_weeks()
    draft = nested(Draft, "A version in preparation beside it; no region sees it.", allow_none=True)
    participants = f.region_codes("Regions that are invited.", ["AM23", "AM36"])
    sequence = f.whole("Number of the newest state sent to regions.", 1, allow_none=True)
    hash = f.sha256("SHA-256 of that state.", allow_none=True)
    last_change = nested(LastChange, "The latest step sent to regions.", allow_none=True)
    published_at = f.moment("When the newest version was published.", allow_none=True)
    created_at = f.moment("When it was registered.")
    changed_at = f.moment("When it last changed.")


class Progress(Answer):
    """How far the newest state is over all recipients."""

    sequence = f.whole("Number of the newest state.", 1, smallest=0)
    recipients = f.whole("How many it is for.", 2, smallest=0)
    received = f.whole("How many hold it.", 2, smallest=0)
    pending = f.whole("How many do not hold it yet.", 0, smallest=0)
    refused = f.whole("How many refused it.", 0, smallest=0)
    in_force_everywhere = f.flag("Whether every recipient holds it.", example=True)


class AgreementDetail(Agreement):
    """An agreement, and how far its newest state has come."""

    delivery = nested(Progress, "Null before anything was sent.", allow_none=True)


class AgreementPage(Page):
    """Agreements, newest first."""

    items = many(Agreement)


class Version(ConsentFields, Answer):
    """One published version: it never changes."""

    version = f.whole("Number of the version.", 1)
    title = f.line("Title of the agreement in this version.", TITLE)
    change = f.code(_MATERIAL_OR_NOT, "material", codes.CHANGES)
    hash = f.sha256("SHA-256 of the terms.")
    published_at = f.moment("When it was published.")
    valid_until = f.day(
        "Last day on which a region may use it; null while it has no end.",
        "2027-01-26",
        allow_none=True,
    )
    sustained_after_weeks = sustained_after_weeks()
    reason = f.reason(allow_none=True)
    terms = nested(Terms, "What it says.")
    differences = many(Difference, "Against the version before.")


class VersionPage(Page):
    """Published versions, newest first."""

    items = many(Version)


class HistoryItem(Answer):
    """Who did what, when and why."""

    at = f.moment("When.")
    actor = f.line("Who, as the access token names them.", "slw-coordinator")
    role = f.line("In which role.", "slw-coordinator")
    action = f.line("What happened.", "published")
    reason = f.reason(allow_none=True)
    version = f.whole("Version that it is about.", 1, allow_none=True)
    regions = f.region_codes("Regions that it is about.", ["AM36"])
    revision = f.whole("Revision of the agreement after it.", 2)
    differences = many(Difference, "What it changed.")


class HistoryPage(Page):
    """Everything that was done to an agreement, newest first."""

    items = many(HistoryItem)


class RecordedDecision(Answer):
    """What became of the region's latest decision."""

    sequence = f.whole("Number of the decision.", 1)
    outcome = f.line("`recorded` or `refused`.", "recorded")
    reason = f.reason(allow_none=True)


class Participant(Answer):
    """How far one region is with an agreement; delivery stands beside it.

    A region reads of the others that they take part, in which state and version and since when.
    """

    region = f.region_code("The region.")
    name = f.line("Its name.", "Regio Zwolle")
    status = f.code("State of the participation.", "accepted", codes.PARTICIPATION_STATES)
    version = f.whole("Version that it accepted.", 1, allow_none=True)
    respond_by = f.day("Last day on which it decides.", "2027-01-26", allow_none=True)
    active_from = f.day("First day of its convenant.", "2026-12-15", allow_none=True)
    signed_on = f.day("Day on which the region signed.", "2026-12-10", allow_none=True)
    employer_signed_on = f.day("Day on which the employer signed.", "2026-12-15", allow_none=True)
    expected_on = f.day("Day on which it expects to decide.", None, allow_none=True)
    leaves_on = f.day("Its last day, where notice was given.", None, allow_none=True)
    silent_since = f.day(
        "Its last day to respond, where that passed without an answer.", None, allow_none=True
    )
    extra_instruments = f.codes(
        "Instruments that its annex adds.", ["harrie_training"], codes.INSTRUMENTS
    )
    reason = f.reason(allow_none=True)
    decision = nested(RecordedDecision, "Its latest decision.", allow_none=True)
    delivery = f.code(
        "Delivery of the agreement's newest state; null before anything was sent.",
        "received",
        codes.DELIVERY_STATES,
        allow_none=True,
    )
    invited_at = f.moment("When it was invited.")
    changed_at = f.moment("When its participation last changed.")


class ParticipantPage(Page):
    """Regions that are or were invited, by code."""

    items = many(Participant)


class Delivery(Answer):
    """One state on its way to one region."""

    region = f.region_code("Who it is for.")
    sequence = f.whole("Number of the state.", 1)
    state = f.code("How far it is.", "received", codes.DELIVERY_STATES)
    hash = f.sha256("SHA-256 that was published.")
    received_hash = f.sha256("SHA-256 that the region computed.", allow_none=True)
    sent_at = f.moment("When it went to the broker.", allow_none=True)
    received_at = f.moment("When the receipt was recorded.", allow_none=True)
    sends = f.whole("How often it was sent.", 1, smallest=0)
    reason = f.line("Why it was refused.", None, longest=2000, allow_none=True)


class DeliveryPage(Page):
    """The ledger of one state of an agreement, by region; of the newest, if none is named."""

    progress = nested(Progress, "How far the newest state is.")
    items = many(Delivery)


class MatrixAgreement(Answer):
    """The agreement of one row."""

    id = f.identifier("Identity of the agreement.")
    title = f.line("Its title.", TITLE)
    status = f.code("Its state.", "published", codes.AGREEMENT_STATES)
    version = f.whole("Its newest version.", 1, allow_none=True)


class MatrixContact(Answer):
    """Whom to ask in the region."""

    kind = f.code("Account manager, or the desk.", "desk", codes.CONTACT_KINDS)
    role = f.role("Who.", "accountmanager WSP Regio Zwolle", allow_none=True)
    telephone = f.telephone(allow_none=True)
    mailbox = f.mailbox(allow_none=True)


class MatrixCell(Answer):
    """One region in one row; a region that does not take part has no cell."""

    region = f.region_code("The region.")
    status = f.code("State of the participation.", "accepted", codes.PARTICIPATION_STATES)
    version = f.whole("Version that it accepted.", 1, allow_none=True)
    delivery = f.code(
        "Delivery of the newest state.", "received", codes.DELIVERY_STATES, allow_none=True
    )
    contact = nested(MatrixContact, "Whom to ask there.", allow_none=True)
    places = nested(PlacesCounted, "Its places; null where none was offered.", allow_none=True)


class MatrixRow(Answer):
    """One agreement over all regions."""

    employer = nested(EmployerName, "The employer.")
    agreement = nested(MatrixAgreement, "The agreement.")
    cells = many(MatrixCell, "Its regions, by code.")
    counts = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        metadata={
            "description": "How many regions per state of participation.",
            "example": {"accepted": 1, "invited": 1},
        },
    )
    places = nested(PlacesCounted, "Places of all regions together.")


class Matrix(Page):
    """Employers and their agreements against regions, by the employer's name."""

    items = many(MatrixRow)
