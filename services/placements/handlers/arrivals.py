# SPDX-License-Identifier: EUPL-1.2
"""What other services say: own copies are kept, and every decision of a region is answered."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from services.placements.domain import (
    SYSTEM,
    Choice,
    Cut,
    Framework,
    Placement,
    PlacementId,
    Settled,
    Surroundings,
    Today,
    settle,
)
from services.placements.handlers.keeping import keep
from services.placements.handlers.offers import PICK_UP_WORKING_DAYS
from services.placements.schemas import messages
from services.placements.schemas.messages import Submitted
from services.placements.store import copies, places
from shared.contracts import reference
from shared.messaging import Arrival, Awaiting, StoredHashes
from shared.runtime import Cursor
from shared.runtime.calendar import working_days_after
from shared.runtime.clock import date_of


def adopt_frameworks(cur: Cursor, arrivals: Sequence[Arrival], now: datetime) -> StoredHashes:
    """Keep what agreements offer; places fall away with an agreement, or with a region in it."""
    rows = [messages.framework_row(one) for one in arrivals]
    stored = copies.put_frameworks(cur, rows, now)
    known = copies.hold_frameworks(cur, stored)
    cuts = {one.agreement_id: one.cuts() for one in known.values() if one.cuts()}
    if cuts:
        _withdraw(cur, cuts, now)
    return {one.key: stored[one.data["agreementId"]] for one in arrivals}


def adopt_supports(cur: Cursor, arrivals: Sequence[Arrival], now: datetime) -> StoredHashes:
    """Keep requests for support, to show beside the placement."""
    stored = copies.put_supports(cur, [messages.support_row(one) for one in arrivals], now)
    return {one.key: stored[one.data["id"]] for one in arrivals}


def settle_decisions(cur: Cursor, arrivals: Sequence[Arrival], now: datetime) -> StoredHashes:
    """Record or refuse what regions decided; either way each region is told.

    A decision on a placement that is not known here waits for it.
    """
    submitted = {one.key: messages.submitted(one) for one in arrivals}
    ids = {one.placement_id for one in submitted.values()}
    found = places.find(cur, ids)
    if unknown := ids - found.keys():
        raise Awaiting(f"not known here: {', '.join(sorted(unknown))}")
    # Agreements before places, as in adopting them: whoever takes both never waits in a circle.
    handed = [one for one in submitted.values() if one.decision.choice is Choice.HANDED_OVER]
    under = [found[PlacementId(one.placement_id)].agreement_id for one in handed]
    frameworks = copies.hold_frameworks(cur, under)
    settled = _settled(places.lock(cur, ids), submitted.values(), frameworks, now)
    trace = arrivals[0].traceparent if len(arrivals) == 1 else None
    keep(cur, settled, who=None, now=now, traceparent=trace)
    rows = [one.row for one in submitted.values()]
    stored = copies.add_decisions(cur, rows, now)
    return {key: stored[one.placement_id, one.decision.region] for key, one in submitted.items()}


def _settled(
    known: dict[PlacementId, Placement],
    submitted: Iterable[Submitted],
    frameworks: Mapping[str, Framework],
    now: datetime,
) -> list[Placement]:
    """Give what decisions change; one of a region that has no part in a place changes nothing."""
    linked: list[Placement] = []
    changed: dict[PlacementId, Placement] = {}
    for one in submitted:
        before = known[PlacementId(one.placement_id)]
        settled = _settle(before, one, frameworks, now)
        if settled.placement is not before:
            changed[before.id] = known[before.id] = settled.placement
        linked += [settled.linked] if settled.linked else []
    return [*changed.values(), *linked]


def _settle(
    placement: Placement, one: Submitted, frameworks: Mapping[str, Framework], now: datetime
) -> Settled:
    today = Today(now, date_of(now))
    around = Surroundings(
        today=today,
        pick_up_by=working_days_after(today.on, PICK_UP_WORKING_DAYS),
        framework=frameworks.get(placement.agreement_id),
        neighbours=reference.neighbours(placement.region),
        new_id=lambda: str(uuid4()),
    )
    return settle(placement, one.decision, around)


def _withdraw(cur: Cursor, cuts: Mapping[str, Sequence[Cut]], now: datetime) -> None:
    today = Today(now, date_of(now))
    open_ones = places.lock_open(cur, cuts.keys())
    reasons = {
        row["id"]: cut.reason
        for row in open_ones
        for cut in cuts[row["agreement_id"]]
        if cut.takes(row["region"], row["state"])
    }
    gone = places.find(cur, sorted(reasons))
    withdrawn = [one.withdraw(SYSTEM, reason=reasons[one.id], today=today) for one in gone.values()]
    keep(cur, withdrawn, who=None, now=now)
