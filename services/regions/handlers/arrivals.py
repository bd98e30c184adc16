# SPDX-License-Identifier: EUPL-1.2
"""What comes in by message: each region keeps its own copy of it."""

from collections.abc import Sequence
from datetime import datetime

from services.regions import store
from services.regions.handlers import retention
from services.regions.schemas import messages
from shared.messaging import Arrival, StoredHashes
from shared.runtime import Cursor


def adopt_agreements(cur: Cursor, arrivals: Sequence[Arrival], now: datetime) -> StoredHashes:
    """Keep each region's own copy of the agreements that came for it."""
    return store.store_agreements(cur, messages.agreement_rows(arrivals), now)


def adopt_participations(cur: Cursor, arrivals: Sequence[Arrival], now: datetime) -> StoredHashes:
    """Keep each region's place in its agreements, and the owner's word on its decisions."""
    rows = [messages.participation_row(one) for one in arrivals]
    return store.store_participations(cur, rows, now)


def adopt_employers(cur: Cursor, arrivals: Sequence[Arrival], now: datetime) -> StoredHashes:
    """Keep the employers that regions may deal with."""
    return store.store_employers(cur, [messages.employer_row(one) for one in arrivals], now)


def adopt_placements(cur: Cursor, arrivals: Sequence[Arrival], now: datetime) -> StoredHashes:
    """Keep each region's own copy of its places."""
    rows = [messages.placement_row(one) for one in arrivals]
    stored, spoken_of = store.store_placements(cur, rows, now)
    # Of the others nothing is written here that would have to be forgotten.
    told = [messages.filed(one) for one in arrivals if (one.recipient, one.subject) in spoken_of]
    retention.follow(cur, told, now)
    return stored


def adopt_consultations(cur: Cursor, arrivals: Sequence[Arrival], now: datetime) -> StoredHashes:
    """Keep the concepts that each region may comment on."""
    rows = [messages.consultation_row(one) for one in arrivals]
    return store.store_consultations(cur, rows, now)


def adopt_supports(cur: Cursor, arrivals: Sequence[Arrival], now: datetime) -> StoredHashes:
    """Keep the support that was asked for at each region's placements."""
    return store.store_supports(cur, [messages.support_row(one) for one in arrivals], now)
