# SPDX-License-Identifier: EUPL-1.2
"""Rows and domain objects: the only file of this service that runs SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import orjson

from services.regions.domain import (
    AgreementId,
    AgreementNotHeld,
    Contact,
    ContactKind,
    Decision,
    Desk,
    EmployerId,
    EmployerUnknown,
    HeldAgreement,
    RegionCode,
)
from shared.contracts import reference
from shared.runtime import Cursor, Json, load_queries

QUERIES = load_queries(__package__)
# The day from which the reference files tell how things are: CBS, state of 2026.
REFERENCE_ON = date(2026, 1, 1)
# More organisations than any region has.
ALL = 1_000

StoredHashes = dict[tuple[str, str], str]


def after_migrate(cur: Cursor) -> None:
    """Load the reference data; called by the migration job, as the owner of the tables."""
    load_reference(cur, on=REFERENCE_ON)


def load_reference(cur: Cursor, *, on: date) -> None:
    """Make the tables say what the reference files say from that day on.

    Loading the same files again changes nothing. A municipality that moved or was renamed
    keeps its earlier stay, which ends on that day.
    """
    regions = [
        {
            "code": region.code,
            "name": region.name,
            "centre_municipalities": region.centre_municipalities,
            "tile_column": region.column,
            "tile_row": region.row,
        }
        for region in reference.regions()
    ]
    borders = [
        {"region": code, "neighbour": neighbour}
        for code in reference.region_codes()
        for neighbour in reference.neighbours(code)
    ]
    municipalities = {"rows": _json(reference.municipalities()), "on": on}
    cur.execute(QUERIES["load_regions"], {"rows": _json(regions)})
    cur.execute(QUERIES["clear_aliases"])
    cur.execute(QUERIES["load_aliases"], {"rows": _json(reference.aliases())})
    cur.execute(QUERIES["clear_neighbours"])
    cur.execute(QUERIES["load_neighbours"], {"rows": _json(borders)})
    cur.execute(QUERIES["close_stays"], municipalities)
    cur.execute(QUERIES["open_stays"], municipalities)
    cur.execute(QUERIES["open_desks"])


def list_regions(cur: Cursor, *, on: date, limit: int, offset: int) -> tuple[list[Json], int]:
    """Give one page of the regions as they are on that day, and how many there are."""
    window = {"on": on, "limit": limit, "offset": offset}
    return _page(cur, "list_regions", "count_regions", window)


def get_region(cur: Cursor, region: RegionCode, *, on: date) -> Json:
    """Give a region with everything that belongs to it on that day."""
    found = cur.execute(QUERIES["get_region"], {"region": region}).fetchone()
    if found is None:
        raise reference.UnknownRegion(region)
    stays = {"region": region, "on": on}
    municipalities = cur.execute(QUERIES["list_municipalities"], stays).fetchall()
    organisations, _ = list_organisations(cur, region, limit=ALL, offset=0)
    return {**found, "municipalities": municipalities, "organisations": organisations}


def list_organisations(
    cur: Cursor, region: RegionCode, *, limit: int, offset: int
) -> tuple[list[Json], int]:
    """Give one page of those who serve employers in a region, and how many there are."""
    window = {"region": region, "limit": limit, "offset": offset}
    return _page(cur, "list_organisations", "count_organisations", window)


def store_agreements(cur: Cursor, rows: Sequence[Json], now: datetime) -> StoredHashes:
    """Write each region's copy of a batch of agreements; give the hashes of what is stored."""
    return _store(cur, "store_agreements", rows, now)


def store_participations(cur: Cursor, rows: Sequence[Json], now: datetime) -> StoredHashes:
    """Write a batch of participations; give the hashes of what is stored."""
    return _store(cur, "store_participations", rows, now)


def store_employers(cur: Cursor, rows: Sequence[Json], now: datetime) -> StoredHashes:
    """Write a batch of employers; give the hashes of what is stored."""
    return _store(cur, "store_employers", rows, now)


def list_held(
    cur: Cursor, region: RegionCode, filters: Mapping[str, str | None], *, limit: int, offset: int
) -> tuple[list[Json], int]:
    """Give one page of what a region holds, and how much it is."""
    wanted = {"region": region, **filters, "limit": limit, "offset": offset}
    return _page(cur, "list_held", "count_held", wanted)


def get_held(cur: Cursor, region: RegionCode, agreement: AgreementId) -> Json:
    """Give a region's copy of an agreement, with its place in it and its newest decision."""
    wanted = {"region": region, "agreement_id": agreement}
    found = cur.execute(QUERIES["get_held"], wanted).fetchone()
    if found is None:
        raise AgreementNotHeld(f"{region} holds no agreement {agreement}")
    return found


def lock_held(cur: Cursor, region: RegionCode, agreement: AgreementId) -> HeldAgreement:
    """Give what deciding needs; other decisions of this region on it wait for this one."""
    wanted = {"region": region, "agreement_id": agreement}
    row = cur.execute(QUERIES["lock_held"], wanted).fetchone()
    if row is None:
        raise AgreementNotHeld(f"{region} holds no agreement {agreement}")
    return HeldAgreement(
        region=region,
        id=agreement,
        sequence=row["sequence"],
        status=row["status"],
        versions=tuple(one["version"] for one in orjson.loads(row["content"])["versions"]),
        participation=row["participation_status"],
    )


def record_decision(cur: Cursor, decision: Decision, *, sequence: int, by: str) -> None:
    """Keep a decision for ever, under the sequence of its message."""
    row = {**asdict(decision.wish), **asdict(decision), "sequence": sequence, "decided_by": by}
    cur.execute(QUERIES["record_decision"], row)


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
    rows, total = _page(cur, "list_contacts", "count_contacts", window)
    return [(_contact(row), {"id": row["employer_id"], "name": row["name"]}) for row in rows], total


def _page(cur: Cursor, items: str, count: str, wanted: Mapping[str, Any]) -> tuple[list[Json], int]:
    found = cur.execute(QUERIES[items], wanted).fetchall()
    counted = cur.execute(QUERIES[count], wanted).fetchone() or {"total": 0}
    return found, counted["total"]


def _store(cur: Cursor, statement: str, rows: Sequence[Json], now: datetime) -> StoredHashes:
    stored = cur.execute(QUERIES[statement], {"rows": _json(rows), "now": now}).fetchall()
    return {(row["recipient"], row["subject"]): row["hash"] for row in stored}


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


def _json(rows: Sequence[Any]) -> str:
    # One JSON parameter costs a fiftieth of a list of parameters.
    return orjson.dumps(rows).decode()
