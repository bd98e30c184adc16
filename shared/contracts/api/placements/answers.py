# SPDX-License-Identifier: EUPL-1.2
"""Answers of the placements service; no candidate's group is in any of them."""

from shared.contracts import codes
from shared.contracts.api import fields as f
from shared.contracts.api.employers import EmployerName
from shared.contracts.api.placements.requests import FUNCTION
from shared.contracts.api.shapes import Answer, Page, many, nested

_ROLE = "In which role that was said."


class PlaceOfWork(Answer):
    """Where the work is, and for whom it is done there."""

    municipality = f.municipality("Code of the municipality.", "GM0505")
    municipality_name = f.line("Its name.", "Dordrecht")
    site = f.line("The site, by name.", None, allow_none=True)
    client = f.line("The client for whom the work is done there.", None, allow_none=True)


class PlacementStart(Answer):
    """When somebody started, and who guides them at work."""

    on = f.day("The first day.", "2027-01-04")
    guidance = f.code("Who guides at work.", "eigen_buddy", codes.GUIDANCE_MODELS)
    reported_by = f.line(_ROLE, "employer")
    confirmed = f.flag("Whether the region confirmed it.", example=True)


class PlacementCheckIn(Answer):
    """How it went on a day."""

    month = f.whole("The month after the start that it belongs to.", 1, allow_none=True)
    on = f.day("The day.", "2027-02-04")
    outcome = f.code("How it went.", "going_well", codes.CHECK_IN_OUTCOMES)
    still_working = f.flag("Whether the person still worked there.", example=True)
    by = f.line(_ROLE, "employer")


class HandOverLink(Answer):
    """The placement at the other end of a hand-over."""

    placement_id = f.identifier("Identity of that placement.")
    region = f.region_code("The region that it is in.")
    direction = f.line("to: handed over to there; from: came from there.", "to")


class DecisionOnPlacement(Answer):
    """What became of the region's latest decision."""

    sequence = f.whole("Number of the decision.", 1)
    outcome = f.code("Recorded or refused.", "recorded", codes.DECISION_STATES)
    reason = f.text("Why it was refused.", None, allow_none=True)


class PlacementChange(Answer):
    """What happened last."""

    kind = f.code("What happened.", "offered", codes.PLACEMENT_STEPS)
    at = f.moment("When.")


class Placement(Answer):
    """One place in one region, and what became of it."""

    id = f.identifier("Identity of the placement.")
    revision = f.whole("Counts the changes; also the ETag, and the sequence of its state.", 3)
    call_id = f.identifier("The call that it was offered in.", allow_none=True)
    agreement_id = f.identifier("The agreement that it was offered under.")
    agreement_version = f.whole("The version of it that holds for this place.", 1)
    employer = nested(EmployerName, "The employer.")
    region = f.region_code("The region that looks for somebody.")
    function = f.line("The work, in a few words.", FUNCTION)
    sector = f.line("The sector.", "zorg")
    workplace = nested(PlaceOfWork, "Where the work is.")
    hours_per_week = f.hours("Hours a week.", 25.5)
    needed_by = f.day("The last day on which somebody may be found for it.", "2027-01-15")
    target_groups = f.codes(
        "Whom the employer has in mind; empty is everybody that the agreement is for.",
        ["jongeren_tot_27"],
        codes.NATIONAL_TARGET_GROUPS,
    )
    development_path = f.code(
        "In which direction somebody can grow.",
        "breadth",
        codes.DEVELOPMENT_PATHS,
        allow_none=True,
    )
    state = f.code("State of the placement.", "offered", codes.PLACEMENT_STATES)
    offered_at = f.moment("When it was offered.")
    pick_up_by = f.day("Last day on which the region is in time to pick it up.", "2026-12-09")
    overdue = f.flag("Whether the region is late in picking it up.", example=False)
    delivery = f.code(
        "Whether the region holds this state already.", "received", codes.DELIVERY_STATES
    )
    start = nested(PlacementStart, "Who started, and how they are guided.", allow_none=True)
    check_ins = many(PlacementCheckIn, "How it went, oldest first.")
    sustained_on = f.day("The check-in that made it sustained.", None, allow_none=True)
    ended_on = f.day("The last day at work.", None, allow_none=True)
    link = nested(HandOverLink, "The other end of a hand-over.", allow_none=True)
    decision = nested(DecisionOnPlacement, "The region's latest decision.", allow_none=True)
    reason_code = f.line("Why, as a code.", None, allow_none=True)
    reason = f.text("Why.", None, allow_none=True)
    last_change = nested(PlacementChange, "What happened last.")


