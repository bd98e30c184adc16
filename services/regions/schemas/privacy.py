# SPDX-License-Identifier: EUPL-1.2
"""Forgetting a candidate, and the report of what is kept: nothing here is about anybody."""

from collections.abc import Sequence
from datetime import date, datetime

from services.regions.domain import PERIODS, CandidateReference, RegionCode, Retention
from shared.contracts.api import regions as api
from shared.runtime import Json, load
from shared.runtime.clock import date_of


def candidate_to_erase(body: object) -> CandidateReference:
    """Read who is to be forgotten."""
    return CandidateReference(load(api.EraseCandidate(), body)["candidate_reference"])


def erased(region: RegionCode, files: int, now: datetime) -> Json:
    """Write that somebody is forgotten."""
    body: Json = api.CandidateErased().dump({"region": region, "files": files, "erased_at": now})
    return body


def report(kept: Retention, held: Sequence[Json], forgotten: Sequence[Json], today: date) -> Json:
    """Write what is kept, for how long, and what was forgotten."""
    periods = [
        {
            "state": str(state),
            "days": kept.days(state),
            "basis": period.basis,
            "proposed": kept.days(state) == period.days,
        }
        for state, period in PERIODS.items()
    ]
    of_states = [_held(kept, row, today) for row in held]
    told = {"periods": periods, "held": of_states, "forgotten": list(forgotten)}
    body: Json = api.RetentionReport().dump(told)
    return body


def _held(kept: Retention, row: Json, today: date) -> Json:
    oldest = date_of(row["oldest"])
    until = kept.until(row["state"], oldest)
    return {**row, "oldest_on": oldest, "kept_until": until, "overdue": until < today}
