# SPDX-License-Identifier: EUPL-1.2
"""Own copies of what other services say, each with the hash of what is stored."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
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


def put_instruments(cur: Cursor, rows: Sequence[Json]) -> dict[str, str]:
    """Keep own copies of what regions offer; gives the hash of what is stored, by region."""
    stored = cur.execute(QUERIES["put_instruments"], {"rows": written(rows)})
    return {row["region"]: row["hash"] for row in stored}


def put_tallies(cur: Cursor, rows: Sequence[Json]) -> dict[tuple[str, str], str]:
    """Keep own copies of counts; gives the hash of what is stored, by agreement and region."""
    stored = cur.execute(QUERIES["put_tallies"], {"rows": written(rows)})
    return {(row["agreement_id"], row["region"]): row["hash"] for row in stored}


def offered(cur: Cursor) -> dict[str, list[str]]:
    """Give what every region has on offer, as far as word of it has arrived."""
    return {row["region"]: row["offered"] for row in cur.execute(QUERIES["find_offered"])}


def tallies(cur: Cursor, ids: Collection[str]) -> Mapping[str, dict[str, Json]]:
    """Give how many places of some agreements got how far, by agreement and region."""
    found: dict[str, dict[str, Json]] = defaultdict(dict)
    for row in cur.execute(QUERIES["find_tallies"], {"ids": list(ids)}):
        found[row["agreement_id"]][row["region"]] = row["counts"]
    return found


def add_decisions(cur: Cursor, rows: Sequence[Json], now: datetime) -> dict[tuple[str, str], str]:
    """Keep decisions as they came; gives the hash of what is stored, by agreement and region."""
    stored = cur.execute(QUERIES["add_decisions"], {"rows": written(rows), "now": now})
    return {(row["agreement_id"], row["region"]): row["hash"] for row in stored}
