# SPDX-License-Identifier: EUPL-1.2
"""What a region says of an agreement: comments, an annex, what ran before, what it can deliver."""

from marshmallow import fields, validate

from shared.contracts import codes
from shared.contracts.api import fields as f
from shared.contracts.api.agreements.answers import Difference
from shared.contracts.api.agreements.requests import NOT_NATIONAL, TITLE
from shared.contracts.api.kinds import RegionCode
from shared.contracts.api.shapes import Answer, Page, Request, many

_MOST_ITEMS = 50


def _own_region() -> RegionCode:
    """Take the region that something is for; who is bound to one need not name it."""
    described = "The region that it is for; your own when left out."
    return RegionCode(
        allow_none=True,
        load_default=None,
        metadata={"description": described, "example": "AM36", "pattern": r"^AM\d{2}$"},
    )


class OpenConsultation(Request):
    """Put the draft to the invited regions for comment."""

    respond_by = f.day(
        "Last day for comments; 10 working days when left out.",
        "2026-12-15",
        allow_none=True,
        load_default=None,
    )
    reason = f.optional_reason()


class CloseConsultation(Request):
    """Wait for no more comments."""

    reason = f.optional_reason()


class CommentRound(Answer):
    """One round in which regions could comment on a concept."""

    round = f.whole("Counts the rounds of this agreement.", 1)
    version = f.whole("The version that the concept becomes.", 1)
    title = f.line("Title of the concept.", TITLE)
    status = f.code("Whether comments are awaited.", "open", codes.CONSULTATION_STATES)
    respond_by = f.day("Last day for comments.", "2026-12-15")
    opened_at = f.moment("When it was opened.")
    reason = f.reason(allow_none=True)
    closed_at = f.moment("When it was closed.", allow_none=True)
    closing_reason = f.reason(allow_none=True)
    comments = f.whole("How many comments came.", 2, smallest=0)


class CommentRoundPage(Page):
    """Rounds, newest first."""

    items = many(CommentRound)


class AddComment(Request):
    """What a region says of the concept that is open."""

    region = _own_region()
    text = f.text("What the region says.", "Graag ook statushouders noemen.", required=True)


class Comment(Answer):
    """What a region said of a concept; it stays with the version that it is about."""

    number = f.whole("Number of the comment.", 1)
    region = f.region_code("Who says it.")
    round = f.whole("The round in which it was said.", 1)
    version = f.whole("The version that the concept becomes.", 1)
    text = f.text("What is said.", "Graag ook statushouders noemen.")
    role = f.line("In which role it was said.", "wsp-officer")
    said_at = f.moment("When.")


class CommentPage(Page):
    """Comments, newest first."""

    items = many(Comment)


class AnnexProjectFields:
    """A project that an annex adds."""

    kind = f.code("What kind.", "training_track", codes.PROJECT_KINDS, required=True)
    title = f.line("What it is called.", "Opleidingstraject schoonmaak", required=True)
    target_groups = f.codes(
        "Whom it is for.",
        ["statushouders"],
        codes.NATIONAL_TARGET_GROUPS,
        refusals=NOT_NATIONAL,
        required=True,
    )


class AnnexProjectBody(AnnexProjectFields, Request):
    """A project that an annex adds, as it is sent."""


class AnnexProject(AnnexProjectFields, Answer):
    """A project that an annex adds."""


class ProposeAnnex(Request):
    """What a region adds for itself; there is no field here that could weaken national terms."""

    region = _own_region()
    instruments = f.codes(
        "Instruments beside the national ones.",
        ["harrie_training"],
        codes.INSTRUMENTS,
        load_default=list,
    )
    projects = fields.List(
        fields.Nested(AnnexProjectBody),
        load_default=list,
        validate=validate.Length(max=_MOST_ITEMS),
        metadata={"description": "Projects beside the national ones."},
    )
    notes = f.text("What else is agreed.", None, allow_none=True, load_default=None)


class AgreeAnnex(Request):
    """The employer agrees to an annex."""

    reason = f.optional_reason()


class DeclineAnnex(Request):
    """The employer declines an annex."""

    reason = f.reason(required=True)


class Annex(Answer):
    """A region's annex, and what it adds to the national terms."""

    number = f.whole("Number of the annex.", 1)
    region = f.region_code("Whose annex it is.")
    status = f.code("How far it is.", "agreed", codes.ANNEX_STATES)
    instruments = f.codes("Instruments it names.", ["harrie_training"], codes.INSTRUMENTS)
    projects = many(AnnexProject, "Projects it adds.")
    notes = f.text("What else it says.", None, allow_none=True)
    differences = many(Difference, "What it adds to the newest national terms.")
    proposed_at = f.moment("When it was proposed.")
    proposed_by = f.line("In which role.", "wsp-officer")
    settled_at = f.moment("When the employer agreed or declined.", allow_none=True)
    settled_by = f.line("In which role.", "employer", allow_none=True)
    reason = f.reason(allow_none=True)


class AnnexPage(Page):
    """Annexes, newest first."""

    items = many(Annex)


class ArrangementFields:
    """A regional arrangement with the employer that ran before the national one."""

    title = f.line("What it was called.", "Regionale afspraken", required=True)
    description = f.text("What it said.", None, allow_none=True, load_default=None)
    since = f.day(
        "From which day; null where nobody knows.", None, allow_none=True, load_default=None
    )
    replaced_from = f.day(
        "From which day the national agreement replaces it; when left out, from the first day of "
        "the region's convenant.",
        "2026-12-15",
        allow_none=True,
        load_default=None,
    )


class RecordArrangement(ArrangementFields, Request):
    """An earlier arrangement to record."""

    region = _own_region()


class Arrangement(ArrangementFields, Answer):
    """An earlier arrangement of a region."""

    number = f.whole("Number of the record.", 1)
    region = f.region_code("Whose arrangement it was.")
    recorded_at = f.moment("When it was recorded.")
    role = f.line("In which role.", "wsp-officer")


class ArrangementPage(Page):
    """Earlier arrangements, by region."""

    items = many(Arrangement)


class PromiseOfRegion(Answer):
    """Whether a region can deliver what the agreement promises."""

    region = f.region_code("The region.")
    name = f.line("Its name.", "Regio Zwolle")
    participation = f.code(
        "Its part in the agreement; null where it has none.",
        "invited",
        codes.PARTICIPATION_STATES,
        allow_none=True,
    )
    known = f.flag("Whether the region has said what it offers.", example=True)
    gaps = f.codes(
        "Promised, and not on offer; null while it is unknown.",
        ["proefplaats"],
        codes.INSTRUMENTS,
        allow_none=True,
    )


class PromisePage(Page):
    """What the agreement promises against what each region offers, by code."""

    promised = f.codes("Instruments promised.", ["loonkostensubsidie"], codes.INSTRUMENTS)
    items = many(PromiseOfRegion)
