# SPDX-License-Identifier: EUPL-1.2
"""What a desk is shown of its places: the copy, the region's own word on it, and its file."""

from datetime import date, datetime

import orjson
from marshmallow import Schema

from services.regions.domain import CandidateReference, RegionCode
from shared.contracts import reference
from shared.contracts.api import regions as api
from shared.contracts.api.regions.instruments import Particulars
from shared.runtime import Json

_PLACE, _DETAIL, _DECISION = api.DeskPlacement(), api.DeskPlacementDetail(), api.PlacementDecision()
_REFERENCE = api.CandidateReference()

_MUNICIPALITIES = {one.code: one.name for one in reference.municipalities()}
_PARTICULARS = dict.fromkeys(Particulars().fields)

# What the owner tells of a place, under the names that its region is shown.
COPIED = {
    "call_id": "callId",
    "agreement_id": "agreementId",
    "agreement_version": "agreementVersion",
    "pick_up_by": "pickUpBy",
    "needed_by": "neededBy",
    "function": "function",
    "sector": "sector",
    "hours_per_week": "hoursPerWeekTenths",
    "wanted_groups": "wantedGroups",
    "development_path": "developmentPath",
    "employer": "employer",
}


def placement_in_list(row: Json, today: date) -> Json:
    """Write a place as one of many."""
    return _written(_PLACE, _placement(row, orjson.loads(row["content"]), today))


def placement(row: Json, today: date) -> Json:
    """Write a place with everything that the region keeps of it."""
    content: Json = orjson.loads(row["content"])
    body = _placement(row, content, today) | {
        "file": _file(row),
        "steps": [{**one, "decision": said(one["step"])} for one in row["steps"]],
        "check_ins": [_check_in(one) for one in content["checkIns"]],
        "supports": [_support(orjson.loads(one["content"])) for one in row["supports"]],
        "reason_code": content["reasonCode"],
        "reason": content["reason"],
    }
    return _written(_DETAIL, body)


def placement_decision(row: Json) -> Json:
    """Write a region's newest decision on a place, and what its owner made of it."""
    return _written(_DECISION, _decision(row))


def candidate_reference(made: CandidateReference, region: RegionCode, made_at: datetime) -> Json:
    """Write a reference that a region has just made."""
    row = {"region": region, "candidate_reference": made, "made_at": made_at}
    return _written(_REFERENCE, row)


def said(step: str) -> str:
    """Write a step as people write it."""
    return step.replace("_", "-")


def _placement(row: Json, content: Json, today: date) -> Json:
    link, start, place = content["link"], content["start"], content["workplace"]
    return {
        **{name: content[told] for name, told in COPIED.items()},
        "placement_id": row["placement_id"],
        "region": row["region"],
        "state": row["standing"],
        "told_state": row["state"],
        "overdue": row["standing"] == "offered" and content["pickUpBy"] < today.isoformat(),
        "organisation": row["route"].organisation,
        "routed_by": row["route"].basis.value,
        "workplace": {**place, "municipality_name": _name(place["municipality"])},
        "start": start and {**start, "reported_by": start["reportedBy"]},
        "link": link and {**link, "placement_id": link["placementId"]},
        "decision": None if row["step"] is None else _decision(row),
        **{name: row[name] for name in ("sequence", "hash", "applied_at")},
    }


def _decision(row: Json) -> Json:
    return {
        **row,
        "state": row["decision_state"],
        "decision": said(row["step"]),
        "sequence": row["decision_sequence"],
        "refusal": row["refusal_reason"],
    }


def _file(row: Json) -> Json | None:
    if row["picked_up_at"] is None:
        return None
    return {
        **row,
        "candidate_reference": row["candidate"],
        "target_groups": row["target_groups"] or [],
        "instruments": [{**_PARTICULARS, **one} for one in row["instruments"] or []],
    }


def _name(municipality: str) -> str:
    """Give a municipality's name; one that is not in the reference data is shown by its code."""
    return _MUNICIPALITIES.get(municipality, municipality)


def _check_in(told: Json) -> Json:
    return {**told, "still_working": told["stillWorking"]}


def _support(content: Json) -> Json:
    return {
        "support_id": content["id"],
        "provider": content["provider"] and content["provider"]["name"],
        "need": content["need"],
        "state": content["state"],
        "funded_by": content["fundedBy"],
        "accept_by": content["acceptBy"],
        "first_contact_by": content["firstContactBy"],
    }


def _written(schema: Schema, value: object) -> Json:
    body: Json = schema.dump(value)
    return body
