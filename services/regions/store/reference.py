# SPDX-License-Identifier: EUPL-1.2
"""Reference data: which regions there are, what is in them, and who serves employers there."""

from datetime import date

from services.regions.domain import RegionCode
from services.regions.store.organisations import list_organisations
from services.regions.store.sql import QUERIES, page, written
from shared.contracts import reference
from shared.contracts.canary import CANARY
from shared.runtime import Cursor, Json, widened

# The day from which the reference files tell how things are: CBS, state of 2026.
REFERENCE_ON = date(2026, 1, 1)
# More organisations than any region has.
ALL = 1_000


def after_migrate(cur: Cursor) -> None:
    """Load the reference data; called by the migration job, as the owner of the tables."""
    load_reference(cur, on=REFERENCE_ON)


def load_reference(cur: Cursor, *, on: date) -> None:
    """Make the tables say what the reference files say from that day on.

    Loading the same files again changes nothing. A municipality that moved or was renamed
    keeps its earlier stay, which ends on that day.
    """
    regions = [
        {
            "code": region.code,
            "name": region.name,
            "centre_municipalities": region.centre_municipalities,
            "tile_column": region.column,
            "tile_row": region.row,
        }
        for region in reference.regions()
    ]
    borders = [
        {"region": code, "neighbour": neighbour}
        for code in reference.region_codes()
        for neighbour in reference.neighbours(code)
    ]
    municipalities = {"rows": written(reference.municipalities()), "on": on}
    cur.execute(QUERIES["load_regions"], {"rows": written(regions)})
    cur.execute(QUERIES["clear_aliases"])
    cur.execute(QUERIES["load_aliases"], {"rows": written(reference.aliases())})
    cur.execute(QUERIES["clear_neighbours"])
    cur.execute(QUERIES["load_neighbours"], {"rows": written(borders)})
    cur.execute(QUERIES["close_stays"], municipalities)
    cur.execute(QUERIES["open_stays"], municipalities)
    cur.execute(QUERIES["open_desks"])


def list_regions(cur: Cursor, *, on: date, limit: int, offset: int) -> tuple[list[Json], int]:
    """Give one page of the regions as they are on that day, and how many there are."""
    window = {"on": on, "limit": limit, "offset": offset, "canary": CANARY}
    # How many agreements run in a region is no secret; which ones they are is not told here.
    with widened(cur):
        return page(cur, "list_regions", "count_regions", window)


def get_region(cur: Cursor, region: RegionCode, *, on: date) -> Json:
    """Give a region with everything that belongs to it on that day."""
    found = cur.execute(QUERIES["get_region"], {"region": region}).fetchone()
    if found is None:
        raise reference.UnknownRegion(region)
    stays = {"region": region, "on": on}
    municipalities = cur.execute(QUERIES["list_municipalities"], stays).fetchall()
    organisations, _ = list_organisations(cur, region, limit=ALL, offset=0)
    return {**found, "municipalities": municipalities, "organisations": organisations}
