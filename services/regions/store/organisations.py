# SPDX-License-Identifier: EUPL-1.2
"""Who serves employers in a region: what the founding articles told, and what the region said."""

from dataclasses import asdict
from datetime import datetime

from services.regions.domain import Organisation, RegionCode
from services.regions.domain.refusals import NoSuchOrganisation
from services.regions.store.sql import QUERIES, page
from shared.runtime import Cursor, Json


def list_organisations(
    cur: Cursor, region: RegionCode, *, limit: int, offset: int
) -> tuple[list[Json], int]:
    """Give one page of those who serve employers in a region, and how many there are."""
    window = {"region": region, "limit": limit, "offset": offset}
    return page(cur, "list_organisations", "count_organisations", window)


def organisation_history(cur: Cursor, region: RegionCode, name: str) -> list[Json]:
    """Give everything that was said of an organisation, the latest first, or refuse."""
    wanted = {"region": region, "name": name}
    history = cur.execute(QUERIES["organisation_history"], wanted).fetchall()
    if not history:
        raise NoSuchOrganisation(f"{region} has no organisation {name}")
    return history


def find_organisation(cur: Cursor, region: RegionCode, name: str) -> Organisation:
    """Give how an organisation is known, under the spelling of whoever told of it first."""
    wanted = {"region": region, "name": name}
    row = cur.execute(QUERIES["find_organisation"], wanted).fetchone()
    if row is None:
        return Organisation(region, name)
    return Organisation(region, row["name"], revision=row["revision"])


def record_organisation(
    cur: Cursor, said: Organisation, *, reason: str, now: datetime, by: str
) -> None:
    """Keep what a region says of an organisation; what was said before stays readable."""
    told = asdict(said.told) if said.told else {}
    lists = {name: list(told[name]) for name in ("audiences", "sectors")}
    row = {"region": said.region, "name": said.name, "revision": said.revision, **told, **lists}
    cur.execute(QUERIES["record_organisation"], {**row, "reason": reason, "now": now, "by": by})
