# SPDX-License-Identifier: EUPL-1.2
"""The places at a region's desk: what it decides on them, and its own file of each."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from marshmallow import ValidationError, validates_schema

from shared.contracts import codes
from shared.contracts.api import fields as f
from shared.contracts.api.employers import EmployerName
from shared.contracts.api.placements.answers import (
    HandOverLink,
    PlacementCheckIn,
    PlacementStart,
    PlaceOfWork,
)
from shared.contracts.api.regions.instruments import UsedInstrument, UseInstrument
from shared.contracts.api.shapes import Answer, Page, Request, many, nested

WORDS: codes.CodeList = MappingProxyType(
    {code.replace("_", "-"): label for code, label in codes.PLACEMENT_DECISIONS.items()}
)
"""What a region says, as people write it."""

REFERENCE = (
    r"^AM[0-9]{2}(-([A-HJKMNP-TV-Z2-9][A-HJKMNP-TV-Z]){2}){2}$",
    "This is no reference of a candidate; a region makes one.",
)
_EXAMPLE = "AM23-7K4M-2QXD"

_CONFIRMATION = ("candidateReference", "targetGroups", "inRegister", "criterionMet")
# What each decision must say, and what it may.
_TAKES: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "picked-up": ((), ()),
    "confirmed": (_CONFIRMATION, ("instruments",)),
    "corrected": (("reason",), (*_CONFIRMATION, "instruments")),
    "declined": (("reasonCode",), ("reason",)),
    "handed-over": (("toRegion",), ("reason",)),
}


class DecideOnPlacement(Request):
    """What a region decides on a place."""

    decision = f.code("The decision.", "confirmed", WORDS, required=True)
    candidate_reference = f.formed(
        "The candidate, by a reference that the region made.", _EXAMPLE, REFERENCE
    )
    target_groups = f.codes(
        "Groups that the candidate belongs to.", ["jongeren_tot_27"], codes.TARGET_GROUPS
    )
    in_register = f.flag("Whether the candidate stands in the doelgroepregister.", example=False)
    criterion_met = f.flag("Whether the criteria of the groups are met.", example=True)
    instruments = many(UseInstrument, "Instruments that are used, with their particulars.")
    reason_code = f.code("Why it is declined.", "no_candidate", codes.DECLINE_REASONS)
    reason = f.text("Why; it stays in the region.", "Afgesproken in het overleg", longest=1000)
    to_region = f.region_code("The neighbouring region that it is handed over to.")

    @validates_schema(skip_on_field_errors=False, pass_original=True)
    def fits_the_decision(
        self, data: Mapping[str, object], said: Mapping[str, object], **_more: object
    ) -> None:
        """Refuse a decision that says too little, and what belongs to another one."""
        decision = data.get("decision")
        if not isinstance(decision, str):
            return
        must, may = _TAKES[decision]
        known = {str(one.data_key) for one in self.fields.values()}
        given = (said.keys() & known) - {"decision"}
        faults = {name: [f"{decision} needs it."] for name in must if name not in given}
        faults |= {name: [f"It does not belong to {decision}."] for name in given - {*must, *may}}
        if decision == "corrected" and not given - {"reason"}:
            faults["decision"] = ["A correction says what is otherwise."]
        if data.get("reason_code") == "other_reason" and "reason" not in given:
            faults["reason"] = ["Another reason is explained."]
        if faults:
            raise ValidationError(faults)


class MakeCandidateReference(Request):
    """Asks for a new reference; nothing is said of the candidate."""


class _Decided(Answer):
    decision = f.code("The decision.", "confirmed", WORDS)
    sequence = f.whole("Number of the decision.", 1)
    reason_code = f.code(
        "Why it was declined.", "no_candidate", codes.DECLINE_REASONS, allow_none=True
    )
    reason = f.reason(allow_none=True)
    to_region = f.region_code("The region that it is handed over to.", allow_none=True)
    decided_at = f.moment("When it was submitted.")


class PlacementStep(_Decided):
    """One thing that the region decided on a place."""


class PlacementDecision(_Decided):
    """What the region decided on a place last, and what its owner made of it."""

    state = f.code("How far it is.", "submitted", codes.DECISION_STATES)
    region = f.region_code("Who decided.")
    placement_id = f.identifier("On which place.")
    placement_sequence = f.whole("Number of the placement's state that it was made on.", 1)
    refusal = f.line("Why the owner refused it.", None, longest=2000, allow_none=True)


class CandidateReference(Answer):
    """A reference for a candidate; the region alone knows whose it is."""

    region = f.region_code("The region that made it.")
    candidate_reference = f.formed("The reference.", _EXAMPLE, REFERENCE)
    made_at = f.moment("When it was made.")


class DeskPlacement(Answer):
    """A place at a region's desk."""

    placement_id = f.identifier("Identity of the placement.")
    region = f.region_code("Whose desk.")
    state = f.code("How it stands at the desk.", "offered", codes.PLACEMENT_STATES)
    told_state = f.code("The state that its owner told last.", "offered", codes.PLACEMENT_STATES)
    overdue = f.flag("Whether nobody picked it up in time.", example=False)
    pick_up_by = f.day("Last day on which picking up is in time.", "2026-12-09")
    needed_by = f.day("Last day on which somebody may be found.", "2027-01-15")
    organisation = f.line(
        "Who has it in hand; null is the desk.", "WSP Regio Zwolle", allow_none=True
    )
    routed_by = f.code("Why that one.", "only_organisation", codes.LEAD_BASES)
    agreement_id = f.identifier("The agreement.")
    agreement_version = f.whole("The version that it was offered under.", 1)
    call_id = f.identifier("The call that it was offered in.", allow_none=True)
    employer = nested(EmployerName, "The employer.")
    function = f.line("The work.", "Medewerker schoonmaak")
    sector = f.line("The sector.", "facilitair")
    workplace = nested(PlaceOfWork, "Where it is.")
    hours_per_week = f.hours("Hours a week.", 25.5)
    wanted_groups = f.codes("Whom it is for.", ["jongeren_tot_27"], codes.TARGET_GROUPS)
    development_path = f.code(
        "Where it may lead.", "breadth", codes.DEVELOPMENT_PATHS, allow_none=True
    )
    start = nested(PlacementStart, "How it started.", allow_none=True)
    link = nested(HandOverLink, "The place at the other end of a hand-over.", allow_none=True)
    decision = nested(PlacementDecision, "The region's latest decision.", allow_none=True)
    sequence = f.whole("Number of the state that is held.", 1)
    hash = f.sha256("SHA-256 that the region computed from what it stored.")
    applied_at = f.moment("When this state was stored.")


