# SPDX-License-Identifier: EUPL-1.2
"""Each region's own copies of what other services own."""

from collections.abc import Sequence
from datetime import datetime

from services.regions.store.sql import QUERIES, StoredHashes, put, written
from shared.runtime import Cursor, Json


def store_agreements(cur: Cursor, rows: Sequence[Json], now: datetime) -> StoredHashes:
    """Write each region's copy of a batch of agreements; give the hashes of what is stored.

    A row is one state with all `regions` that it came for: their copies are made there.
    """
    parameters = {"rows": written(rows), "now": now}
    stored = cur.execute(QUERIES["store_agreements"], parameters).fetchall()
    return {(region, row["subject"]): row["hash"] for row in stored for region in row["regions"]}


def store_participations(cur: Cursor, rows: Sequence[Json], now: datetime) -> StoredHashes:
    """Write a batch of participations; give the hashes of what is stored."""
    return put(cur, "store_participations", rows, now)


def store_employers(cur: Cursor, rows: Sequence[Json], now: datetime) -> StoredHashes:
    """Write a batch of employers; give the hashes of what is stored."""
    return put(cur, "store_employers", rows, now)


def store_placements(
    cur: Cursor, rows: Sequence[Json], now: datetime
) -> tuple[StoredHashes, set[tuple[str, str]]]:
    """Write each region's copy of a batch of placements.

    Gives the hashes of what is stored, and of which places the regions have said something.
    """
    parameters = {"rows": written(rows), "now": now}
    stored = cur.execute(QUERIES["store_placements"], parameters).fetchall()
    by_key = {(row["recipient"], row["subject"]): row for row in stored}
    hashes = {key: row["hash"] for key, row in by_key.items()}
    return hashes, {key for key, row in by_key.items() if row["spoken_of"]}


def store_consultations(cur: Cursor, rows: Sequence[Json], now: datetime) -> StoredHashes:
    """Write a batch of concepts; give the hashes of what is stored."""
    return put(cur, "store_consultations", rows, now)


def store_supports(cur: Cursor, rows: Sequence[Json], now: datetime) -> StoredHashes:
    """Write a batch of requests for support; give the hashes of what is stored."""
    return put(cur, "store_supports", rows, now)
