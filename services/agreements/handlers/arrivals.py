# SPDX-License-Identifier: EUPL-1.2
"""What other services say: own copies are kept, and every decision of a region is answered."""

from collections.abc import Sequence
from datetime import datetime

from services.agreements import store
from services.agreements.domain import Agreement, Fact, Participation, decide, outsider
from services.agreements.domain.participation import Participations
from services.agreements.schemas import messages
from services.agreements.schemas.messages import Submitted
from services.agreements.store import Doer
from shared.messaging import Arrival, Awaiting, StoredHashes, journal
from shared.runtime import Cursor
from shared.runtime.clock import date_of

# Only a region's manager decides on agreements, so that is the role behind every decision.
DECIDES = "wsp-manager"


def adopt_employers(cur: Cursor, arrivals: Sequence[Arrival], now: datetime) -> StoredHashes:
    """Keep own copies of employers, for their names."""
    del now
    stored = store.put_employers(cur, [messages.employer_row(one) for one in arrivals])
    return {one.key: stored[one.data["id"]] for one in arrivals}


def adopt_contacts(cur: Cursor, arrivals: Sequence[Arrival], now: datetime) -> StoredHashes:
    """Keep own copies of the regions' contacts, for the matrix."""
    del now
    stored = store.put_contacts(cur, [messages.contact_row(one) for one in arrivals])
    return {one.key: stored[one.data["region"], one.data["employerId"]] for one in arrivals}


def settle_decisions(cur: Cursor, arrivals: Sequence[Arrival], now: datetime) -> StoredHashes:
    """Record or refuse what regions decided; either way each region is told.

    A decision on an agreement that is not known here waits for it.
    """
    submitted = {one.key: messages.submitted(one) for one in arrivals}
    ids = {one.agreement_id for one in submitted.values()}
    kept = store.lock_all(cur, ids)
    if unknown := ids - kept.keys():
        raise Awaiting(f"not known here: {', '.join(sorted(unknown))}")
    known = store.all_participations(cur, ids)
    settled = [
        _settle(kept[one.agreement_id].agreement, known[one.agreement_id], one, now)
        for one in submitted.values()
    ]
    _keep(cur, settled, now, arrivals[0].traceparent if len(arrivals) == 1 else None)
    stored = store.add_decisions(cur, [one.row for one in submitted.values()], now)
    return {key: stored[one.agreement_id, one.region] for key, one in submitted.items()}


Settled = tuple[Agreement, Participation, Fact]


def _settle(agreement: Agreement, known: Participations, one: Submitted, now: datetime) -> Settled:
    before = known.get(one.region) or outsider(one.agreement_id, one.region)
    return (agreement, *decide(agreement, before, one.decision, date_of(now)))


def _keep(cur: Cursor, settled: Sequence[Settled], now: datetime, traceparent: str | None) -> None:
    moved = [participation for _, participation, _ in settled]
    store.put(cur, moved, now)
    store.record(
        cur,
        [(agreement, fact, Doer(one.region, DECIDES)) for agreement, one, fact in settled],
        now,
    )
    states = [messages.participation_state(one) for one in moved]
    journal.publish(cur, states, now=now, traceparent=traceparent)
