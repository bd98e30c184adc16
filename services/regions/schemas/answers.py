# SPDX-License-Identifier: EUPL-1.2
"""What people read: bodies are written by the schemas that the interface is described by."""

from collections.abc import Sequence
from dataclasses import asdict
from operator import itemgetter

import orjson
from marshmallow import Schema

from services.regions.domain import Contact, ContactKind, Desk, Offer, check_promise
from shared.contracts.api import regions as api
from shared.runtime import Json
from shared.runtime.clock import moment_text

# The owner's word on a participation, as far as its region is shown it.
PARTICIPATION = (
    "status",
    "version",
    "respondBy",
    "activeFrom",
    "signedOn",
    "employerSignedOn",
    "expectedOn",
    "reason",
    "decision",
)

# What a concept says, as its region is shown it.
CONCEPT = (
    "employer",
    "title",
    "round",
    "version",
    "respondBy",
    "openedAt",
    "closedAt",
    "reason",
    "terms",
)

_REGION_SUMMARY, _REGION, _ORGANISATION = api.RegionSummary(), api.Region(), api.Organisation()
_DECISION, _DESK, _PROMISE = api.Decision(), api.Desk(), api.RegionPromiseCheck()
_CONTACT, _CONTACT_DETAIL = api.Contact(), api.ContactDetail()


def region_in_list(row: Json) -> Json:
    """Write a region as one of many."""
    return _written(_REGION_SUMMARY, row)


def region(row: Json, its_desk: Desk) -> Json:
    """Write a region with everything that belongs to it."""
    return _written(_REGION, {**row, "desk": its_desk})


def held(row: Json, offer: Offer) -> Json:
    """Write a region's own copy of an agreement, its place in it and its newest decision."""
    content: Json = orjson.loads(row["content"])
    newest = max(content["versions"], key=itemgetter("version"))
    return {
        "agreementId": row["agreement_id"],
        "region": row["region"],
        **{name: content[name] for name in ("employer", "title", "version", "versions")},
        "lastChange": content["lastChange"],
        "sequence": row["sequence"],
        "hash": row["hash"],
        "state": row["status"],
        "participation": _participation(row["participation_content"]),
        "decision": None if row["choice"] is None else decision(row),
        "promiseCheck": promise_check(newest["terms"], offer),
        "appliedAt": moment_text(row["applied_at"]),
    }


def consultation(row: Json, offer: Offer) -> Json:
    """Write a concept that a region may comment on."""
    content: Json = orjson.loads(row["content"])
    return {
        "agreementId": row["agreement_id"],
        "region": row["region"],
        **{name: content[name] for name in CONCEPT},
        "state": content["status"],
        "promiseCheck": promise_check(content["terms"], offer),
        "sequence": row["sequence"],
        "hash": row["hash"],
        "appliedAt": moment_text(row["applied_at"]),
    }


def promise_check(terms: Json, offer: Offer) -> Json:
    """Write what some terms promise against what a region offers."""
    return _written(_PROMISE, check_promise(terms["instruments"], offer))


def decision(row: Json) -> Json:
    """Write a region's newest decision, and what its owner made of it."""
    told = {
        "state": row["decision_state"],
        "decision": row["choice"],
        "sequence": row["decision_sequence"],
        "refusal": row["refusal_reason"],
    }
    return _written(_DECISION, {**row, **told})


def desk(its_desk: Desk) -> Json:
    """Write how a region's desk is reached."""
    return _written(_DESK, its_desk)


def contact(present: Contact, its_desk: Desk, employer: Json, history: Sequence[Json]) -> Json:
    """Write who answers an employer in a region, and who did before."""
    row = {**_reached(present, its_desk), "employer": employer, "history": history}
    return _written(_CONTACT_DETAIL, row)


def contact_in_list(present: Contact, its_desk: Desk, employer: Json) -> Json:
    """Write who answers one of the employers that a region deals with."""
    return _written(_CONTACT, {**_reached(present, its_desk), "employer": employer})


def _reached(present: Contact, its_desk: Desk) -> Json:
    row = asdict(present)
    if present.kind is ContactKind.DESK:
        row |= {"telephone": its_desk.telephone, "mailbox": its_desk.mailbox}
    return row


def _participation(content: bytes | None) -> Json | None:
    if content is None:
        return None
    told: Json = orjson.loads(content)
    return {name: told[name] for name in PARTICIPATION}


def _written(schema: Schema, value: object) -> Json:
    body: Json = schema.dump(value)
    return body
