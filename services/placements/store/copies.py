# SPDX-License-Identifier: EUPL-1.2
"""Own copies of what other services own: agreements, decisions of regions, requests for support."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from services.placements.domain import Framework, Participant, Terms, Version
from services.placements.domain.refusals import AgreementUnknown
from services.placements.store.sql import QUERIES, day, written
from shared.runtime import Cursor, Json

Row = Mapping[str, Any]


def put_frameworks(cur: Cursor, rows: Sequence[Json], now: datetime) -> dict[str, str]:
    """Keep what agreements offer, with every version; gives the hash of what is stored."""
    known = [
        {"agreement_id": row["agreement_id"], **version}
        for row in rows
        for version in row["told"]["versions"]
    ]
    cur.execute(QUERIES["add_terms"], {"rows": written(known)})
    stored = cur.execute(QUERIES["put_frameworks"], {"rows": written(rows), "now": now})
    return {row["agreement_id"]: row["hash"] for row in stored}


def hold_framework(cur: Cursor, agreement_id: str) -> Framework:
    """Give what an agreement offers, unchanging until this transaction ends, or refuse."""
    found = hold_frameworks(cur, [agreement_id])
    if agreement_id not in found:
        raise AgreementUnknown(f"no agreement {agreement_id} is known here")
    return found[agreement_id]


def hold_frameworks(cur: Cursor, ids: Iterable[str]) -> dict[str, Framework]:
    """Give what those agreements offer that are known, by id."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = cur.execute(QUERIES["hold_frameworks"], {"ids": wanted})
    return {row["agreement_id"]: _framework(row) for row in rows}


def add_decisions(cur: Cursor, rows: Collection[Json], now: datetime) -> dict[tuple[str, str], str]:
    """Keep decisions as they came; gives the hash of what is stored, by placement and region."""
    stored = cur.execute(QUERIES["add_decisions"], {"rows": written([*rows]), "now": now})
    return {(row["placement_id"], row["region"]): row["hash"] for row in stored}


def put_supports(cur: Cursor, rows: Sequence[Json], now: datetime) -> dict[str, str]:
    """Keep requests for support as they are now; gives the hash of what is stored, by id."""
    stored = cur.execute(QUERIES["put_supports"], {"rows": written(rows), "now": now})
    return {row["id"]: row["hash"] for row in stored}


def supports_of(cur: Cursor, placement_id: str) -> list[Json]:
    """Give the requests for support on a placement."""
    return cur.execute(QUERIES["supports_of"], {"placement_id": placement_id}).fetchall()


def _framework(row: Row) -> Framework:
    told = row["told"]
    return Framework(
        agreement_id=row["agreement_id"],
        employer_id=told["employer_id"],
        employer_name=told["employer_name"],
        status=row["status"],
        versions={one["version"]: _version(one) for one in told["versions"]},
        participants={
            one["region"]: Participant(one["status"], one["version"], day(one["active_from"]))
            for one in told["participants"]
        },
    )


def _version(said: Row) -> Version:
    terms = Terms(
        version=said["version"],
        target_groups=frozenset(said["target_groups"]),
        guidance=said["guidance"],
        sustained_after_weeks=said["sustained_after_weeks"],
    )
    return Version(terms, frozenset(said["kinds"]), day(said["valid_until"]))
