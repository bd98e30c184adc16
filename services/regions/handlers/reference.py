# SPDX-License-Identifier: EUPL-1.2
"""The regions as the reference data has them today."""

from services.regions import store
from services.regions.handlers.asked import region_of, window
from services.regions.schemas import answers
from shared.runtime import Answer, Call, Cursor, page_of
from shared.runtime.clock import date_of


def list_regions(cur: Cursor, call: Call) -> Answer:
    """Show the regions, as they are today."""
    rows, total = store.list_regions(cur, on=date_of(call.now), **window(call))
    return page_of([answers.region_in_list(row) for row in rows], total, call)


def get_region(cur: Cursor, call: Call) -> Answer:
    """Show a region with everything that belongs to it today."""
    region = region_of(call)
    row = store.get_region(cur, region, on=date_of(call.now))
    return Answer(answers.region(row, store.get_desk(cur, region)))
