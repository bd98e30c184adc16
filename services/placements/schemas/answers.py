# SPDX-License-Identifier: EUPL-1.2
"""What people read: placements, calls, histories and counts as the API shows them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from marshmallow import Schema

from services.placements.domain import Placement
from shared.contracts import reference
from shared.contracts.api import placements as api
from shared.runtime import Json

_PLACEMENT, _DETAIL = api.Placement(), api.PlacementDetail()
_CALL, _CALL_DETAIL = api.PlacementCall(), api.PlacementCallDetail()
_HISTORY = api.PlacementHistoryItem()


class Beside(NamedTuple):
    """What is shown beside placements: the day that it is, and each one's delivery."""

    on: date
    deliveries: Mapping[str, str]


def placement(one: Placement, beside: Beside) -> Json:
    """Show a placement as it is on a day."""
    return _written(_PLACEMENT, _shown(one, beside))


def placement_detail(one: Placement, beside: Beside, supports: Sequence[Json]) -> Json:
    """Show a placement with its requests for support."""
    support = [{**row, "provider": row["provider_name"]} for row in supports]
    return _written(_DETAIL, {**_shown(one, beside), "support": support})


def call(row: Mapping[str, Any]) -> Json:
    """Show a call."""
    return _written(_CALL, _call(row))


def call_detail(row: Mapping[str, Any], places: Sequence[Placement], beside: Beside) -> Json:
    """Show a call with every place of it."""
    shown = [_shown(one, beside) for one in places]
    return _written(_CALL_DETAIL, {**_call(row), "placements": shown})


def history_item(row: Mapping[str, Any]) -> Json:
    """Show what happened."""
    return _written(_HISTORY, {**row, "by": row["changed_by"]})


def _shown(one: Placement, beside: Beside) -> Json:
    place = one.place
    verdict = one.verdict
    return {
        "id": one.id,
        "revision": one.revision,
        "call_id": one.call_id,
        "agreement_id": one.agreement_id,
        "agreement_version": one.terms.version,
        "employer": {"id": one.employer_id, "name": one.employer_name},
        "region": place.region,
        "function": place.function,
        "sector": place.sector,
        "workplace": _workplace(one),
        "hours_per_week": place.hours_tenths,
        "needed_by": place.needed_by,
        "target_groups": place.wanted_groups,
        "development_path": place.development_path,
        "state": one.state,
        "offered_at": one.offered_at,
        "pick_up_by": one.pick_up_by,
        "overdue": one.overdue(beside.on),
        "delivery": beside.deliveries[one.id],
        "start": one.start,
        "check_ins": one.check_ins,
        "sustained_on": one.sustained_on,
        "ended_on": one.ended_on,
        "link": one.link,
        "decision": verdict
        and {
            "sequence": verdict.sequence,
            "outcome": "refused" if verdict.objection else "recorded",
            "reason": verdict.objection,
        },
        "reason_code": one.reason_code,
        "reason": one.reason,
        "last_change": {"kind": one.last_change, "at": one.last_change_at},
    }


def _workplace(one: Placement) -> Json:
    there = one.place.workplace
    municipality = reference.municipality(there.municipality)
    return {
        "municipality": there.municipality,
        "municipality_name": municipality.name if municipality else there.municipality,
        "site": there.site,
        "client": there.client,
    }


def _call(row: Mapping[str, Any]) -> Json:
    return {**row, "employer": {"id": row["employer_id"], "name": row["employer_name"]}}


def _written(schema: Schema, value: object) -> Json:
    body: Json = schema.dump(value)
    return body
