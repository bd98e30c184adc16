# SPDX-License-Identifier: EUPL-1.2
"""What other services say and hear: contract data to and from the words of the domain."""

from collections.abc import Collection
from datetime import date

from services.agreements.domain import (
    Agreement,
    Participation,
    Participations,
    Region,
    Terms,
    Verdict,
    Version,
)
from shared.contracts import content_hash
from shared.contracts.registry import expectations
from shared.messaging import Outgoing
from shared.runtime import Json
from shared.runtime.clock import moment_text

FRAMEWORK = "framework-changed.v1"
FRAMEWORK_READERS = frozenset(reader for reader, event in expectations() if event == FRAMEWORK)


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
            "versions": [_version(agreement, version) for version in agreement.told(on)],
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


def framework_state(
    agreement: Agreement, employer_name: str, parts: Participations, on: date
) -> Outgoing:
    """Write what offering a place needs: versions in force and participants, for who reads it."""
    return Outgoing(
        subject=f"framework/{agreement.id}",
        type=FRAMEWORK,
        data={
            "agreementId": agreement.id,
            "employer": {"id": agreement.employer_id, "name": employer_name},
            "title": agreement.terms.title,
            "status": agreement.status.value,
            "endsOn": day(agreement.last_day),
            "version": agreement.versions[-1].number,
            "versions": [
                {**_version(agreement, one), "terms": _whole_terms(one.terms)}
                for one in agreement.told(on)
            ],
            "participants": [
                _part(parts[region]) for region in sorted(parts) if parts[region].invited_at
            ],
        },
        audience=FRAMEWORK_READERS,
    )


def consultation_of(agreement_id: str) -> str:
    """Name what the consultations of an agreement are about."""
    return f"consultation/{agreement_id}"


def consultation_state(
    agreement: Agreement, employer_name: str, audience: Collection[Region]
) -> Outgoing:
    """Write the newest round of comments, for the regions that are invited to it."""
    said = agreement.consultation
    assert said is not None, "what is told of was opened"  # noqa: S101
    closed = said.closed_at
    return Outgoing(
        subject=consultation_of(agreement.id),
        type="consultation-changed.v1",
        data={
            "agreementId": agreement.id,
            "employer": {"id": agreement.employer_id, "name": employer_name},
            "title": said.terms.title,
            "round": said.round,
            "version": said.version,
            "status": "closed" if closed else "open",
            "terms": _whole_terms(said.terms),
            "respondBy": said.respond_by.isoformat(),
            "openedAt": moment_text(said.opened_at),
            "closedAt": moment_text(closed) if closed else None,
            "reason": said.closing_reason if closed else said.reason,
        },
        audience=frozenset(audience),
    )


def last_change(agreement: Agreement) -> Json | None:
    """Write the newest step that regions heard of."""
    step = agreement.last_change
    if step is None:
        return None
    return {"kind": step.step.value, "reason": step.reason, "at": moment_text(step.at)}


def day(on: date | None) -> str | None:
    """Write a date, where there is one."""
    return on.isoformat() if on else None


def _whole_terms(said: Terms) -> Json:
    """Write terms with what counts for placements only."""
    return {**terms(said), "sustainedAfterWeeks": said.sustained_after_weeks}


def _version(agreement: Agreement, version: Version) -> Json:
    return {
        "version": version.number,
        "change": version.change.value,
        "publishedAt": moment_text(version.published_at),
        "validUntil": day(agreement.valid_until(version.number)),
        "terms": terms(version.terms),
    }


def _part(one: Participation) -> Json:
    return {
        "region": one.region,
        "status": one.standing.value,
        "version": one.version,
        "activeFrom": day(one.active_from),
        "extraInstruments": list(one.extra_instruments) if one.takes_part else [],
    }


def _verdict(verdict: Verdict | None) -> Json | None:
    if verdict is None:
        return None
    return {
        "sequence": verdict.sequence,
        "outcome": verdict.outcome.value,
        "reason": verdict.reason,
    }
