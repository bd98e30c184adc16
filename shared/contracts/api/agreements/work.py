# SPDX-License-Identifier: EUPL-1.2
"""Work under an agreement: projects, bottlenecks with their solutions, evaluations, counts."""

from marshmallow import fields, validate

from shared.contracts import codes
from shared.contracts.api import fields as f
from shared.contracts.api.agreements.requests import NOT_NATIONAL
from shared.contracts.api.kinds import RegionCode
from shared.contracts.api.shapes import Answer, Page, Request, many, nested

_MOST_QUARTERS = 40
_FIRST_YEAR, _LAST_YEAR = 2000, 2200


def _region(says: str) -> RegionCode:
    told = {"description": says, "example": "AM36", "pattern": r"^AM\d{2}$"}
    return RegionCode(allow_none=True, load_default=None, metadata=told)


class QuarterFields:
    """A quarter; the year stays null where nobody knows it."""

    year = fields.Integer(
        strict=True,
        allow_none=True,
        load_default=None,
        validate=validate.Range(min=_FIRST_YEAR, max=_LAST_YEAR),
        metadata={"description": "The year; null where nobody knows it.", "example": 2027},
    )
    quarter = fields.Integer(
        strict=True,
        required=True,
        validate=validate.Range(min=1, max=4),
        metadata={"description": "The quarter.", "example": 1},
    )


class IntakeBody(QuarterFields, Request):
    """How many a project takes in, in one quarter, as it is sent."""

    places = f.whole("How many places there are.", 25, required=True)


class Intake(QuarterFields, Answer):
    """How many a project takes in, in one quarter."""

    places = f.whole("How many places there are.", 25)


class RegisterProject(Request):
    """A project to register, as an idea."""

    region = _region("The region that leads it; none is a project of the whole agreement.")
    kind = f.code("What kind.", "training_track", codes.PROJECT_KINDS, required=True)
    title = f.line("What it is called.", "Opleidingstraject schoonmaak", required=True)
    target_groups = f.codes(
        "Whom it is for.",
        ["statushouders"],
        codes.NATIONAL_TARGET_GROUPS,
        refusals=NOT_NATIONAL,
        required=True,
    )
    intake = fields.List(
        fields.Nested(IntakeBody),
        load_default=list,
        validate=validate.Length(max=_MOST_QUARTERS),
        metadata={"description": "What is planned for each quarter."},
    )


class StartProject(Request):
    """A project starts."""

    reason = f.optional_reason()


class ReportResult(QuarterFields, Request):
    """How many people started in a quarter."""

    started = f.whole("How many started.", 25, smallest=0, required=True)
    note = f.text("What came of it.", None, allow_none=True, load_default=None)


class CompleteProject(Request):
    """A project is completed."""

    reason = f.optional_reason()


class ProjectResult(QuarterFields, Answer):
    """How many people started in a quarter."""

    started = f.whole("How many started.", 25, smallest=0)
    note = f.text("What came of it.", None, allow_none=True)
    reported_at = f.moment("When it was reported.")
    role = f.line("In which role.", "wsp-officer")


class Project(Answer):
    """A project under an agreement, with its intake and its results."""

    number = f.whole("Number of the project.", 1)
    region = _region("The region that leads it.")
    kind = f.code("What kind.", "training_track", codes.PROJECT_KINDS)
    title = f.line("What it is called.", "Opleidingstraject schoonmaak")
    target_groups = f.codes("Whom it is for.", ["statushouders"], codes.NATIONAL_TARGET_GROUPS)
    status = f.code("How far it is.", "started", codes.PROJECT_STATES)
    intake = many(Intake, "What is planned for each quarter.")
    results = many(ProjectResult, "What came of it, oldest first.")
    started = f.whole("How many started in all.", 25, smallest=0)
    registered_at = f.moment("When it was registered.")


class ProjectPage(Page):
    """Projects, newest first."""

    items = many(Project)


class ReportBottleneck(Request):
    """What stands in the way; every region of the agreement sees it."""

    region = _region("The region that meets it; none is all of them.")
    text = f.text("What stands in the way.", "Proefplaats duurt hier korter.", required=True)


class OfferSolution(Request):
    """What helps; every region of the agreement sees it."""

    region = _region("The region that says it.")
    text = f.text("What helps.", "Verlengen kan op verzoek.", required=True)


class Solution(Answer):
    """What helps."""

    number = f.whole("Number of the solution.", 1)
    region = _region("The region that says it.")
    text = f.text("What helps.", "Verlengen kan op verzoek.")
    role = f.line("In which role it was said.", "slw-coordinator")
    offered_at = f.moment("When.")


class Bottleneck(Answer):
    """What stands in the way, and what helps."""

    number = f.whole("Number of the bottleneck.", 1)
    region = _region("The region that meets it.")
    text = f.text("What stands in the way.", "Proefplaats duurt hier korter.")
    status = f.code("Whether somebody said what helps.", "answered", codes.BOTTLENECK_STATES)
    role = f.line("In which role it was reported.", "wsp-officer")
    reported_at = f.moment("When.")
    solutions = many(Solution, "What helps, oldest first.")


class BottleneckPage(Page):
    """Bottlenecks, newest first."""

    items = many(Bottleneck)


class PlacesCounted(Answer):
    """How many places ever got how far."""

    offered = f.whole("Offered.", 5, smallest=0)
    picked_up = f.whole("Picked up by the region.", 4, smallest=0)
    confirmed = f.whole("Confirmed with a candidate.", 3, smallest=0)
    started = f.whole("Started.", 3, smallest=0)
    sustained = f.whole("Sustained.", 2, smallest=0)
    completed = f.whole("Completed.", 0, smallest=0)
    ended_early = f.whole("Ended early.", 1, smallest=0)
    declined = f.whole("Declined by the region.", 0, smallest=0)
    handed_over = f.whole("Handed over to another region.", 1, smallest=0)
    withdrawn = f.whole("Withdrawn.", 0, smallest=0)
    lapsed = f.whole("Lapsed.", 0, smallest=0)


class PlanEvaluation(Request):
    """The day on which figures are frozen."""

    due_on = f.day("On which day; today freezes them at once.", "2027-06-01", required=True)
    note = f.text("What it is for.", "Evaluatie na zes maanden", allow_none=True, load_default=None)


class RegionFigures(Answer):
    """How far one region was on that day."""

    region = f.region_code("The region.")
    status = f.code("State of the participation.", "accepted", codes.PARTICIPATION_STATES)
    version = f.whole("Version that it had accepted.", 1, allow_none=True)
    places = nested(PlacesCounted, "Its places; null where none was offered.", allow_none=True)


class Figures(Answer):
    """Figures, frozen: nothing changes them any more."""

    regions = many(RegionFigures, "By region.")
    places = nested(PlacesCounted, "All regions together.")


class Evaluation(Answer):
    """An evaluation of an agreement."""

    number = f.whole("Number of the evaluation.", 1)
    due_on = f.day("The day of the figures.", "2027-06-01")
    status = f.code("Whether it was held.", "held", codes.EVALUATION_STATES)
    note = f.text("What it is for.", None, allow_none=True)
    planned_at = f.moment("When it was planned.")
    held_at = f.moment("When the figures were frozen.", allow_none=True)
    figures = nested(Figures, "Null until they are frozen.", allow_none=True)


class EvaluationPage(Page):
    """Evaluations, newest first."""

    items = many(Evaluation)
