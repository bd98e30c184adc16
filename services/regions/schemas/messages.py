# SPDX-License-Identifier: EUPL-1.2
"""What other services say and hear: rows of copies, and the states that this service owns."""

from collections.abc import Iterable
from datetime import date, datetime

from services.regions.domain import (
    Contact,
    Decision,
    Filed,
    Offer,
    PlacementDecision,
    PlacementId,
    RegionCode,
    Said,
    sector_code,
)
from shared.messaging import Arrival, Outgoing
from shared.runtime import Json
from shared.runtime.clock import date_of, moment_text

OWNER_OF_AGREEMENTS = frozenset({"agreements"})
OWNER_OF_PLACEMENTS = frozenset({"placements"})


def agreement_rows(arrivals: Iterable[Arrival]) -> list[Json]:
    """Read agreements: one row for each state, with the regions that it came for."""
    alike: dict[tuple[str, int, str], list[Arrival]] = {}
    for one in arrivals:
        alike.setdefault((one.subject, one.sequence, one.hash), []).append(one)
    return [
        {
            "id": first.data["id"],
            "sequence": first.sequence,
            "content": first.content.decode(),
            "status": first.data["status"],
            "employer_id": first.data["employer"]["id"],
            "regions": [first.recipient, *(one.recipient for one in others)],
        }
        for first, *others in alike.values()
    ]


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


def placement_row(arrival: Arrival) -> Json:
    """Read a region's copy of a placement."""
    data = arrival.data
    word = data["decision"] or {}
    return {
        "region": arrival.recipient,
        "id": data["id"],
        "sequence": arrival.sequence,
        "content": arrival.content.decode(),
        "state": data["state"],
        "agreement_id": data["agreementId"],
        "sector": sector_code(data["sector"]),
        "pick_up_by": data["pickUpBy"],
        "decision_sequence": word.get("sequence"),
        "recorded_sequence": word.get("recordedSequence", _recorded(word)),
        "decision_outcome": word.get("outcome"),
        "decision_reason": word.get("reason"),
    }


def filed(arrival: Arrival) -> Filed:
    """Read how a place stands by its owner's word, and since when."""
    data = arrival.data
    at = datetime.fromisoformat(data["lastChange"]["at"])
    region, placement = RegionCode(arrival.recipient), PlacementId(data["id"])
    return Filed(region, placement, data["state"], date_of(at))


def _recorded(word: Json) -> int | None:
    # An owner of an earlier release only answers the latest decision.
    return word["sequence"] if word.get("outcome") == "recorded" else None


def consultation_row(arrival: Arrival) -> Json:
    """Read a concept that a region may comment on."""
    data = arrival.data
    return {
        "region": arrival.recipient,
        "id": data["agreementId"],
        "sequence": arrival.sequence,
        "content": arrival.content.decode(),
        "status": data["status"],
        "respond_by": data["respondBy"],
    }


def support_row(arrival: Arrival) -> Json:
    """Read a request for support at one of a region's placements."""
    data = arrival.data
    return {
        "region": arrival.recipient,
        "id": data["id"],
        "sequence": arrival.sequence,
        "content": arrival.content.decode(),
        "placement_id": data["placementId"],
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


def placement_decision_submitted(decided: PlacementDecision) -> Outgoing:
    """Write a region's whole word on a placement: nothing of the candidate but what is counted."""
    subject = f"placement/{decided.placement_id}"
    said = decided.said
    return Outgoing(
        subject=f"decision/{subject}/{decided.region}",
        type="placement-decision-submitted.v1",
        data={
            "subject": subject,
            "region": decided.region,
            "decision": decided.word.value,
            "placementSequence": decided.placement_sequence,
            "pickedUpAt": _moment(said.picked_up_at),
            "decidedAt": moment_text(decided.decided_at),
            "reasonCode": decided.reason_code,
            # Free text may be about somebody: it stays in the region's file.
            "reason": None,
            "toRegion": decided.to_region,
            "confirmation": _confirmation(said),
        },
        audience=OWNER_OF_PLACEMENTS,
    )


def instruments_changed(offer: Offer, at: datetime) -> Outgoing:
    """Write what a region has on offer, for the owner of what is promised."""
    return Outgoing(
        subject=f"instruments/{offer.region}",
        type="instruments-changed.v1",
        data={
            "region": offer.region,
            "offered": list(offer.offered),
            "changedAt": moment_text(at),
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


def _confirmation(said: Said) -> Json | None:
    if said.confirmation is None:
        return None
    return {
        "targetGroups": sorted(said.confirmation.travelling_groups),
        "inRegister": said.confirmation.in_register,
        "criterionMet": True,
        "instruments": sorted({one.code for one in said.confirmation.instruments}),
        "corrections": said.corrections,
        "correctedAt": _moment(said.corrected_at),
        "correctionReason": None,
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment_text(moment)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
