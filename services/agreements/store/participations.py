# SPDX-License-Identifier: EUPL-1.2
"""Regions' parts in agreements, and the matrix of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import fields

from services.agreements.domain import (
    AgreementId,
    EmployerId,
    Outcome,
    Participation,
    Participations,
    Region,
    Standing,
    Verdict,
)
from services.agreements.store.sql import LEFT, QUERIES, Row, Window, page
from shared.runtime import Cursor, Json

FIELDS = tuple(one.name for one in fields(Participation) if one.name != "verdict")


def participations(cur: Cursor, agreement_id: AgreementId) -> Participations:
    """Give every region's part in one agreement, by region."""
    return all_participations(cur, [agreement_id])[agreement_id]


def all_participations(
    cur: Cursor, ids: Collection[str]
) -> Mapping[str, dict[Region, Participation]]:
    """Give every region's part in some agreements, by agreement and region."""
    found: dict[str, dict[Region, Participation]] = defaultdict(dict)
    for row in cur.execute(QUERIES["find_participations"], {"ids": list(ids)}):
        found[row["agreement_id"]][row["region"]] = _participation(row)
    return found


def list_participants(cur: Cursor, agreement_id: str, window: Window) -> tuple[list[Json], int]:
    """Give one page of the regions that are or were invited, and how many there are."""
    of = {"agreement_id": agreement_id}
    return page(cur, "list_participants", "count_participants", of, window)


def matrix_rows(
    cur: Cursor, filters: Mapping[str, str | None], window: Window
) -> tuple[list[Json], int]:
    """Give one page of the agreements by employer, and how many there are."""
    return page(cur, "matrix_rows", "count_matrix_rows", {**filters, **LEFT}, window)


def matrix_cells(cur: Cursor, ids: Collection[str]) -> Mapping[str, list[Json]]:
    """Give the regions that take part in some agreements, by agreement."""
    cells: dict[str, list[Json]] = defaultdict(list)
    for cell in cur.execute(QUERIES["matrix_cells"], {"ids": list(ids), **LEFT}):
        cells[cell["agreement_id"]].append(cell)
    return cells


def part_row(employer: EmployerId, one: Participation) -> Json:
    """Write a region's part in an agreement of an employer as a row."""
    # Field by field: `asdict` copies deeply, which for 35 regions took a tenth of a publication.
    row = {name: getattr(one, name) for name in FIELDS}
    return {
        **row,
        "employer_id": employer,
        "decision_sequence": one.verdict and one.verdict.sequence,
        "decision_outcome": one.verdict and one.verdict.outcome,
        "decision_reason": one.verdict and one.verdict.reason,
    }


def _participation(row: Row) -> Participation:
    verdict = None
    if row["decision_sequence"] is not None:
        outcome = Outcome(row["decision_outcome"])
        verdict = Verdict(row["decision_sequence"], outcome, row["decision_reason"])
    said = {name: value for name, value in row.items() if not name.startswith("decision_")}
    said["standing"] = Standing(row["standing"])
    said["extra_instruments"] = tuple(row["extra_instruments"])
    return Participation(**said, verdict=verdict)
