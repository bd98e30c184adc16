# SPDX-License-Identifier: EUPL-1.2
"""What other services say and hear: contract data to and from the words of the domain."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from services.agreements.domain import (
    Agreement,
    AgreementId,
    Choice,
    Decision,
    Participation,
    Region,
    Terms,
    Verdict,
    Version,
)
from shared.contracts import content_hash
from shared.messaging import Arrival, Outgoing
from shared.runtime import Json
from shared.runtime.clock import moment_text


@dataclass(frozen=True, slots=True)
class Submitted:
    """A region's decision as it arrived."""

    agreement_id: AgreementId
    region: Region
    decision: Decision
    row: Json


def subject_of(agreement_id: str) -> str:
    """Name what an agreement's states are about."""
    return f"agreement/{agreement_id}"


def terms(said: Terms) -> Json:
    """Write terms as they travel: the title goes beside them."""
    guidance = {
        "model": said.guidance_model,
        "specialistProvider": said.specialist_provider,
        "specialistNeeds": list(said.specialist_needs),
    }
    return {
        "targetGroups": list(said.target_groups),
        "guidance": guidance if said.guidance_model else None,
        "kinds": list(said.kinds),
        "instruments": list(said.instruments),
        "startsOn": day(said.starts_on),
        "endsOn": day(said.ends_on),
    }


def terms_hash(said: Terms) -> str:
    """Give the SHA-256 of terms, over the bytes in which they travel."""
    return content_hash(terms(said))


def agreement_state(
    agreement: Agreement, employer_name: str, audience: Collection[Region], on: date
) -> Outgoing:
    """Write the newest state of an agreement: every version in force, and no participants."""
    return Outgoing(
        subject=subject_of(agreement.id),
        type="agreement-changed.v1",
        data={
            "id": agreement.id,
            "employer": {"id": agreement.employer_id, "name": employer_name},
            "title": agreement.terms.title,
            "status": agreement.status.value,
            "version": agreement.versions[-1].number,
            "materialSequence": agreement.material_sequence,
            "versions": [_version(agreement, version) for version in agreement.in_force(on)],
            "lastChange": last_change(agreement),
        },
        audience=frozenset(audience),
    )


def participation_state(one: Participation) -> Outgoing:
    """Write the newest state of one region's part, for that region only."""
    return Outgoing(
        subject=f"participation/{one.agreement_id}/{one.region}",
        type="participation-changed.v1",
        data={
            "agreementId": one.agreement_id,
            "region": one.region,
            "status": one.standing.value,
            "version": one.version,
            "respondBy": day(one.respond_by),
            "activeFrom": day(one.active_from),
            "signedOn": day(one.signed_on),
            "employerSignedOn": day(one.employer_signed_on),
            "expectedOn": day(one.expected_on),
            "reason": one.reason,
            "decision": _verdict(one.verdict),
        },
        audience=frozenset({one.region}),
    )


def last_change(agreement: Agreement) -> Json | None:
    """Write the newest step that regions heard of."""
    step = agreement.last_change
    if step is None:
        return None
    return {"kind": step.step.value, "reason": step.reason, "at": moment_text(step.at)}


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


def day(on: date | None) -> str | None:
    """Write a date, where there is one."""
    return on.isoformat() if on else None


def _version(agreement: Agreement, version: Version) -> Json:
    return {
        "version": version.number,
        "change": version.change.value,
        "publishedAt": moment_text(version.published_at),
        "validUntil": day(agreement.valid_until(version.number)),
        "terms": terms(version.terms),
    }


def _verdict(verdict: Verdict | None) -> Json | None:
    if verdict is None:
        return None
    return {
        "sequence": verdict.sequence,
        "outcome": verdict.outcome.value,
        "reason": verdict.reason,
    }


def _read_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
