# SPDX-License-Identifier: EUPL-1.2
"""Agreements with their versions and rounds: found, locked and listed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from services.agreements.domain import (
    Agreement,
    AgreementId,
    Change,
    Consent,
    Consultation,
    Draft,
    EmployerId,
    LastChange,
    Region,
    Status,
    Step,
    Terms,
    Version,
)
from services.agreements.domain.refusals import AgreementUnknown
from services.agreements.store.sql import LEFT, QUERIES, Row, Window, day, moment, page
from shared.runtime import Cursor, Json


@dataclass(frozen=True, slots=True)
class Kept:
    """An agreement with what is kept beside it; `sequence` is that of its newest state."""

    agreement: Agreement
    employer_name: str
    participants: tuple[Region, ...]
    hashes: Mapping[int, str]
    sequence: int | None
    hash: str | None
    created_at: datetime
    changed_at: datetime


def lock(cur: Cursor, agreement_id: str) -> Kept:
    """Give an agreement that nobody else can change until this transaction ends, or refuse."""
    return _one(lock_all(cur, [agreement_id]), agreement_id)


def lock_all(cur: Cursor, ids: Collection[str]) -> dict[str, Kept]:
    """Lock those agreements that there are: first the rows, so that what is read is the newest."""
    cur.execute(QUERIES["lock_agreements"], {"ids": sorted(ids)})
    return find(cur, ids)


def get(cur: Cursor, agreement_id: str) -> Kept:
    """Give an agreement, or refuse."""
    return _one(find(cur, [agreement_id]), agreement_id)


def find(cur: Cursor, ids: Collection[str]) -> dict[str, Kept]:
    """Give those agreements that there are, by id."""
    rows = cur.execute(QUERIES["find_agreements"], {"ids": list(ids), **LEFT})
    return {row["id"]: _kept(row) for row in rows}


def list_agreements(
    cur: Cursor, filters: Mapping[str, str | None], window: Window
) -> tuple[list[Kept], int]:
    """Give one page of the agreements that match, newest first, and how many there are."""
    rows, total = page(cur, "list_agreements", "count_agreements", {**filters, **LEFT}, window)
    found = find(cur, [row["id"] for row in rows])
    return [found[row["id"]] for row in rows], total


def list_changes(cur: Cursor, agreement_id: str, window: Window) -> tuple[list[Json], int]:
    """Give one page of an agreement's history, newest first, and how long it is."""
    return page(cur, "list_changes", "count_changes", {"agreement_id": agreement_id}, window)


def terms_of(said: Row) -> Terms:
    """Read terms as they are kept."""
    days = {name: day(said[name]) for name in ("starts_on", "ends_on")}
    lists = ("target_groups", "specialist_needs", "kinds", "instruments")
    return Terms(**{**said, **days, **{name: tuple(said[name]) for name in lists}})


def _one(found: Mapping[str, Kept], agreement_id: str) -> Kept:
    if agreement_id not in found:
        raise AgreementUnknown(f"no agreement has the id {agreement_id}")
    return found[agreement_id]


def _kept(row: Row) -> Kept:
    return Kept(
        agreement=_agreement(row),
        employer_name=row["employer_name"],
        participants=tuple(map(Region, row["participants"])),
        hashes={version["number"]: version["hash"] for version in row["versions"]},
        sequence=row["sequence"],
        hash=row["hash"],
        created_at=row["created_at"],
        changed_at=row["changed_at"],
    )


def _agreement(row: Row) -> Agreement:
    return Agreement(
        id=AgreementId(row["id"]),
        employer_id=EmployerId(row["employer_id"]),
        status=Status(row["status"]),
        revision=row["revision"],
        draft=_draft(row["draft"]) if row["draft"] else None,
        versions=tuple(_version(version) for version in row["versions"]),
        material_sequence=row["material_sequence"],
        last_change=_last_change(row["last_change"]) if row["last_change"] else None,
        ends_on=row["ends_on"],
        consultation=_consultation(row["consultation"]) if row["consultation"] else None,
    )


def _draft(said: Row) -> Draft:
    # A draft of before the employer's consent was kept says nothing about it.
    given = said.get("consent")
    consent = Consent(date.fromisoformat(given["on"]), given["role"]) if given else None
    return Draft(terms_of(said["terms"]), Change(said["change"]), said["reason"], consent)


def _version(said: Row) -> Version:
    on, role = day(said["employer_consent_on"]), said["employer_consent_role"]
    return Version(
        number=said["number"],
        change=Change(said["change"]),
        terms=terms_of(said["terms"]),
        published_at=datetime.fromisoformat(said["published_at"]),
        previous_valid_until=day(said["previous_valid_until"]),
        consent=Consent(on, role) if on else None,
        reason=said["reason"],
    )


def _consultation(said: Row) -> Consultation:
    return Consultation(
        round=said["round"],
        version=said["version"],
        terms=terms_of(said["terms"]),
        opened_at=datetime.fromisoformat(said["opened_at"]),
        respond_by=date.fromisoformat(said["respond_by"]),
        reason=said["reason"],
        closed_at=moment(said["closed_at"]),
        closing_reason=said["closing_reason"],
    )


def _last_change(said: Row) -> LastChange:
    return LastChange(Step(said["step"]), datetime.fromisoformat(said["at"]), said["reason"])
