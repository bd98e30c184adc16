# SPDX-License-Identifier: EUPL-1.2
"""What other services say and hear: rows of copies, and the states that this service owns."""

from datetime import date

from services.regions.domain import Contact, Decision
from shared.messaging import Arrival, Outgoing
from shared.runtime import Json
from shared.runtime.clock import moment_text

OWNER_OF_AGREEMENTS = frozenset({"agreements"})


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


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
