# SPDX-License-Identifier: EUPL-1.2
"""What other services say: own copies are kept, and support ends with its placement."""

from collections.abc import Sequence
from datetime import datetime

from services.providers import schemas, store
from services.providers.domain import SYSTEM
from services.providers.domain.support import AT_WORK, placement_over
from services.providers.handlers.keeping import keep, today_of
from shared.messaging import Arrival, StoredHashes
from shared.runtime import Cursor


def adopt_frameworks(cur: Cursor, arrivals: Sequence[Arrival], now: datetime) -> StoredHashes:
    """Keep own copies of what agreements say about specialists."""
    stored = store.put_frameworks(cur, [schemas.framework_row(one) for one in arrivals], now)
    return {one.key: stored[one.data["agreementId"]] for one in arrivals}


def adopt_placements(cur: Cursor, arrivals: Sequence[Arrival], now: datetime) -> StoredHashes:
    """Keep own copies of placements, and end the support of those that are over."""
    stored = store.put_placements(cur, [schemas.placement_row(one) for one in arrivals], now)
    over = [one.data["placementId"] for one in arrivals if one.data["state"] not in AT_WORK]
    if over:
        today = today_of(now)
        ended = [
            placement_over(one, by=SYSTEM, today=today) for one in store.lock_open_of(cur, over)
        ]
        keep(cur, ended, now=now)
    return {one.key: stored[one.data["placementId"]] for one in arrivals}
