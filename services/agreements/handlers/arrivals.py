# SPDX-License-Identifier: EUPL-1.2
"""What other services say: own copies are kept, and every decision of a region is answered."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from services.agreements import store
from services.agreements.domain import Agreement, Participations, decide, outsider
from services.agreements.handlers.step import Made, settle_all
from services.agreements.schemas import heard
from services.agreements.schemas.heard import Submitted
from services.agreements.store import Doer
from shared.messaging import Arrival, Awaiting, StoredHashes
from shared.runtime import Cursor
from shared.runtime.clock import date_of

# Only a region's manager decides on agreements, so that is the role behind every decision.
DECIDES = "wsp-manager"


def adopt_employers(cur: Cursor, arrivals: Sequence[Arrival], now: datetime) -> StoredHashes:
    """Keep own copies of employers, for their names."""
    del now
    stored = store.put_employers(cur, [heard.employer_row(one) for one in arrivals])
    return {one.key: stored[one.data["id"]] for one in arrivals}


def adopt_contacts(cur: Cursor, arrivals: Sequence[Arrival], now: datetime) -> StoredHashes:
    """Keep own copies of the regions' contacts, for the matrix."""
    del now
    stored = store.put_contacts(cur, [heard.contact_row(one) for one in arrivals])
    return {one.key: stored[one.data["region"], one.data["employerId"]] for one in arrivals}


def adopt_instruments(cur: Cursor, arrivals: Sequence[Arrival], now: datetime) -> StoredHashes:
    """Keep own copies of what regions have on offer, for the promise check."""
    del now
    stored = store.put_instruments(cur, [heard.instruments_row(one) for one in arrivals])
    return {one.key: stored[one.data["region"]] for one in arrivals}


def adopt_tallies(cur: Cursor, arrivals: Sequence[Arrival], now: datetime) -> StoredHashes:
    """Keep own copies of how many places got how far, for the matrix and the evaluations."""
    del now
    stored = store.put_tallies(cur, [heard.tally_row(one) for one in arrivals])
    return {one.key: stored[one.data["agreementId"], one.data["region"]] for one in arrivals}


def settle_decisions(cur: Cursor, arrivals: Sequence[Arrival], now: datetime) -> StoredHashes:
    """Record or refuse what regions decided; either way each region is told.

    A decision on an agreement that is not known here waits for it.
    """
    submitted = {one.key: heard.submitted(one) for one in arrivals}
    ids = {one.agreement_id for one in submitted.values()}
    kept = store.lock_all(cur, ids)
    if unknown := ids - kept.keys():
        raise Awaiting(f"not known here: {', '.join(sorted(unknown))}")
    known = store.all_participations(cur, ids)
    steps = [
        (kept[one], _decided(kept[one].agreement, known[one], list(group), now))
        for one, group in groupby(sorted(submitted.values(), key=_agreement_id), key=_agreement_id)
    ]
    settle_all(cur, steps, now, arrivals[0].traceparent if len(arrivals) == 1 else None)
    stored = store.add_decisions(cur, [one.row for one in submitted.values()], now)
    return {key: stored[one.agreement_id, one.region] for key, one in submitted.items()}


def _decided(
    agreement: Agreement, known: Participations, decisions: Sequence[Submitted], now: datetime
) -> Made:
    """Answer every decision on one agreement; a region is in a batch only once."""
    answered = [
        decide(
            agreement,
            known.get(one.region) or outsider(one.agreement_id, one.region),
            one.decision,
            date_of(now),
        )
        for one in decisions
    ]
    done = [(fact, Doer(part.region, DECIDES)) for part, fact in answered]
    return Made(agreement, done, known, [part for part, _ in answered])


def _agreement_id(one: Submitted) -> str:
    return one.agreement_id
