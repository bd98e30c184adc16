# SPDX-License-Identifier: EUPL-1.2
"""Who takes the lead for a sector, and what a region has on offer."""

from dataclasses import asdict
from datetime import datetime

from services.regions.domain import Basis, Division, Offer, RegionCode, SectorLead
from services.regions.store.sql import QUERIES
from shared.runtime import Cursor, Json


def division_of(cur: Cursor, region: RegionCode) -> Division:
    """Give how a region divides its sectors."""
    wanted = {"region": region}
    leads = {
        row["sector"]: SectorLead(**{**row, "basis": Basis(row["basis"])})
        for row in cur.execute(QUERIES["find_leads"], wanted)
    }
    names = cur.execute(QUERIES["find_organisations"], wanted).fetchall()
    return Division(region, leads, tuple(row["name"] for row in names))


def lead_history(cur: Cursor, region: RegionCode, sector: str) -> list[Json]:
    """Give how the lead for a sector was given, the latest first."""
    wanted = {"region": region, "sector": sector}
    return cur.execute(QUERIES["lead_history"], wanted).fetchall()


def record_lead(
    cur: Cursor, lead: SectorLead, *, reason: str | None, now: datetime, by: str
) -> None:
    """Keep a lead as the newest of its sector; the places that nobody picked up follow it."""
    row = {**asdict(lead), "basis": lead.basis.value, "reason": reason, "now": now, "by": by}
    cur.execute(QUERIES["record_lead"], row)


def get_offer(cur: Cursor, region: RegionCode) -> tuple[Offer, Json]:
    """Give what a region has on offer, and when and why it said so."""
    row = cur.execute(QUERIES["get_offer"], {"region": region}).fetchone()
    if row is None:
        return Offer(region), {"recorded_at": None, "reason": None}
    return Offer(region, tuple(row["offered"]), row["revision"]), row


def record_offer(cur: Cursor, offer: Offer, *, reason: str | None, now: datetime, by: str) -> None:
    """Keep what a region has on offer now; what it was stays readable."""
    told = {**asdict(offer), "offered": list(offer.offered)}
    cur.execute(QUERIES["record_offer"], {**told, "reason": reason, "now": now, "by": by})