class SupportOfPlacement(Answer):
    """A request for support, as far as it concerns who looks at the placement."""

    id = f.identifier("Identity of the request.")
    need = f.code("How heavy the need is.", "specialistisch", codes.SUPPORT_NEEDS)
    state = f.line("State of the request.", "active")
    provider = f.line("Who supports.", "Jobstap", allow_none=True)


class PlacementDetail(Placement):
    """A placement, with its requests for support."""

    support = many(SupportOfPlacement, "Requests for support.")


class PlacementPage(Page):
    """Placements, newest first."""

    items = many(Placement)


class PlacementHistoryItem(Answer):
    """What happened to a placement, who said so and when."""

    step = f.code("What happened.", "picked_up", codes.PLACEMENT_STEPS)
    happened_at = f.moment("When it happened.")
    recorded_at = f.moment("When it was recorded here.")
    by = f.line("Who said so: a user, a region, or schakel itself.", "AM23")
    role = f.line("In which role.", "wsp-officer")
    reason_code = f.line("Why, as a code.", None, allow_none=True)
    reason = f.text("Why.", None, allow_none=True)
    revision = f.whole("The revision that tells of it.", 2)


class PlacementHistoryPage(Page):
    """What happened, newest first."""

    items = many(PlacementHistoryItem)


class PlacementCall(Answer):
    """A call for places in many regions."""

    id = f.identifier("Identity of the call.")
    agreement_id = f.identifier("The agreement that it was made under.")
    employer = nested(EmployerName, "The employer.")
    places = f.whole(
        "How many places were offered; to a region, those in the region.", 5, smallest=0
    )
    regions = f.region_codes(
        "The regions of the municipalities; to a region, itself.", ["AM23", "AM36"]
    )
    reason = f.text("Why.", None, allow_none=True)
    offered_at = f.moment("When.")


class PlacementCallDetail(PlacementCall):
    """A call with every place of it."""

    placements = many(Placement, "One placement for each place.")


class PlacementCallPage(Page):
    """Calls, newest first."""

    items = many(PlacementCall)


class GroupCounts(Answer):
    """How many of one group got how far; nothing is told of fewer than five, outside the region."""

    group = f.code("The group.", "statushouders", codes.NATIONAL_TARGET_GROUPS)
    confirmed = f.whole("Confirmed.", 6, smallest=0, allow_none=True)
    started = f.whole("Started.", 5, smallest=0, allow_none=True)
    sustained = f.whole("Sustained.", None, smallest=0, allow_none=True)


class RegisterCounts(Answer):
    """Who of the register is at work; null is fewer than five, outside the region."""

    people = f.whole("People at work who are in the register.", 6, smallest=0, allow_none=True)
    jobs = f.tenths("Their hours, in jobs of 25.5 hours a week.", 5.2, allow_none=True)


class PlacementCounts(Answer):
    """How many places ever got how far."""

    offered = f.whole("Offered.", 12, smallest=0)
    picked_up = f.whole("Picked up.", 10, smallest=0)
    confirmed = f.whole("Confirmed.", 9, smallest=0)
    started = f.whole("Started.", 8, smallest=0)
    sustained = f.whole("Sustained.", 3, smallest=0)
    completed = f.whole("Completed.", 1, smallest=0)
    ended_early = f.whole("Ended early.", 1, smallest=0)
    declined = f.whole("Declined.", 1, smallest=0)
    handed_over = f.whole("Handed over.", 1, smallest=0)
    withdrawn = f.whole("Withdrawn.", 0, smallest=0)
    lapsed = f.whole("Lapsed.", 0, smallest=0)
    groups = many(GroupCounts, "By group, at least so many; one person may be in several.")
    banenafspraak = nested(RegisterCounts, "Jobs that can count for the Banenafspraak.")


class PlacementCountsOfRegion(PlacementCounts):
    """How many places of one agreement in one region ever got how far."""

    agreement_id = f.identifier("The agreement.")
    region = f.region_code("The region.")
    hours_to_pick_up = f.whole("Median hours from the offer.", 30, smallest=0, allow_none=True)
    hours_to_fill = f.whole(
        "Median hours from the offer to a confirmation that stands.",
        200,
        smallest=0,
        allow_none=True,
    )


class NationalContext(Answer):
    """What the Banenafspraak asks of the whole country; no count of ours stands against it."""

    jobs = f.whole("Jobs agreed nationally.", 125_000)
    hours_per_job = f.hours("Paid hours a week that make one job.", 25.5)
    note = f.line("How to read it.", "Context only.")


class PlacementCountsPage(Page):
    """Counts by agreement and region, and of all that match together."""

    items = many(PlacementCountsOfRegion)
    overall = nested(PlacementCounts, "Of everything that matches, on whichever page.")
    national_context = nested(NationalContext, "What the Banenafspraak asks nationally.")
