# SPDX-License-Identifier: EUPL-1.2
"""The canary's states: written as those of any agreement, and stored as no agreement of ours.

So no list, count, task, history or timer here can know of it.
"""

from datetime import datetime
from typing import Final

from services.agreements.domain import (
    Agreement,
    AgreementId,
    Change,
    EmployerId,
    LastChange,
    Region,
    Status,
    Step,
    Terms,
    Version,
)
from services.agreements.schemas import messages
from shared.contracts.canary import AUDIENCE, CANARY
from shared.messaging import Outgoing
from shared.runtime.clock import date_of

EMPLOYER: Final = "Kanarie: geen werkgever"
TITLE: Final = "Kanarie: geen afspraak, wel dezelfde weg"


def canary_state(number: int, now: datetime) -> Outgoing:
    """Write the canary as its amendment of this number leaves it."""
    terms = Terms(
        title=TITLE,
        target_groups=("lks_doelgroep",),
        guidance_model="eigen_buddy",
        kinds=("placement",),
        instruments=("loonkostensubsidie",),
        starts_on=date_of(now),
    )
    agreement = Agreement(
        id=AgreementId(CANARY),
        employer_id=EmployerId(CANARY),
        status=Status.PUBLISHED,
        revision=number,
        draft=None,
        versions=(Version(number, Change.EDITORIAL, terms, published_at=now),),
        material_sequence=1,
        last_change=LastChange(Step.AMENDED, now),
    )
    regions = frozenset(Region(code) for code in AUDIENCE)
    return messages.agreement_state(agreement, EMPLOYER, regions, date_of(now))
