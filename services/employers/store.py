# SPDX-License-Identifier: EUPL-1.2
"""Rows and domain objects: the only file of this service that runs SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import orjson

from services.employers.domain import (
    Contact,
    Difference,
    Employer,
    EmployerAlreadyRegistered,
    EmployerId,
    EmployerUnknown,
    Profile,
)
from shared.runtime import Call, Cursor, UniqueViolation, load_queries

QUERIES = load_queries(__package__)


def get(cur: Cursor, employer_id: str) -> Employer:
    """Give an employer, or refuse."""
    return _one(cur, "find_employer", employer_id)


def get_for_update(cur: Cursor, employer_id: str) -> Employer:
    """Give an employer that nobody else can change until this transaction ends, or refuse."""
    return _one(cur, "lock_employer", employer_id)


def list_employers(
    cur: Cursor, filters: Mapping[str, str | None], *, limit: int, offset: int
) -> tuple[list[Employer], int]:
    """Give one page of the employers that match, and how many there are."""
    window = {**filters, "limit": limit, "offset": offset}
    found = cur.execute(QUERIES["list_employers"], window).fetchall()
    counted = cur.execute(QUERIES["count_employers"], filters).fetchone() or {"total": 0}
    return [_employer(row) for row in found], counted["total"]


def add(cur: Cursor, employer: Employer) -> None:
    """Keep a new employer, or refuse a name that is taken."""
    if cur.execute(QUERIES["add_employer"], _row(employer)).fetchone() is None:
        raise EmployerAlreadyRegistered(employer.profile.name)


def save(cur: Cursor, employer: Employer) -> None:
    """Keep an employer as it is after a change, or refuse a name that is taken."""
    try:
        cur.execute(QUERIES["save_employer"], _row(employer))
    except UniqueViolation as taken:
        raise EmployerAlreadyRegistered(employer.profile.name) from taken


def record(
    cur: Cursor,
    employer: Employer,
    differences: Sequence[Difference],
    *,
    call: Call,
    reason: str | None,
) -> None:
    """Add to the history who changed what, when and why."""
    change = {
        "employer_id": employer.id,
        "changed_at": call.now,
        "changed_by": call.principal.subject,
        "role": call.principal.role,
        "reason": reason,
        "differences": _json([asdict(one) for one in differences]),
    }
    cur.execute(QUERIES["add_change"], change)


def _one(cur: Cursor, query: str, employer_id: str) -> Employer:
    row = cur.execute(QUERIES[query], {"id": employer_id}).fetchone()
    if row is None:
        raise EmployerUnknown(f"no employer has the id {employer_id}")
    return _employer(row)


def _employer(row: Mapping[str, Any]) -> Employer:
    profile = Profile(
        name=row["name"],
        kvk_number=row["kvk_number"],
        sbi_codes=tuple(row["sbi_codes"]),
        contact=Contact(**row["contact"]) if row["contact"] else None,
        profile=row["profile"],
        adaptations=tuple(row["adaptations"]),
    )
    return Employer(
        EmployerId(row["id"]), profile, row["revision"], row["created_at"], row["changed_at"]
    )


def _row(employer: Employer) -> dict[str, Any]:
    profile = employer.profile
    return {
        "id": employer.id,
        "name": profile.name,
        "kvk_number": profile.kvk_number,
        "sbi_codes": _json(profile.sbi_codes),
        "contact": _json(asdict(profile.contact)) if profile.contact else None,
        "profile": profile.profile,
        "adaptations": list(profile.adaptations),
        "revision": employer.revision,
        "created_at": employer.created_at,
        "changed_at": employer.changed_at,
    }


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