class PlacementFile(Answer):
    """The region's own file of a place; what stands here is told to nobody else."""

    picked_up_at = f.moment("When it was picked up.")
    candidate_reference = f.formed("The candidate.", _EXAMPLE, REFERENCE, allow_none=True)
    target_groups = f.codes(
        "Groups that the candidate belongs to.", ["jongeren_tot_27"], codes.TARGET_GROUPS
    )
    in_register = f.flag(
        "Whether the candidate stands in the doelgroepregister.", example=False, allow_none=True
    )
    instruments = many(UsedInstrument, "Instruments that are used, with their particulars.")
    corrections = f.whole("How often it was corrected.", 0, smallest=0)
    corrected_at = f.moment("When it was corrected last.", allow_none=True)
    correction_reason = f.reason(allow_none=True)


class SupportAtPlace(Answer):
    """Support that was asked for at a place."""

    support_id = f.identifier("Identity of the request.")
    provider = f.line("Who supports.", "Jobstap", allow_none=True)
    need = f.code("How heavy the need is.", "specialistisch", codes.SUPPORT_NEEDS)
    state = f.code("How far it is.", "assigned", codes.SUPPORT_STATES)
    funded_by = f.code("Who pays.", "region", codes.FUNDERS)
    accept_by = f.day("Last day to accept it in time.", "2027-02-04", allow_none=True)
    first_contact_by = f.day("Last day of a first contact in time.", "2027-02-08", allow_none=True)


class DeskPlacementDetail(DeskPlacement):
    """A place at a region's desk, with the region's own file of it."""

    file = nested(PlacementFile, "The region's file; null until it is picked up.", allow_none=True)
    steps = many(PlacementStep, "What the region decided, the first first.")
    check_ins = many(PlacementCheckIn, "How it went.")
    supports = many(SupportAtPlace, "Support that was asked for, the latest told first.")
    reason_code = f.line("Why it is in this state, as a code.", None, allow_none=True)
    reason = f.reason(allow_none=True)


class DeskPlacementPage(Page):
    """Places at a region's desk."""

    items = many(DeskPlacement)
