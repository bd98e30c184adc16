# SPDX-License-Identifier: EUPL-1.2
"""Own copies of what other services say, each with the hash of what is stored."""

from collections.abc import Sequence
from datetime import datetime

from services.agreements.domain import EmployerId
from services.agreements.domain.refusals import EmployerUnknown
from services.agreements.store.sql import QUERIES, written
from shared.runtime import Cursor, Json


def employer_name(cur: Cursor, employer_id: EmployerId) -> str:
    """Give an employer's name, or refuse while no word of it has arrived."""
    row = cur.execute(QUERIES["find_employer"], {"id": employer_id}).fetchone()
    if row is None:
        raise EmployerUnknown(employer_id)
    name: str = row["name"]
    return name


def put_employers(cur: Cursor, rows: Sequence[Json]) -> dict[str, str]:
    """Keep own copies of employers; gives the hash of what is stored, by employer."""
    stored = cur.execute(QUERIES["put_employers"], {"rows": written(rows)})
    return {row["id"]: row["hash"] for row in stored}


def put_contacts(cur: Cursor, rows: Sequence[Json]) -> dict[tuple[str, str], str]:
    """Keep own copies of contacts; gives the hash of what is stored, by region and employer."""
    stored = cur.execute(QUERIES["put_contacts"], {"rows": written(rows)})
    return {(row["region"], row["employer_id"]): row["hash"] for row in stored}


def add_decisions(cur: Cursor, rows: Sequence[Json], now: datetime) -> dict[tuple[str, str], str]:
    """Keep decisions as they came; gives the hash of what is stored, by agreement and region."""
    stored = cur.execute(QUERIES["add_decisions"], {"rows": written(rows), "now": now})
    return {(row["agreement_id"], row["region"]): row["hash"] for row in stored}
