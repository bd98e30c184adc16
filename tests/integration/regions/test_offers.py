# SPDX-License-Identifier: EUPL-1.2
"""What a region has on offer, and what agreements and concepts promise against it."""

import copy

import orjson
import pytest

from services.regions import handlers
from services.regions.domain import refusals as no
from shared.contracts import codes, content_hash
from shared.contracts.api import regions as api
from shared.contracts.registry import examples
from shared.runtime import Answer, Cursor, Faults, Json, Principal, StaleVersion
from tests.integration.regions.asking import (
    AGREEMENT,
    NOW,
    ZWOLLE,
    agreement,
    arrival,
    ask,
)

HERE = {"code": ZWOLLE}
LIST = {**HERE, "page": 1, "pageSize": 50}
CONCEPT: Json = examples()["consultation-changed.v1"]["data"]


def offer(cur: Cursor, *offered: str, if_match: int = 0, **more: Principal) -> Answer:
    call = ask(HERE, {"offered": list(offered)}, if_match=if_match, **more)
    return handlers.set_instruments(cur, call)


def shown(cur: Cursor) -> Answer:
    answer = handlers.get_instruments(cur, ask(HERE))
    assert not api.Instruments().validate(answer.body)
    return answer


def test_region_that_never_said_offers_nothing_and_that_shows(cur: Cursor) -> None:
    answer = shown(cur)

    assert (answer.etag, answer.body["told"], answer.body["offered"]) == (0, False, [])
    assert [one["code"] for one in answer.body["instruments"]] == list(codes.INSTRUMENTS)


def test_offer_is_kept_and_told_to_the_owner_of_agreements(cur: Cursor) -> None:
    answer = offer(cur, "proefplaats", "loonkostensubsidie")

    assert answer == shown(cur)
    assert (answer.etag, answer.body["told"]) == (1, True)
    assert answer.body["offered"] == ["loonkostensubsidie", "proefplaats"]
    row = cur.execute(
        "SELECT body FROM journal WHERE subject = %s", [f"instruments/{ZWOLLE}"]
    ).fetchone()
    assert row is not None
    assert orjson.loads(row["body"])["data"] == {
        "region": ZWOLLE,
        "offered": ["loonkostensubsidie", "proefplaats"],
        "changedAt": "2026-12-01T09:00:00Z",
    }


def test_offer_shows_what_each_instrument_takes_today(cur: Cursor) -> None:
    offer(cur, "proefplaats")

    listed = {one["code"]: one for one in shown(cur).body["instruments"]}
    assert (listed["proefplaats"]["offered"], listed["no_risk"]["offered"]) == (True, False)
    assert [one["name"] for one in listed["proefplaats"]["particulars"]] == ["startsOn", "endsOn"]
    assert (listed["lkv_oudere"]["givenOut"], listed["lkv_banenafspraak"]["since"]) == (
        False,
        "2026-01-01",
    )


def test_offer_is_changed_on_the_revision_that_was_read_by_a_manager(cur: Cursor) -> None:
    offer(cur, "proefplaats")

    with pytest.raises(StaleVersion):
        offer(cur, "no_risk")
    with pytest.raises(no.NotForThisRole):
        offer(cur, "no_risk", if_match=1, who=Principal("local", "wsp-officer"))
    with pytest.raises(Faults, match="/offered/0"):
        offer(cur, "gratis_taart", if_match=1)
    assert offer(cur, if_match=1).body["offered"] == []


def test_gap_is_shown_before_the_region_decides(cur: Cursor) -> None:
    promised = agreement(versions=(1, 2))
    promised["versions"][1]["terms"]["instruments"] = ["loonkostensubsidie", "proefplaats"]
    held = arrival(ZWOLLE, f"agreement/{AGREEMENT}", promised)
    handlers.adopt_agreements(cur, [held], NOW)
    at = ask({**HERE, "id": AGREEMENT})
    assert handlers.get_held_agreement(cur, at).body["promiseCheck"] == {
        "told": False,
        "promised": ["loonkostensubsidie", "proefplaats"],
        "missing": [],
    }

    offer(cur, "loonkostensubsidie", "no_risk")

    body = handlers.get_held_agreement(cur, at).body
    assert not api.HeldAgreement().validate(body)
    assert body["promiseCheck"]["missing"] == ["proefplaats"]
    [listed] = handlers.list_held_agreements(cur, ask(LIST)).body["items"]
    assert listed["promiseCheck"] == body["promiseCheck"]


def test_concept_is_held_and_listed_with_what_it_would_promise(cur: Cursor) -> None:
    subject = f"consultation/{CONCEPT['agreementId']}"
    concept = copy.deepcopy(CONCEPT)
    concept["terms"]["instruments"] = ["proefplaats"]
    offer(cur, "no_risk")

    stored = handlers.adopt_consultations(cur, [arrival(ZWOLLE, subject, concept)], NOW)

    assert stored == {(ZWOLLE, subject): content_hash(concept)}
    body = handlers.list_consultations(cur, ask(LIST)).body
    assert not api.ConsultationPage().validate(body)
    [one] = body["items"]
    assert (one["state"], one["round"], one["hash"]) == (
        concept["status"],
        concept["round"],
        content_hash(concept),
    )
    assert one["promiseCheck"]["missing"] == ["proefplaats"]
    closed = arrival(ZWOLLE, subject, {**concept, "status": "closed"}, sequence=2)
    handlers.adopt_consultations(cur, [closed], NOW)
    assert [
        handlers.list_consultations(cur, ask({**LIST, "state": state})).body["total"]
        for state in ("open", "closed")
    ] == [0, 1]
