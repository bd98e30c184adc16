# SPDX-License-Identifier: EUPL-1.2
"""What is shown beside every placement, asked once for all that are shown."""

from collections.abc import Sequence
from datetime import date

from services.placements.domain import Placement
from services.placements.schemas.answers import Beside
from services.placements.schemas.messages import subject_of
from shared.messaging import ledger
from shared.runtime import Cursor


def beside(cur: Cursor, found: Sequence[Placement], on: date) -> Beside:
    """Give the day, and how far each placement's newest state is on its way to its region."""
    subjects = {subject_of(one.id): one for one in found}
    states = ledger.newest_states(cur, list(subjects))
    known: dict[str, str] = {
        one.id: states[subject][one.region] for subject, one in subjects.items()
    }
    return Beside(on, known)
