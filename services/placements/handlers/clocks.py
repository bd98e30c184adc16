# SPDX-License-Identifier: EUPL-1.2
"""What happens by itself when a deadline comes; each looks at the state that it finds."""

from collections.abc import Sequence
from datetime import datetime

from services.placements.domain import Today
from services.placements.domain.life import OPEN
from services.placements.handlers.keeping import keep
from services.placements.store import places
from shared.runtime import Cursor
from shared.runtime.clock import date_of
from shared.runtime.timers import Due


def let_lapse(cur: Cursor, due: Sequence[Due], now: datetime) -> None:
    """Let places go for which nobody was found by the day on which somebody was needed."""
    today = Today(now, date_of(now))
    found = places.lock(cur, [_placement_of(one) for one in due])
    gone = [
        one.lapse(today)
        for one in found.values()
        if one.state in OPEN and one.place.needed_by < today.on
    ]
    keep(cur, gone, who=None, now=now)


def _placement_of(due: Due) -> str:
    return due.subject.split("/")[1]
