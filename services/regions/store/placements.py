# SPDX-License-Identifier: EUPL-1.2
"""The places at a region's desk, and the region's own file of each."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import orjson

from services.regions.domain import (
    RULES,
    Basis,
    CandidateReference,
    Confirmation,
    Division,
    HeldPlacement,
    Instrument,
    Kind,
    PlacementDecision,
    PlacementId,
    RegionCode,
    Route,
    Said,
    Standing,
    Value,
    kind_of,
)
from services.regions.domain.refusals import CandidateUnknown, PlacementNotHeld
from services.regions.store.leads import division_of
from services.regions.store.sql import QUERIES, page
from shared.contracts import reference
from shared.runtime import Cursor, Json


def list_placements(
    cur: Cursor, region: RegionCode, filters: Mapping[str, Any], *, limit: int, offset: int
) -> tuple[list[Json], int]:
    """Give one page of a desk's places, each with who has it in hand, and how many there are."""
    division = division_of(cur, region)
    share = asdict(division.share_of(filters["organisation"] or ""))
    wanted = {"region": region, **filters, **_lists(share), "limit": limit, "offset": offset}
    rows, total = page(cur, "list_placements", "count_placements", wanted)
    return [{**row, "route": route_of(row, division)} for row in rows], total


def get_placement(cur: Cursor, region: RegionCode, placement: PlacementId) -> Json:
    """Give one place of a desk, with the region's file, its steps and the support there."""
    wanted = {"region": region, "placement_id": placement}
    found = cur.execute(QUERIES["get_placement"], wanted).fetchone()
    if found is None:
        raise PlacementNotHeld(f"{region} holds no placement {placement}")
    steps = cur.execute(QUERIES["list_steps"], wanted).fetchall()
    supports = cur.execute(QUERIES["list_supports"], wanted).fetchall()
    route = route_of(found, division_of(cur, region))
    return {**found, "route": route, "steps": steps, "supports": supports}


def lock_placement(cur: Cursor, region: RegionCode, placement: PlacementId) -> HeldPlacement:
    """Give what deciding needs; other decisions of this region on it wait for this one."""
    wanted = {"region": region, "placement_id": placement}
    if cur.execute(QUERIES["lock_placement"], wanted).fetchone() is None:
        raise PlacementNotHeld(f"{region} holds no placement {placement}")
    # Read after the lock, in a statement of its own, so that it sees what the last one decided.
    row = cur.execute(QUERIES["weigh_placement"], wanted).fetchone() or {}
    return HeldPlacement(
        region=region,
        id=placement,
        sequence=row["sequence"],
        standing=Standing(row["standing"]),
        route=route_of(row, division_of(cur, region)),
        groups=_groups(row),
        neighbours=frozenset(map(RegionCode, reference.neighbours(region))),
        said=_said(row),
    )


def record_placement_decision(
    cur: Cursor, decision: PlacementDecision, *, sequence: int, by: str
) -> None:
    """Keep a step for ever, with the region's whole word, under the sequence of its message."""
    said, confirmed = decision.said, decision.said.confirmation
    row = {
        "region": decision.region,
        "placement_id": decision.placement_id,
        "sequence": sequence,
        "step": decision.step.value,
        "standing": decision.standing.value,
        "placement_sequence": decision.placement_sequence,
        "reason_code": decision.reason_code,
        "reason": decision.reason,
        "to_region": decision.to_region,
        "picked_up_at": said.picked_up_at,
        "organisation": said.route and said.route.organisation,
        "routed_by": said.route and said.route.basis.value,
        "candidate": confirmed and confirmed.candidate,
        "target_groups": confirmed and list(confirmed.target_groups),
        "in_register": confirmed and confirmed.in_register,
        "instruments": confirmed and _written(confirmed),
        "corrections": said.corrections,
        "corrected_at": said.corrected_at,
        "correction_reason": said.correction_reason,
        "decided_at": decision.decided_at,
        "decided_by": by,
    }
    cur.execute(QUERIES["record_placement_decision"], row)


def add_reference(
    cur: Cursor, region: RegionCode, made: CandidateReference, *, now: datetime, by: str
) -> bool:
    """Keep a new reference; tell whether nobody had it yet."""
    row = {"region": region, "reference": made, "now": now, "by": by}
    return cur.execute(QUERIES["make_reference"], row).fetchone() is not None


def know_reference(cur: Cursor, region: RegionCode, named: CandidateReference) -> None:
    """Refuse a reference that the region did not make."""
    wanted = {"region": region, "reference": named}
    if cur.execute(QUERIES["find_reference"], wanted).fetchone() is None:
        raise CandidateUnknown(f"{region} gave out no such reference")


def _lists(share: Json) -> Json:
    # PostgreSQL reads a list as an array, and a tuple as a row.
    return {name: list(one) if isinstance(one, tuple) else one for name, one in share.items()}


def route_of(row: Json, division: Division) -> Route:
    """Tell who has a place in hand: who picked it up, or until then the lead of its sector."""
    if row["standing"] != Standing.OFFERED and row["routed_by"] is not None:
        return Route(row["organisation"], Basis(row["routed_by"]))
    return division.lead_of(row["sector"]).route


def _groups(row: Json) -> frozenset[str] | None:
    """Find the groups of the version that the place was offered under, if that is still held."""
    if row["agreement"] is None:
        return None
    wanted = orjson.loads(row["content"])["agreementVersion"]
    for version in orjson.loads(row["agreement"])["versions"]:
        if version["version"] == wanted:
            return frozenset(version["terms"]["targetGroups"])
    return None


def _said(row: Json) -> Said:
    confirmation = None
    if row["candidate"] is not None:
        confirmation = Confirmation(
            candidate=CandidateReference(row["candidate"]),
            target_groups=tuple(row["target_groups"]),
            in_register=row["in_register"],
            criterion_met=True,
            instruments=tuple(_instrument(one) for one in row["instruments"]),
        )
    return Said(
        row["picked_up_at"],
        None if row["routed_by"] is None else Route(row["organisation"], Basis(row["routed_by"])),
        confirmation,
        row["corrections"] or 0,
        row["corrected_at"],
        row["correction_reason"],
    )


def _instrument(stored: Json) -> Instrument:
    code = stored["code"]
    particulars = {name: value for name, value in stored.items() if name != "code"}
    return Instrument(code, {name: _value(code, name, one) for name, one in particulars.items()})


def _value(code: str, name: str, stored: Value) -> Value:
    if kind_of(RULES, code, name) is Kind.DAY:
        return date.fromisoformat(str(stored))
    return stored


def _written(confirmed: Confirmation) -> str:
    return orjson.dumps(
        [{**one.particulars, "code": one.code} for one in confirmed.instruments]
    ).decode()
