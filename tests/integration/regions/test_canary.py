# SPDX-License-Identifier: EUPL-1.2
"""A region holds the canary as it holds any agreement, and shows it to nobody."""

import pytest

from services.regions import handlers
from services.regions.domain.refusals import AgreementNotHeld
from shared.contracts import content_hash
from shared.contracts.canary import AUDIENCE, CANARY, SUBJECT
from shared.runtime import Cursor, Json
from tests.integration.regions.asking import (
    AGREEMENT,
    NOW,
    ZWOLLE,
    agreement,
    arrival,
    ask,
    employer,
)

LIST = {"page": 1, "pageSize": 50}
COPY = {"code": ZWOLLE, "id": CANARY}


@pytest.fixture
def cur(cur: Cursor) -> Cursor:
    """Give regions that all hold the canary, one of them an agreement, and its employer."""
    state = agreement(agreement_id=CANARY)
    state["employer"]["id"] = CANARY
    canaries = [arrival(region, SUBJECT, state) for region in sorted(AUDIENCE)]
    others = [arrival(ZWOLLE, f"agreement/{AGREEMENT}", agreement())]
    stored = handlers.adopt_agreements(cur, [*canaries, *others], NOW)
    assert stored[ZWOLLE, SUBJECT] == content_hash(state)
    handlers.adopt_employers(cur, [arrival("regions", "employer/iss", employer())], NOW)
    return cur


def items(body: Json) -> int:
    assert len(body["items"]) == body["total"]
    return int(body["total"])


def test_reconciliation_finds_it_with_every_region(cur: Cursor) -> None:
    found = cur.execute("SELECT recipient FROM holdings WHERE subject = %s", (SUBJECT,)).fetchall()

    assert {row["recipient"] for row in found} == AUDIENCE


def test_it_is_in_no_list_and_in_no_count(cur: Cursor) -> None:
    held = handlers.list_held_agreements(cur, ask({"code": ZWOLLE, **LIST})).body
    contacts = handlers.list_contacts(cur, ask({"code": ZWOLLE, **LIST})).body
    regions = handlers.list_regions(cur, ask(LIST)).body["items"]

    assert (items(held), items(contacts)) == (1, 1)
    assert {one["code"]: one["agreementCount"] for one in regions if one["agreementCount"]} == {
        ZWOLLE: 1
    }


def test_nobody_finds_it_or_decides_on_it(cur: Cursor) -> None:
    with pytest.raises(AgreementNotHeld):
        handlers.get_held_agreement(cur, ask(COPY))
    with pytest.raises(AgreementNotHeld):
        handlers.decide_on_agreement(cur, ask(COPY, {"decision": "accepted", "version": 1}))
