# SPDX-License-Identifier: EUPL-1.2
"""Saving what a step made of agreements: all of it in one statement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from services.agreements.domain import (
    Agreement,
    Consultation,
    EmployerId,
    Fact,
    Participation,
    Version,
)
from services.agreements.store.agreements import Kept
from services.agreements.store.participations import part_row
from services.agreements.store.sql import QUERIES, written
from shared.runtime import Cursor, Json


@dataclass(frozen=True, slots=True)
class Doer:
    """Who does something, and in which role."""

    subject: str
    role: str


Done = tuple[Agreement, Fact, Doer]


@dataclass(frozen=True, slots=True)
class Saving:
    """What is to be kept of one transaction; what is empty stays as it is.

    `agreements` are those whose revision grew or whose state went out. A part that moved comes
    with the employer of its agreement, who may see it.
    """

    agreements: Sequence[Kept] = ()
    versions: Sequence[tuple[Agreement, Version, str]] = ()
    rounds: Sequence[tuple[Agreement, Consultation]] = ()
    moved: Sequence[tuple[EmployerId, Participation]] = ()
    done: Sequence[Done] = field(default=())


def save(cur: Cursor, saving: Saving, now: datetime) -> None:
    """Keep everything that a transaction made of agreements."""
    cur.execute(
        QUERIES["save"],
        {
            "agreements": written([_agreement_row(one) for one in saving.agreements]),
            "versions": written([_version_row(*one) for one in saving.versions]),
            "consultations": written([_round_row(*one) for one in saving.rounds]),
            "parts": written([part_row(*one) for one in saving.moved]),
            "changes": written(list(_change_rows(saving.done))),
            "now": now,
        },
    )


def note_states(cur: Cursor, newest: Mapping[str, tuple[int, str]]) -> None:
    """Remember the sequence and the hash of the state of each agreement that went out last."""
    rows = [{"id": id_, "sequence": n, "hash": digest} for id_, (n, digest) in newest.items()]
    cur.execute(QUERIES["note_states"], {"rows": written(rows)})


def _agreement_row(kept: Kept) -> Json:
    agreement = kept.agreement
    return {
        "id": agreement.id,
        "employer_id": agreement.employer_id,
        "status": agreement.status,
        "revision": agreement.revision,
        "title": agreement.terms.title,
        "draft": agreement.draft,
        "material_sequence": agreement.material_sequence,
        "last_change": agreement.last_change,
        "ends_on": agreement.ends_on,
        "sequence": kept.sequence,
        "hash": kept.hash,
    }


def _version_row(agreement: Agreement, version: Version, digest: str) -> Json:
    return {
        "agreement_id": agreement.id,
        "number": version.number,
        "change": version.change,
        "terms": version.terms,
        "hash": digest,
        "published_at": version.published_at,
        "previous_valid_until": version.previous_valid_until,
        "employer_consent_on": version.consent and version.consent.on,
        "employer_consent_role": version.consent and version.consent.role,
        "reason": version.reason,
    }


def _round_row(agreement: Agreement, consultation: Consultation) -> Json:
    return {"agreement_id": agreement.id, **asdict(consultation)}


def _change_rows(done: Iterable[Done]) -> Iterable[Json]:
    for agreement, fact, doer in done:
        yield {
            "agreement_id": agreement.id,
            "step": fact.step,
            "changed_by": doer.subject,
            "role": doer.role,
            "reason": fact.reason,
            "revision": agreement.revision,
            "version": fact.version,
            "differences": fact.differences,
            "regions": fact.regions,
        }
