# SPDX-License-Identifier: EUPL-1.2
"""Who answers an employer in a region: desks and account managers."""

from dataclasses import asdict
from datetime import datetime

from services.regions.domain import Contact, ContactKind, Desk, EmployerId, RegionCode
from services.regions.domain.refusals import EmployerUnknown
from services.regions.store.sql import QUERIES, page
from shared.contracts import reference
from shared.runtime import Cursor, Json


def get_desk(cur: Cursor, region: RegionCode) -> Desk:
    """Give a region's desk."""
    return _desk(cur, "get_desk", region)


def lock_desk(cur: Cursor, region: RegionCode) -> Desk:
    """Give a region's desk; other changes of it and of the region's contacts wait."""
    return _desk(cur, "lock_desk", region)


def save_desk(cur: Cursor, desk: Desk, *, now: datetime, by: str) -> None:
    """Write a desk's particulars."""
    cur.execute(QUERIES["save_desk"], {**asdict(desk), "now": now, "by": by})


def get_employer(cur: Cursor, employer: EmployerId) -> Json:
    """Give the identity and the name of an employer that the regions have heard of."""
    found = cur.execute(QUERIES["get_employer"], {"employer_id": employer}).fetchone()
    if found is None:
        raise EmployerUnknown(f"the regions have not heard of employer {employer}")
    return found


def get_contact(cur: Cursor, region: RegionCode, employer: EmployerId) -> Contact:
    """Give who answers an employer in a region: the desk, unless somebody was appointed."""
    pair = {"region": region, "employer_id": employer}
    row = cur.execute(QUERIES["get_contact"], pair).fetchone()
    if row is None:
        return Contact(region, employer)
    return _contact(row)


def record_contact(
    cur: Cursor, contact: Contact, *, reason: str | None, now: datetime, by: str
) -> None:
    """Keep a contact as the newest of its employer; the earlier ones stay readable."""
    row = {**asdict(contact), "reason": reason, "now": now, "by": by}
    cur.execute(QUERIES["record_contact"], row)


def contact_history(cur: Cursor, region: RegionCode, employer: EmployerId) -> list[Json]:
    """Give who answered an employer in a region, the latest first."""
    pair = {"region": region, "employer_id": employer}
    return cur.execute(QUERIES["contact_history"], pair).fetchall()


def list_contacts(
    cur: Cursor, region: RegionCode, *, limit: int, offset: int
) -> tuple[list[tuple[Contact, Json]], int]:
    """Give one page of the employers that a region deals with, each with who answers it."""
    window = {"region": region, "limit": limit, "offset": offset}
    rows, total = page(cur, "list_contacts", "count_contacts", window)
    return [(_contact(row), {"id": row["employer_id"], "name": row["name"]}) for row in rows], total


def _contact(row: Json) -> Contact:
    return Contact(
        region=row["region"],
        employer_id=row["employer_id"],
        kind=ContactKind(row["kind"]),
        role=row["role"],
        telephone=row["telephone"],
        mailbox=row["mailbox"],
        since=row["since"],
        revision=row["revision"],
    )


def _desk(cur: Cursor, statement: str, region: RegionCode) -> Desk:
    row = cur.execute(QUERIES[statement], {"region": region}).fetchone()
    if row is None:
        raise reference.UnknownRegion(region)
    return Desk(**row)
