# SPDX-License-Identifier: EUPL-1.2
"""What people read: agreements, versions, participants, deliveries, history and the matrix.

Bodies are written by the schemas that the interface's description is made from.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from marshmallow import Schema

from services.agreements.domain import (
    Actor,
    Agreement,
    Consent,
    Difference,
    Draft,
    Terms,
    Version,
)
from services.agreements.schemas import messages
from services.agreements.schemas.work import total
from shared.contracts import reference
from shared.contracts.api.agreements import answers as api
from shared.runtime import Json

_AGREEMENT, _DETAIL, _VERSION = api.Agreement(), api.AgreementDetail(), api.Version()
_PROGRESS, _HISTORY_ITEM, _PARTICIPANT = api.Progress(), api.HistoryItem(), api.Participant()
_DELIVERY, _MATRIX_ROW = api.Delivery(), api.MatrixRow()

# Where each field of the domain's terms stands in the terms that people see.
POINTERS = {
    "title": "/title",
    "target_groups": "/targetGroups",
    "guidance_model": "/guidance/model",
    "specialist_provider": "/guidance/specialistProvider",
    "specialist_needs": "/guidance/specialistNeeds",
    "kinds": "/kinds",
    "instruments": "/instruments",
    "starts_on": "/startsOn",
    "ends_on": "/endsOn",
    "sustained_after_weeks": "/sustainedAfterWeeks",
}

# What a region says of its part, and how far it is with deciding.
_OF_ITS_REGION = (
    *("respond_by", "signed_on", "employer_signed_on", "expected_on", "silent_since", "reason"),
    *("decision_sequence", "decision_outcome", "decision_reason"),
)

States = Mapping[str, str]
"""The state of the newest delivery owed to each recipient."""


def agreement(one: Agreement, beside: Mapping[str, Any], reader: Actor) -> Json:
    """Write an agreement with what is kept beside it, as far as the reader may see it."""
    return _written(_AGREEMENT, _agreement(one, beside, reader))


def agreement_detail(
    one: Agreement, beside: Mapping[str, Any], states: States, reader: Actor
) -> Json:
    """Write an agreement as far as the reader may see it, and how far its newest state has come."""
    sent = beside["sequence"] is not None
    delivery = _progress(beside["sequence"], beside["participants"], states) if sent else None
    return _written(_DETAIL, {**_agreement(one, beside, reader), "delivery": delivery})


def progress(sequence: int | None, regions: Sequence[str], states: States) -> Json:
    """Count how far the newest state is among those who take part: nobody before it was sent."""
    return _written(_PROGRESS, _progress(sequence, regions, states))


def version(of: Agreement, one: Version, digest: str) -> Json:
    """Write a published version."""
    return _written(
        _VERSION,
        {
            "version": one.number,
            "title": one.terms.title,
            "change": one.change,
            "hash": digest,
            "published_at": one.published_at,
            "valid_until": of.valid_until(one.number),
            **_consent(one.consent),
            "reason": one.reason,
            "sustained_after_weeks": one.terms.sustained_after_weeks,
            "terms": _terms(one.terms),
            "differences": _differences(of.differences_of(one)),
        },
    )


def history_item(row: Json) -> Json:
    """Write what somebody did."""
    told = {
        "at": row["changed_at"],
        "actor": row["changed_by"],
        "action": row["step"],
        "differences": [_moved(said) for said in row["differences"]],
    }
    return _written(_HISTORY_ITEM, {**row, **told})


def participant(row: Json, states: States) -> Json:
    """Write how far one region is, with its delivery beside it."""
    told = {
        "name": reference.region(row["region"]).name,
        "status": row["standing"],
        "decision": _decision(row),
        "delivery": states.get(row["region"]),
    }
    return _written(_PARTICIPANT, {**row, **told})


def as_another_region_sees(row: Json) -> Json:
    """Leave of a region's part that it takes part; why, and what it adds, is its own."""
    return {**row, **dict.fromkeys(_OF_ITS_REGION), "extra_instruments": []}


def delivery(row: Json) -> Json:
    """Write one state on its way to one region."""
    return _written(_DELIVERY, {**row, "region": row["recipient"]})


def matrix_row(row: Json, cells: Iterable[Json], states: States) -> Json:
    """Write one agreement over the regions that take part in it."""
    written = [
        {
            "region": cell["region"],
            "status": cell["standing"],
            "version": cell["version"],
            "delivery": states.get(cell["region"]),
            "contact": cell if cell["kind"] else None,
            "places": cell["counts"],
        }
        for cell in cells
    ]
    return _written(
        _MATRIX_ROW,
        {
            "employer": {"id": row["employer_id"], "name": row["employer_name"]},
            "agreement": row,
            "cells": written,
            "counts": Counter(cell["status"] for cell in written),
            "places": total(cell["places"] for cell in written),
        },
    )


def _agreement(one: Agreement, beside: Mapping[str, Any], reader: Actor) -> Json:
    newest = one.newest
    if reader.region and newest:
        # The next version comes to the regions by itself, when it is put to them.
        one = replace(one, draft=None)
    return {
        **_terms(one.terms),
        **beside,
        "id": one.id,
        "revision": one.revision,
        "status": one.status,
        "version": newest.number if newest else None,
        "employer": {"id": one.employer_id, "name": beside["employer_name"]},
        "title": one.terms.title,
        "draft": _draft(one, one.draft) if newest and one.draft else None,
        "last_change": messages.last_change(one),
        "published_at": newest.published_at if newest else None,
        **_consent(_given(one)),
    }


def _given(one: Agreement) -> Consent | None:
    """Give the employer's consent to the terms that are shown."""
    shown = one.newest or one.draft
    return shown.consent if shown else None


def _progress(sequence: int | None, regions: Sequence[str], states: States) -> Json:
    owed = regions if sequence else ()
    counts = Counter(states.get(region, "pending") for region in owed)
    return {
        "sequence": sequence or 0,
        "recipients": len(owed),
        "received": counts["received"],
        "pending": counts["pending"],
        "refused": counts["refused"],
        "in_force_everywhere": bool(owed) and counts["received"] == len(owed),
    }


def _draft(of: Agreement, draft: Draft) -> Json:
    return {
        **_terms(draft.terms),
        "version": len(of.versions) + 1,
        "title": draft.terms.title,
        "change": draft.change,
        "differences": _differences(draft.terms.differences_from(of.terms)),
        "reason": draft.reason,
        **_consent(draft.consent),
    }


def _consent(given: Consent | None) -> Json:
    return {
        "employer_consent_on": given.on if given else None,
        "employer_consent_role": given.role if given else None,
    }


def _terms(said: Terms) -> Json:
    fields = asdict(said)
    guidance = {
        "model": fields.pop("guidance_model"),
        "specialist_provider": fields.pop("specialist_provider"),
        "specialist_needs": fields.pop("specialist_needs"),
    }
    return {**fields, "guidance": guidance if guidance["model"] else None}


def _differences(found: Iterable[Difference]) -> list[Json]:
    return [_moved(asdict(one)) for one in found]


def _moved(said: Mapping[str, Any]) -> Json:
    return {
        "path": POINTERS[said["field"]],
        "before": _plain(said["before"]),
        "after": _plain(said["after"]),
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - any field of the terms, or its JSON
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _decision(row: Json) -> Json | None:
    if row["decision_sequence"] is None:
        return None
    return {name: row[f"decision_{name}"] for name in ("sequence", "outcome", "reason")}


def _written(schema: Schema, value: object) -> Json:
    body: Json = schema.dump(value)
    return body
