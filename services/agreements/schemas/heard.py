# SPDX-License-Identifier: EUPL-1.2
"""What other services say, in the words of the domain and as rows to keep."""

from dataclasses import dataclass
from datetime import date

from services.agreements.domain import AgreementId, Choice, Decision, Region
from shared.messaging import Arrival
from shared.runtime import Json

# What a tally counts, in our words and in those of the message.
COUNTS = {
    "offered": "offered",
    "picked_up": "pickedUp",
    "confirmed": "confirmed",
    "started": "started",
    "sustained": "sustained",
    "completed": "completed",
    "ended_early": "endedEarly",
    "declined": "declined",
    "handed_over": "handedOver",
    "withdrawn": "withdrawn",
    "lapsed": "lapsed",
}


@dataclass(frozen=True, slots=True)
class Submitted:
    """A region's decision as it arrived."""

    agreement_id: AgreementId
    region: Region
    decision: Decision
    row: Json


def submitted(arrival: Arrival) -> Submitted:
    """Read a region's decision."""
    data = arrival.data
    agreement_id = AgreementId(data["subject"].removeprefix("agreement/"))
    region = Region(data["region"])
    decision = Decision(
        sequence=arrival.sequence,
        choice=Choice(data["decision"]),
        version=data["version"],
        reason=data["reason"],
        signed_on=_read_day(data["signedOn"]),
        employer_signed_on=_read_day(data["employerSignedOn"]),
        expected_on=_read_day(data["expectedOn"]),
    )
    row = {
        "agreement_id": agreement_id,
        "region": region,
        "sequence": arrival.sequence,
        "content": arrival.content.decode(),
    }
    return Submitted(agreement_id, region, decision, row)


def employer_row(arrival: Arrival) -> Json:
    """Read an employer, as far as agreements need it."""
    return {
        "id": arrival.data["id"],
        "name": arrival.data["name"],
        "content": arrival.content.decode(),
        "sequence": arrival.sequence,
    }


def contact_row(arrival: Arrival) -> Json:
    """Read whom an employer asks for in a region."""
    data = arrival.data
    return {
        "region": data["region"],
        "employer_id": data["employerId"],
        "kind": data["kind"],
        "role": data["role"],
        "telephone": data["telephone"],
        "mailbox": data["mailbox"],
        "content": arrival.content.decode(),
        "sequence": arrival.sequence,
    }


def instruments_row(arrival: Arrival) -> Json:
    """Read what a region has on offer."""
    return {
        "region": arrival.data["region"],
        "offered": arrival.data["offered"],
        "content": arrival.content.decode(),
        "sequence": arrival.sequence,
    }


def tally_row(arrival: Arrival) -> Json:
    """Read how many places of an agreement got how far in a region."""
    data = arrival.data
    return {
        "agreement_id": data["agreementId"],
        "region": data["region"],
        "counts": {snake: data[camel] for snake, camel in COUNTS.items()},
        "content": arrival.content.decode(),
        "sequence": arrival.sequence,
    }


def _read_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
