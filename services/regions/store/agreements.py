# SPDX-License-Identifier: EUPL-1.2
"""What a region holds of agreements, what it decided on them, and what waits for an answer."""

from collections.abc import Mapping
from dataclasses import asdict

import orjson

from services.regions.domain import AgreementId, Decision, HeldAgreement, RegionCode
from services.regions.domain.refusals import AgreementNotHeld
from services.regions.store.sql import QUERIES, page
from shared.contracts.canary import CANARY
from shared.runtime import Cursor, Json


def list_held(
    cur: Cursor, region: RegionCode, filters: Mapping[str, str | None], *, limit: int, offset: int
) -> tuple[list[Json], int]:
    """Give one page of what a region holds, and how much it is."""
    wanted = {"region": region, **filters, "limit": limit, "offset": offset}
    return page(cur, "list_held", "count_held", wanted)


def get_held(cur: Cursor, region: RegionCode, agreement: AgreementId) -> Json:
    """Give a region's copy of an agreement, with its place in it and its newest decision."""
    wanted = {"region": region, "agreement_id": agreement}
    found = cur.execute(QUERIES["get_held"], wanted).fetchone()
    if found is None:
        raise AgreementNotHeld(f"{region} holds no agreement {agreement}")
    return found


def lock_held(cur: Cursor, region: RegionCode, agreement: AgreementId) -> HeldAgreement:
    """Give what deciding needs; other decisions of this region on it wait for this one."""
    wanted = {"region": region, "agreement_id": agreement, "canary": CANARY}
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


def list_consultations(
    cur: Cursor, region: RegionCode, state: str | None, *, limit: int, offset: int
) -> tuple[list[Json], int]:
    """Give one page of the concepts that a region may comment on, and how many there are."""
    wanted = {"region": region, "state": state, "limit": limit, "offset": offset}
    return page(cur, "list_consultations", "count_consultations", wanted)


def pending(cur: Cursor) -> dict[str, int]:
    """Give how many decisions of each region, on agreements and on places, have no answer yet."""
    return {row["region"]: row["rows"] for row in cur.execute(QUERIES["pending_figures"])}
