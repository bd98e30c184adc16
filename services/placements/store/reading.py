# SPDX-License-Identifier: EUPL-1.2
"""Lists and figures: what is read and never changed here."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.placements.domain import Placement
from services.placements.domain.counting import FEWEST_SHOWN
from services.placements.domain.refusals import CallUnknown
from services.placements.store.places import find
from services.placements.store.sql import QUERIES, Window, page
from shared.runtime import Cursor, Json

Filters = Mapping[str, Any]
_SMALL = {"fewest": FEWEST_SHOWN, "most_hidden": FEWEST_SHOWN - 1}


def list_placements(cur: Cursor, filters: Filters, window: Window) -> tuple[list[Placement], int]:
    """Give one page of the placements that match, newest first, and how many there are."""
    rows, total = page(cur, "list_placements", "count_placements", filters, window)
    return [*find(cur, [row["id"] for row in rows]).values()], total


def list_changes(cur: Cursor, placement_id: str, window: Window) -> tuple[list[Json], int]:
    """Give one page of a placement's history, newest first, and how long it is."""
    of = {"placement_id": placement_id}
    return page(cur, "list_changes", "count_changes", of, window)


def list_calls(cur: Cursor, filters: Filters, window: Window) -> tuple[list[Json], int]:
    """Give one page of the calls that match, newest first, and how many there are."""
    return page(cur, "list_calls", "count_calls", filters, window)


def places_of_calls(cur: Cursor, ids: Sequence[str], region: str) -> dict[str, int]:
    """Give how many places of each of these calls are in a region."""
    rows = cur.execute(QUERIES["places_of_calls"], {"ids": list(ids), "region": region})
    return {row["call_id"]: row["places"] for row in rows}


def get_call(cur: Cursor, call_id: str) -> tuple[Json, list[Placement]]:
    """Give a call with every place of it, or refuse."""
    row = cur.execute(QUERIES["get_call"], {"id": call_id}).fetchone()
    if row is None:
        raise CallUnknown(f"no call has the id {call_id}")
    ids = cur.execute(QUERIES["placements_of_call"], {"call_id": call_id}).fetchall()
    return row, [*find(cur, [one["id"] for one in ids]).values()]


def tallies(cur: Cursor, filters: Filters, window: Window) -> tuple[list[Json], int]:
    """Give one page of the tallies that match, by agreement and region, and how many there are."""
    return page(cur, "tally_cells", "count_tallies", filters, window)


def tally_total(cur: Cursor, filters: Filters) -> Json:
    """Give all tallies that match as one."""
    return cur.execute(QUERIES["tally_total"], filters).fetchone() or {}


def timed_figures(cur: Cursor, cells: Sequence[Json]) -> list[Json]:
    """Give how long it took, and who is at work by the register, in these cells."""
    return cur.execute(QUERIES["timed_figures"], _cells(cells)).fetchall()


def group_figures(cur: Cursor, cells: Sequence[Json], group: Filters) -> list[Json]:
    """Give how many of each group got how far in these cells."""
    return cur.execute(QUERIES["group_figures"], {**_cells(cells), **group}).fetchall()


def group_totals(cur: Cursor, filters: Filters) -> list[Json]:
    """Give how many of each group got how far in each agreement, told and not."""
    return cur.execute(QUERIES["group_totals"], {**filters, **_SMALL}).fetchall()


def register_totals(cur: Cursor, filters: Filters) -> list[Json]:
    """Give how many of the register are at work under each agreement, told and not."""
    return cur.execute(QUERIES["register_totals"], {**filters, **_SMALL}).fetchall()


def _cells(rows: Sequence[Json]) -> dict[str, list[str]]:
    names = {"agreement_id": "agreements", "region": "regions"}
    return {plural: [row[name] for row in rows] for name, plural in names.items()}


def overdue(cur: Cursor, on: date) -> dict[str, int]:
    """Give how many places each region is late in picking up."""
    rows = cur.execute(QUERIES["overdue_figures"], {"on": on})
    return {row["region"]: row["rows"] for row in rows}
