# SPDX-License-Identifier: EUPL-1.2
"""What each region keeps of what other services own."""

import uuid

import pytest

from services.regions import handlers
from services.regions.domain.refusals import AgreementNotHeld
from shared.contracts import content_hash, reference
from shared.contracts.api import regions as api
from shared.runtime import Cursor, Json
from tests.integration.regions.asking import (
    AGREEMENT,
    DRECHTSTEDEN,
    ISS,
    NOW,
    ZWOLLE,
    agreement,
    arrival,
    ask,
    employer,
    participation,
)

SUBJECT = f"agreement/{AGREEMENT}"
LIST = {"page": 1, "pageSize": 50}


def held(cur: Cursor, region: str = ZWOLLE) -> Json:
    return handlers.get_held_agreement(cur, ask({"code": region, "id": AGREEMENT})).body


def test_every_region_of_a_batch_holds_the_same_bytes(cur: Cursor) -> None:
    states = [agreement(agreement_id=str(uuid.uuid4())) for _ in range(14)]
    batch = [
        arrival(region, f"agreement/{state['id']}", state)
        for region in reference.region_codes()
        for state in states
    ]

    stored = handlers.adopt_agreements(cur, batch, NOW)

    assert stored == {(one.recipient, one.subject): content_hash(one.data) for one in batch}
    assert len(stored) == 490


def test_region_shows_its_own_copy(cur: Cursor) -> None:
    handlers.adopt_agreements(cur, [arrival(ZWOLLE, SUBJECT, agreement())], NOW)
    where = f"participation/{AGREEMENT}/{ZWOLLE}"
    handlers.adopt_participations(cur, [arrival(ZWOLLE, where, participation(ZWOLLE))], NOW)

    body = held(cur)

    assert not api.HeldAgreement().validate(body)
    assert body["hash"] == content_hash(agreement())
    assert (body["sequence"], body["state"], body["decision"]) == (1, "published", None)
    assert body["versions"] == agreement()["versions"]
    assert body["participation"]["status"] == "invited"


def test_participation_may_come_after_the_agreement(cur: Cursor) -> None:
    handlers.adopt_agreements(cur, [arrival(ZWOLLE, SUBJECT, agreement())], NOW)

    assert held(cur)["participation"] is None


def test_newer_state_replaces_the_copy(cur: Cursor) -> None:
    handlers.adopt_agreements(cur, [arrival(ZWOLLE, SUBJECT, agreement())], NOW)
    newer = agreement(versions=(1, 2), status="suspended")

    stored = handlers.adopt_agreements(cur, [arrival(ZWOLLE, SUBJECT, newer, sequence=4)], NOW)

    body = held(cur)
    assert stored == {(ZWOLLE, SUBJECT): content_hash(newer)}
    assert (body["sequence"], body["version"], body["state"]) == (4, 2, "suspended")
    assert body["hash"] == content_hash(newer)


def test_region_that_was_sent_nothing_holds_nothing(cur: Cursor) -> None:
    handlers.adopt_agreements(cur, [arrival(ZWOLLE, SUBJECT, agreement())], NOW)

    with pytest.raises(AgreementNotHeld, match=DRECHTSTEDEN):
        held(cur, DRECHTSTEDEN)
    assert handlers.list_held_agreements(cur, ask({"code": DRECHTSTEDEN, **LIST})).body == {
        "items": [],
        "page": 1,
        "pageSize": 50,
        "total": 0,
    }


def test_copy_keeps_every_character(cur: Cursor) -> None:
    state = agreement() | {"title": 'Één "afspraak" \\u0000 \u2028 \U0001f91d'}

    stored = handlers.adopt_agreements(cur, [arrival(ZWOLLE, SUBJECT, state)], NOW)

    assert stored == {(ZWOLLE, SUBJECT): content_hash(state)}
    assert held(cur)["title"] == state["title"]


def test_state_told_under_a_subject_of_another_is_not_told_as_stored(cur: Cursor) -> None:
    wrong = f"participation/{AGREEMENT}/{DRECHTSTEDEN}"

    stored = handlers.adopt_participations(
        cur, [arrival(DRECHTSTEDEN, wrong, participation(ZWOLLE))], NOW
    )

    assert (DRECHTSTEDEN, wrong) not in stored


def test_employers_are_kept_once_for_all_regions(cur: Cursor) -> None:
    stored = handlers.adopt_employers(cur, [arrival("regions", f"employer/{ISS}", employer())], NOW)

    assert stored == {("regions", f"employer/{ISS}"): content_hash(employer())}


@pytest.mark.parametrize(("state", "total"), [("published", 1), ("ended", 1), ("suspended", 0)])
def test_held_agreements_are_found_by_state(cur: Cursor, state: str, total: int) -> None:
    ended = agreement(agreement_id=str(uuid.uuid4()), status="ended")
    batch = [
        arrival(ZWOLLE, SUBJECT, agreement()),
        arrival(ZWOLLE, f"agreement/{ended['id']}", ended),
    ]
    handlers.adopt_agreements(cur, batch, NOW)

    body = handlers.list_held_agreements(cur, ask({"code": ZWOLLE, "state": state, **LIST})).body

    assert not api.HeldAgreementPage().validate(body)
    assert body["total"] == len(body["items"]) == total
    assert all(one["state"] == state for one in body["items"])
