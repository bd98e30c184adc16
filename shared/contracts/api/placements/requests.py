# SPDX-License-Identifier: EUPL-1.2
"""What people ask of the placements service."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from shared.contracts import codes
from shared.contracts.api import fields as f
from shared.contracts.api.shapes import Request, nested

# One transaction takes them all, well within the time of a call.
MOST_PLACES = 500
MOST_LINES = 200
FUNCTION = "Medewerker schoonmaak"
_NO_HEALTH = {"ggz": "ggz is health data: it stays in the region."}


class WorkplaceFields:
    """Where the work is, and for whom it is done there."""

    municipality = f.municipality(
        "Where the work is; the region follows from it.", "GM0505", required=True
    )
    site = f.line("The site, by name.", None, allow_none=True, load_default=None)
    client = f.line(
        "The client for whom the work is done there.", None, allow_none=True, load_default=None
    )


class Workplace(WorkplaceFields, Request):
    """Where the work is."""


class PlaceFields:
    """What is offered."""

    function = f.line("The work, in a few words.", FUNCTION, longest=100, required=True)
    sector = f.line("The sector, as the regions name it.", "zorg", longest=100, required=True)
    workplace = nested(Workplace, "Where the work is.", required=True)
    hours_per_week = f.hours("Hours a week, with at most one decimal.", 25.5, required=True)
    needed_by = f.day(
        "The last day on which somebody may be found for it.", "2027-01-15", required=True
    )
    places = f.whole("How many places of this kind.", 1, load_default=1)
    target_groups = f.codes(
        "Whom the employer has in mind; empty is everybody that the agreement is for.",
        ["jongeren_tot_27"],
        codes.NATIONAL_TARGET_GROUPS,
        refusals=_NO_HEALTH,
        load_default=[],
    )
    development_path = f.code(
        "In which direction somebody can grow.",
        "breadth",
        codes.DEVELOPMENT_PATHS,
        allow_none=True,
        load_default=None,
    )


class CallLine(PlaceFields, Request):
    """Places of one kind."""


class OfferPlace(PlaceFields, Request):
    """Offer a place under an agreement; several of one kind become a call."""

    agreement_id = f.identifier("The agreement that it is offered under.", required=True)
    region = f.region_code(
        "The region, where the municipality should be held against it.",
        allow_none=True,
        load_default=None,
    )
    reason = f.optional_reason()

    @validates_schema
    def is_not_too_much(self, data: Mapping[str, Any], **_more: object) -> None:
        """Refuse more places than one transaction takes."""
        if data["places"] > MOST_PLACES:
            raise ValidationError(f"At most {MOST_PLACES} places at once.", "places")


class OfferCall(Request):
    """Offer many places in many regions at once: all of them, or none."""

    agreement_id = f.identifier("The agreement that they are offered under.", required=True)
    lines = fields.List(
        fields.Nested(CallLine),
        required=True,
        validate=validate.Length(min=1, max=MOST_LINES, error="From {min} to {max} lines."),
        metadata={"description": "Places of one kind each."},
    )
    reason = f.optional_reason()

    @validates_schema
    def is_not_too_much(self, data: Mapping[str, Any], **_more: object) -> None:
        """Refuse more places than one transaction takes."""
        if sum(line["places"] for line in data["lines"]) > MOST_PLACES:
            raise ValidationError(f"At most {MOST_PLACES} places in a call.", "lines")


class ReportStart(Request):
    """Report that somebody started, or confirm for the region what was reported."""

    on = f.day(
        "The first day; today when left out.", "2027-01-04", allow_none=True, load_default=None
    )
    guidance = f.code(
        "Who guides at work; the agreement's own model when left out.",
        "eigen_buddy",
        codes.GUIDANCE_MODELS,
        allow_none=True,
        load_default=None,
    )


class ReportCheckIn(Request):
    """Report how it goes."""

    on = f.day("The day; today when left out.", "2027-02-04", allow_none=True, load_default=None)
    month = fields.Integer(
        strict=True,
        allow_none=True,
        load_default=None,
        validate=validate.OneOf([1, 3, 6, 12], error="{input} is none of: {choices}."),
        metadata={
            "description": "The month after the start that it belongs to, if any.",
            "example": 1,
        },
    )
    outcome = f.code("How it goes.", "going_well", codes.CHECK_IN_OUTCOMES, required=True)
    still_working = f.flag(
        "Whether the person still works there; when left out, unless it stopped.",
        example=True,
        allow_none=True,
        load_default=None,
    )


class EndPlacement(Request):
    """End a placement: completed as it was meant to, or before its time."""

    outcome = f.code("How it ends.", "completed", codes.PLACEMENT_ENDINGS, required=True)
    on = f.day("The last day; today when left out.", None, allow_none=True, load_default=None)
    reason_code = f.code(
        "Why it ends early.",
        "other_job",
        codes.ENDING_REASONS,
        allow_none=True,
        load_default=None,
    )
    reason = f.optional_reason()


class WithdrawPlace(Request):
    """Take a place back before anybody started."""

    reason = f.reason(required=True)
