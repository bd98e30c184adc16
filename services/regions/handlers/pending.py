# SPDX-License-Identifier: EUPL-1.2
"""How many decisions of each region wait for the word of an owner."""

from datetime import datetime

from prometheus_client import Gauge

from services.regions import store
from shared.contracts.reference import region_codes
from shared.runtime import Cursor

PENDING = Gauge(
    "schakel_region_decision_pending",
    "Decisions that a region submitted and their owner has not answered.",
    ["region"],
)


def measure_pending(cur: Cursor, now: datetime) -> None:
    """Set how many decisions of each region nobody has answered."""
    del now
    waiting = store.pending(cur)
    for region in region_codes():
        PENDING.labels(region).set(waiting.get(region, 0))
