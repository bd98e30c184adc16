# SPDX-License-Identifier: EUPL-1.2
"""What is kept of candidates, and forgetting it by the functions that alone may."""

from collections.abc import Sequence
from datetime import datetime

from services.regions.domain import CandidateReference, Filed, PlacementId, RegionCode
from services.regions.domain.refusals import CandidateUnknown
from services.regions.store.sql import QUERIES
from shared.runtime import Cursor, Json
from shared.runtime.clock import date_of


def find_files(cur: Cursor, subjects: Sequence[str]) -> list[Filed]:
    """Give what regions wrote of these places, as they stand now."""
    rows = cur.execute(QUERIES["find_files"], {"subjects": list(subjects)})
    return [
        Filed(
            RegionCode(row["region"]),
            PlacementId(row["placement_id"]),
            row["standing"],
            date_of(row["since"]),
        )
        for row in rows
    ]


def forget_file(cur: Cursor, one: Filed, now: datetime) -> None:
    """Forget what a region wrote of a place, if anything is left of it."""
    told = {"region": one.region, "placement_id": one.placement_id, "now": now}
    row = cur.execute(QUERIES["forget_file"], told).fetchone() or {"candidates": None}
    if row["candidates"] is not None:
        _record(cur, one.region, "period", now, files=1, candidates=row["candidates"])


def forget_unused(cur: Cursor, region: str, *, made_before: datetime, now: datetime) -> None:
    """Forget a region's references that were made before a moment and that no decision names."""
    told = {"region": region, "made_before": made_before}
    row = cur.execute(QUERIES["forget_unused"], told).fetchone() or {"candidates": 0}
    if row["candidates"]:
        _record(cur, region, "unused", now, files=0, candidates=row["candidates"])


def forget_candidate(
    cur: Cursor, region: RegionCode, named: CandidateReference, *, now: datetime, by: str
) -> int:
    """Forget a candidate, and give in how many files; refuse a reference that is not known."""
    told = {"region": region, "reference": named, "now": now}
    row = cur.execute(QUERIES["forget_candidate"], told).fetchone() or {"files": None}
    if row["files"] is None:
        raise CandidateUnknown(f"{region} has no such reference")
    files = int(row["files"])
    _record(cur, region, "erasure", now, files=files, candidates=1, by=by)
    return files


def files_held(cur: Cursor, region: str | None) -> list[Json]:
    """Give how many files each region keeps in each state, and since when."""
    return cur.execute(QUERIES["files_held"], {"region": region}).fetchall()


def forgettings(cur: Cursor, region: str | None) -> list[Json]:
    """Give how much each region has forgotten, by cause."""
    return cur.execute(QUERIES["list_forgettings"], {"region": region}).fetchall()


def _record(
    cur: Cursor,
    region: str,
    cause: str,
    now: datetime,
    *,
    files: int,
    candidates: int,
    by: str | None = None,
) -> None:
    told = {"region": region, "cause": cause, "now": now, "by": by}
    cur.execute(QUERIES["record_forgetting"], {**told, "files": files, "candidates": candidates})
