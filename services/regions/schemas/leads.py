# SPDX-License-Identifier: EUPL-1.2
"""Who takes the lead, and what is on offer, as people are shown it."""

from collections.abc import Sequence
from datetime import date

from marshmallow import Schema

from services.regions.domain import (
    RULES,
    Kind,
    Offer,
    Parameter,
    Rules,
    SectorLead,
    rules_of,
)
from services.regions.schemas.particulars import outside
from shared.contracts import codes
from shared.contracts.api import regions as api
from shared.runtime import Json

_LEAD, _LEAD_DETAIL, _INSTRUMENTS = api.SectorLead(), api.SectorLeadDetail(), api.Instruments()
_COUNTED = (Kind.WHOLE, Kind.TENTHS)


def lead_in_list(lead: SectorLead) -> Json:
    """Write who takes the lead for one of the sectors of a region."""
    return _written(_LEAD, lead)


def lead(present: SectorLead, history: Sequence[Json]) -> Json:
    """Write who takes the lead for a sector, and who did before."""
    return {**_written(_LEAD, present), **_written(_LEAD_DETAIL, {"history": history})}


def instruments(offer: Offer, told: Json, today: date) -> Json:
    """Write what a region has on offer beside everything that there is, by today's rules."""
    rules = {code: rules_of(RULES, code, today) for code in codes.INSTRUMENTS}
    return _written(
        _INSTRUMENTS,
        {
            "region": offer.region,
            "told": offer.told,
            "offered": offer.offered,
            "reason": told["reason"],
            "changed_at": told["recorded_at"],
            "revision": offer.revision,
            "instruments": [_instrument(one, offer) for one in rules.values() if one],
        },
    )


def _instrument(rules: Rules, offer: Offer) -> Json:
    return {
        "code": rules.code,
        "offered": rules.code in offer.offered,
        "given_out": not rules.closed,
        "since": rules.valid_from,
        "until": rules.valid_to,
        "source": rules.source,
        "particulars": [_particular(one) for one in rules.parameters],
    }


def _particular(one: Parameter) -> Json:
    counted = one.kind in _COUNTED
    return {
        "name": outside(one.name),
        "kind": one.kind.value,
        "says": one.says,
        "required": one.required,
        "smallest": one.smallest if counted else None,
        "largest": one.largest if counted else None,
        "choices": one.choices,
    }


def _written(schema: Schema, value: object) -> Json:
    body: Json = schema.dump(value)
    return body
