# SPDX-License-Identifier: EUPL-1.2
"""The edge: what people say and read, what comes in by message, what other services hear."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date

import orjson
from marshmallow import Schema

from services.regions.domain import (
    AccountManagerAlreadyActive,
    AgreementNotHeld,
    AgreementOver,
    Appointment,
    Choice,
    Contact,
    ContactKind,
    ContactOutOfOrder,
    Decision,
    DecisionIncomplete,
    Desk,
    EmployerUnknown,
    ParticipationWithdrawn,
    VersionNotInForce,
    Wish,
)
from shared.contracts.api import regions as api
from shared.contracts.reference import UnknownRegion
from shared.messaging import Arrival, Outgoing
from shared.runtime import Json, Refusal, load
from shared.runtime.clock import moment_text

REFUSALS: Mapping[type[Exception], Refusal] = {
    UnknownRegion: Refusal(404, "region-unknown", "There is no such labour-market region"),
    AgreementNotHeld: Refusal(
        404, "agreement-not-held", "The region holds no such agreement", awaited=True
    ),
    EmployerUnknown: Refusal(
        404, "employer-unknown", "The regions have not heard of this employer", awaited=True
    ),
    AgreementOver: Refusal(409, "agreement-over", "The agreement has ended"),
    ParticipationWithdrawn: Refusal(
        409, "participation-withdrawn", "The region no longer takes part"
    ),
    VersionNotInForce: Refusal(
        409, "version-not-in-force", "The version is not in force", awaited=True
    ),
    DecisionIncomplete: Refusal(422, "decision-incomplete", "The decision says too little"),
    AccountManagerAlreadyActive: Refusal(
        409, "account-manager-already-active", "There is an active account manager"
    ),
    ContactOutOfOrder: Refusal(409, "contact-out-of-order", "The day is before the present one's"),
}

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

OWNER_OF_AGREEMENTS = frozenset({"agreements"})

_REGION_SUMMARY, _REGION, _ORGANISATION = api.RegionSummary(), api.Region(), api.Organisation()
_DECISION, _DESK = api.Decision(), api.Desk()
_CONTACT, _CONTACT_DETAIL = api.Contact(), api.ContactDetail()


# What people say.


def wish(body: object) -> Wish:
    """Read what a region wants decided, or raise every fault."""
    given = load(api.DecideOnAgreement(), body)
    return Wish(choice=Choice(given.pop("decision")), **given)


def appointment(body: object) -> Appointment:
    """Read who is to answer an employer, or raise every fault."""
    given = load(api.SetContact(), body)
    return Appointment(kind=ContactKind(given.pop("kind")), **given)


def desk_particulars(body: object) -> dict[str, str | None]:
    """Read how a desk is reached, or raise every fault."""
    return load(api.SetDesk(), body)


# What people read.


def region_in_list(row: Json) -> Json:
    """Write a region as one of many."""
    return _written(_REGION_SUMMARY, row)


def region(row: Json, its_desk: Desk) -> Json:
    """Write a region with everything that belongs to it."""
    return _written(_REGION, {**row, "desk": its_desk})


def organisation(row: Json) -> Json:
    """Write who serves employers in a region."""
    return _written(_ORGANISATION, row)


def held(row: Json) -> Json:
    """Write a region's own copy of an agreement, its place in it and its newest decision."""
    content: Json = orjson.loads(row["content"])
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
        "appliedAt": moment_text(row["applied_at"]),
    }


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


# What comes in by message.


def agreement_row(arrival: Arrival) -> Json:
    """Read a region's copy of an agreement."""
    data = arrival.data
    return {
        "region": arrival.recipient,
        "id": data["id"],
        "sequence": arrival.sequence,
        "content": arrival.content.decode(),
        "status": data["status"],
        "employer_id": data["employer"]["id"],
    }


def participation_row(arrival: Arrival) -> Json:
    """Read a region's place in an agreement, and the owner's word on its decision."""
    data = arrival.data
    word = data["decision"] or {}
    return {
        "region": data["region"],
        "id": data["agreementId"],
        "sequence": arrival.sequence,
        "content": arrival.content.decode(),
        "status": data["status"],
        "decision_sequence": word.get("sequence"),
        "decision_outcome": word.get("outcome"),
        "decision_reason": word.get("reason"),
    }


def employer_row(arrival: Arrival) -> Json:
    """Read an employer."""
    data = arrival.data
    return {
        "id": data["id"],
        "sequence": arrival.sequence,
        "content": arrival.content.decode(),
        "name": data["name"],
    }


# What other services hear.


def decision_submitted(decided: Decision) -> Outgoing:
    """Write a region's decision for the owner of the agreement."""
    asked = decided.wish
    subject = f"agreement/{decided.agreement_id}"
    return Outgoing(
        subject=f"decision/{subject}/{decided.region}",
        type="decision-submitted.v1",
        data={
            "subject": subject,
            "region": decided.region,
            "decision": asked.choice.value,
            "version": decided.version,
            "agreementSequence": decided.agreement_sequence,
            "reason": asked.reason,
            "signedOn": _day(asked.signed_on),
            "employerSignedOn": _day(asked.employer_signed_on),
            "expectedOn": _day(asked.expected_on),
            "decidedAt": moment_text(decided.decided_at),
        },
        audience=OWNER_OF_AGREEMENTS,
    )


def contact_changed(present: Contact) -> Outgoing:
    """Write who answers an employer; a desk's own particulars are read from its region."""
    return Outgoing(
        subject=f"contact/{present.region}/{present.employer_id}",
        type="contact-changed.v1",
        data={
            "region": present.region,
            "employerId": present.employer_id,
            "kind": present.kind.value,
            "role": present.role,
            "telephone": present.telephone,
            "mailbox": present.mailbox,
            "since": _day(present.since),
        },
        audience=OWNER_OF_AGREEMENTS,
    )


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


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _written(schema: Schema, value: object) -> Json:
    body: Json = schema.dump(value)
    return body
