# SPDX-License-Identifier: EUPL-1.2
"""Who takes the lead for a sector, and what a region has on offer."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime

from services.regions.domain import Basis, Offer, RegionCode, SectorLead
from services.regions.store.sql import QUERIES
from shared.runtime import Cursor, Json

Leads = Mapping[str, SectorLead]


def leads_for_arrivals(
    cur: Cursor, regions: Collection[str]
) -> tuple[Mapping[str, Leads], Mapping[str, list[str]]]:
    """Give leads and organisations of some regions, which nobody changes in the meantime.

    Otherwise a place could arrive unseen by a change of the lead, and stay with the old one.
    """
    cur.execute(QUERIES["hold_leads"], {"regions": sorted(regions)})
    return leads_of(cur, regions), organisations_of(cur, regions)


def leads_of(cur: Cursor, regions: Collection[str]) -> Mapping[str, Leads]:
    """Give who takes the lead in some regions, by region and code of the sector."""
    found: dict[str, dict[str, SectorLead]] = defaultdict(dict)
    for row in cur.execute(QUERIES["find_leads"], {"regions": sorted(regions)}):
        found[row["region"]][row["sector"]] = SectorLead(**{**row, "basis": Basis(row["basis"])})
    return found


def organisations_of(cur: Cursor, regions: Collection[str]) -> Mapping[str, list[str]]:
    """Give the names of those who serve employers in some regions."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in cur.execute(QUERIES["find_organisations"], {"regions": sorted(regions)}):
        found[row["region"]].append(row["name"])
    return found


def lead_history(cur: Cursor, region: RegionCode, sector: str) -> list[Json]:
    """Give how the lead for a sector was given, the latest first."""
    wanted = {"region": region, "sector": sector}
    return cur.execute(QUERIES["lead_history"], wanted).fetchall()


def record_lead(
    cur: Cursor, lead: SectorLead, *, reason: str | None, now: datetime, by: str
) -> None:
    """Keep a lead as the newest of its sector, and let the places nobody picked up follow it."""
    row = {**asdict(lead), "basis": lead.basis.value, "reason": reason, "now": now, "by": by}
    cur.execute(QUERIES["record_lead"], row)
    cur.execute(QUERIES["reroute_placements"], row)


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
