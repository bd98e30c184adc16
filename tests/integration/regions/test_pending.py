# SPDX-License-Identifier: EUPL-1.2
"""Decisions that wait for the word of an owner are counted by region."""

from services.regions import handlers
from services.regions.handlers.pending import PENDING
from shared.runtime import Cursor
from tests.integration.regions.asking import (
    AGREEMENT,
    DRECHTSTEDEN,
    NOW,
    ZWOLLE,
    arrival,
    ask,
    participation,
)
from tests.integration.regions.at_the_desk import answered, confirmation, decide, owner_tells


def waiting(cur: Cursor, region: str = DRECHTSTEDEN) -> float:
    handlers.measure_pending(cur, NOW)
    counted: float = PENDING.labels(region)._value.get()
    return counted


def test_decisions_on_places_wait_until_their_owner_answers(picked_up: Cursor) -> None:
    decide(picked_up, confirmation(picked_up))
    assert (waiting(picked_up), waiting(picked_up, ZWOLLE)) == (2, 0)

    owner_tells(picked_up, 2, state="picked_up", decision=answered(1))
    assert waiting(picked_up) == 1

    refused = answered(2, "refused", "not that group", counts=1)
    owner_tells(picked_up, 3, state="picked_up", decision=refused)
    assert waiting(picked_up) == 0


def test_decisions_on_agreements_wait_until_their_owner_answers(offered: Cursor) -> None:
    here = {"code": DRECHTSTEDEN, "id": AGREEMENT}
    handlers.decide_on_agreement(offered, ask(here, {"decision": "considering"}))
    assert waiting(offered) == 1

    told = participation(DRECHTSTEDEN, decision={**answered(1)})
    subject = f"participation/{AGREEMENT}/{DRECHTSTEDEN}"
    handlers.adopt_participations(offered, [arrival(DRECHTSTEDEN, subject, told)], NOW)
    assert waiting(offered) == 0
