# SPDX-License-Identifier: EUPL-1.2
"""What a desk says of a place, read with the rules of the day that its instruments keep."""

from datetime import date

from services.regions.domain import (
    RULES,
    CandidateReference,
    Confirmation,
    Instrument,
    PlacementWish,
    RegionCode,
    Step,
    objections,
)
from services.regions.schemas.particulars import outside
from shared.contracts.api import regions as api
from shared.runtime import Fault, Faults, Json, load

# How the fields of a confirmation are named outside and inside.
_CONFIRMS = {
    "candidate_reference": "candidate",
    "target_groups": "target_groups",
    "in_register": "in_register",
    "criterion_met": "criterion_met",
    "instruments": "instruments",
}


def placement_wish(body: object, on: date) -> PlacementWish:
    """Read what a region wants decided on a place, or raise every fault.

    Instruments that do not tell their own first day are used from `on`.
    """
    given = load(api.DecideOnPlacement(), body)
    step = Step(given.pop("decision").replace("-", "_"))
    told = {inside: given[name] for name, inside in _CONFIRMS.items() if name in given}
    if "instruments" in told:
        told["instruments"] = _instruments(told["instruments"], on)
    if "target_groups" in told:
        told["target_groups"] = tuple(sorted(told["target_groups"]))
    to_region = given.get("to_region")
    return PlacementWish(
        step=step,
        confirmation=_confirmation(told) if step is Step.CONFIRMED else None,
        changes=told if step is Step.CORRECTED else {},
        reason_code=given.get("reason_code"),
        reason=given.get("reason"),
        to_region=None if to_region is None else RegionCode(to_region),
    )


def nothing_said(body: object) -> None:
    """Refuse a body that tells anything of a candidate."""
    load(api.MakeCandidateReference(), body)


def _confirmation(told: Json) -> Confirmation:
    return Confirmation(
        candidate=CandidateReference(told["candidate"]),
        target_groups=told["target_groups"],
        in_register=told["in_register"],
        criterion_met=told["criterion_met"],
        instruments=told.get("instruments", ()),
    )


def _instruments(given: list[Json], on: date) -> tuple[Instrument, ...]:
    faults: list[Fault] = []
    read = []
    for place, told in enumerate(given):
        code = told.pop("code")
        # What is null is not said.
        instrument = Instrument(code, {name: one for name, one in told.items() if one is not None})
        for objection in objections(RULES, instrument, on):
            where = f"/instruments/{place}"
            if objection.parameter is not None:
                where += f"/{outside(objection.parameter)}"
            faults.append(Fault(where, objection.says))
        read.append(instrument)
    if faults:
        raise Faults(faults)
    return tuple(read)
