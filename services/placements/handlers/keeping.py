# SPDX-License-Identifier: EUPL-1.2
"""What every change of placements has in common: written, counted and told in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from services.placements.domain import Placement, Step, increments
from services.placements.handlers import desks, due
from services.placements.schemas import messages
from services.placements.store import places
from shared.messaging import journal
from shared.runtime import Cursor


def keep(
    cur: Cursor,
    changed: Sequence[Placement],
    *,
    who: str | None,
    now: datetime,
    traceparent: str | None = None,
) -> list[Placement]:
    """Keep placements after their steps, and tell everybody concerned; one statement a table.

    Gives them as they are told: one revision on, unless they were offered just now.
    """
    told = [_next(one) for one in changed]
    if not told:
        return []
    places.put(cur, told)
    places.record(cur, told, who=who, now=now)
    tallies = places.grow(cur, increments(told))
    states = [messages.placement_state(one) for one in told]
    states += [messages.standing_state(one) for one in told if one.moved]
    states += [messages.tally_state(row) for row in tallies]
    journal.publish(cur, states, now=now, traceparent=traceparent)
    due.follow(cur, told)
    desks.follow(cur, told, now)
    return told


def _next(placement: Placement) -> Placement:
    new = bool(placement.facts) and placement.facts[0].step is Step.OFFERED
    return placement if new else placement.announced()
