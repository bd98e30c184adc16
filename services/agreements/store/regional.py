# SPDX-License-Identifier: EUPL-1.2
"""What regions say of an agreement: comments, annexes, what ran before."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from services.agreements.domain import Region
from services.agreements.domain.annexes import Additions, Annex, AnnexState, ExtraProject
from services.agreements.domain.comments import Comment
from services.agreements.domain.exchange import Arrangement
from services.agreements.store.sql import QUERIES, Row, Window, one, page, written
from shared.runtime import Cursor, Json, widened

Page = tuple[list[Json], int]
Filters = Mapping[str, object]


def list_rounds(cur: Cursor, agreement_id: str, window: Window) -> Page:
    """Give one page of the consultations of an agreement, newest first."""
    return page(cur, "list_rounds", "count_rounds", {"agreement_id": agreement_id}, window)


def add_comment(cur: Cursor, agreement_id: str, comment: Comment, role: str, now: datetime) -> Json:
    """Keep what a region says, under the next number of its agreement."""
    row = {"agreement_id": agreement_id, **asdict(comment), "role": role, "now": now}
    with widened(cur):  # numbers count in the whole agreement
        return one(cur, "add_comment", row)


def list_comments(cur: Cursor, filters: Filters, window: Window) -> Page:
    """Give one page of what regions said, newest first."""
    return page(cur, "list_comments", "count_comments", filters, window)


def annexes(cur: Cursor, agreement_id: str) -> Sequence[Annex]:
    """Give every annex of an agreement."""
    rows = cur.execute(QUERIES["find_annexes"], {"agreement_id": agreement_id})
    return [annex_of(row) for row in rows]


def put_annexes(cur: Cursor, agreement_id: str, moved: Sequence[Annex]) -> None:
    """Keep annexes as they are now."""
    rows = [_annex_row(annex) for annex in moved]
    cur.execute(QUERIES["put_annexes"], {"agreement_id": agreement_id, "rows": written(rows)})


def list_annexes(cur: Cursor, filters: Filters, window: Window) -> tuple[list[Annex], int]:
    """Give one page of an agreement's annexes, newest first."""
    rows, total = page(cur, "list_annexes", "count_annexes", filters, window)
    return [annex_of(row) for row in rows], total


def add_arrangement(
    cur: Cursor, agreement_id: str, arrangement: Arrangement, role: str, now: datetime
) -> Json:
    """Keep what ran before in a region."""
    row = {"agreement_id": agreement_id, **asdict(arrangement), "role": role, "now": now}
    with widened(cur):  # numbers count in the whole agreement
        return one(cur, "add_arrangement", row)


def list_arrangements(cur: Cursor, filters: Filters, window: Window) -> Page:
    """Give one page of what ran before, by region."""
    return page(cur, "list_arrangements", "count_arrangements", filters, window)


def annex_of(row: Row) -> Annex:
    """Read an annex."""
    projects = tuple(
        ExtraProject(said["kind"], said["title"], tuple(said["target_groups"]))
        for said in row["projects"]
    )
    return Annex(
        number=row["number"],
        region=Region(row["region"]),
        state=AnnexState(row["status"]),
        additions=Additions(tuple(row["instruments"]), projects, row["notes"]),
        proposed_at=row["proposed_at"],
        proposed_by=row["proposed_by"],
        settled_at=row["settled_at"],
        settled_by=row["settled_by"],
        reason=row["reason"],
    )


def _annex_row(annex: Annex) -> Json:
    return {
        "number": annex.number,
        "region": annex.region,
        "status": annex.state,
        **asdict(annex.additions),
        "proposed_at": annex.proposed_at,
        "proposed_by": annex.proposed_by,
        "settled_at": annex.settled_at,
        "settled_by": annex.settled_by,
        "reason": annex.reason,
    }
