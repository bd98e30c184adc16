# SPDX-License-Identifier: EUPL-1.2
"""Every decision of a region is settled and answered, alone or in a batch."""

import pytest

from services.placements import handlers
from shared.messaging import Awaiting
from tests.integration.placements.bureau import (
    AGREEMENT,
    DRECHTSTEDEN,
    GORINCHEM,
    IN_ZWOLLE,
    NOWHERE,
    WSP,
    ZWOLLE,
    Bureau,
    confirmation,
)


def test_decision_is_answered_in_the_next_state(bureau: Bureau) -> None:
    place = bureau.offer()["id"]

    bureau.decide(place, "confirmed")

    [_, state] = bureau.states(f"placement/{place}")
    assert state["state"] == "confirmed"
    answer = {"sequence": 1, "outcome": "recorded", "reason": None}
    assert state["decision"] == {**answer, "recordedSequence": 1}
    assert state["lastChange"] == {"kind": "confirmed", "at": "2026-12-02T10:00:00Z"}
    assert bureau.show(place)["revision"] == 2
    assert bureau.tally() == {"offered": 1, "pickedUp": 1, "confirmed": 1}
    steps = [one["step"] for one in bureau.page("list_placement_history", id=place)]
    assert steps == ["confirmed", "picked_up", "offered"]


def test_refused_decision_is_told_with_its_reason(bureau: Bureau) -> None:
    place = bureau.offer()["id"]

    bureau.decide(place, "confirmed", confirmation=confirmation(["ww"]))

    shown = bureau.show(place)
    assert (shown["state"], shown["decision"]["outcome"]) == ("picked_up", "refused")
    assert shown["decision"]["reason"] == "version 1 is not for every group that was confirmed"
    told = [shown, *bureau.page("list_placement_history", id=place)]
    assert "ww" not in str([*told, *bureau.states(f"placement/{place}")])
    assert bureau.tally() == {"offered": 1, "pickedUp": 1}


def test_state_with_a_refusal_tells_which_decision_counts(bureau: Bureau) -> None:
    place = bureau.offer()["id"]
    bureau.decide(place, "confirmed", confirmation=confirmation(["statushouders"]))
    recorded = bureau.states(f"placement/{place}")[-1]["decision"]

    for _ in range(2):
        bureau.decide(place, "handed_over", toRegion=GORINCHEM)

    refused = bureau.states(f"placement/{place}")[-1]["decision"]
    assert (refused["outcome"], refused["sequence"] > recorded["sequence"]) == ("refused", True)
    assert refused["recordedSequence"] == recorded["recordedSequence"] == recorded["sequence"]


def test_nothing_of_a_candidate_is_told_or_shown(bureau: Bureau) -> None:
    place = bureau.offer()["id"]
    bureau.decide(place, "confirmed", confirmation=confirmation(["statushouders"]))

    assert "statushouders" not in str(bureau.states(f"placement/{place}"))
    assert "statushouders" not in str(bureau.show(place))
    assert "statushouders" not in str(bureau.page("list_placement_history", id=place))


def test_correction_is_a_change_of_its_own_and_the_regions_words_stay_out_of_it(
    bureau: Bureau,
) -> None:
    place = bureau.offer()["id"]
    bureau.decide(place, "confirmed")
    corrected = confirmation(
        ["statushouders"],
        corrections=1,
        correctedAt="2026-12-03T10:00:00Z",
        correctionReason="Register nagekeken",
    )

    bureau.decide(place, "confirmed", confirmation=corrected)

    [newest, *_] = bureau.page("list_placement_history", id=place)
    assert (newest["step"], newest["reason"]) == ("corrected", None)
    assert "Register nagekeken" not in str(bureau.page("list_placement_history", id=place))
    assert bureau.tally()["confirmed"] == 1
    [told] = bureau.ask("count_placements", by=WSP, page=1, pageSize=50).body["items"]
    assert [one["group"] for one in told["groups"]] == ["statushouders"]


def test_decisions_of_a_batch_are_settled_and_counted_together(bureau: Bureau) -> None:
    places = [one["id"] for one in bureau.call({"places": 40})["placements"]]

    before = len(bureau.sent())
    bureau.decide_all({place: {"decision": "confirmed"} for place in places})

    assert bureau.tally() == {"offered": 40, "pickedUp": 40, "confirmed": 40}
    sent = [subject for subject, _, _ in bureau.sent()[before:]]
    assert len(sent) == 81
    assert sent.count(f"tally/{AGREEMENT}/{DRECHTSTEDEN}") == 1


def test_decision_on_a_place_that_is_not_known_waits(bureau: Bureau) -> None:
    known = bureau.offer()["id"]
    arrivals = [bureau.decided(one, decision="picked_up") for one in (known, NOWHERE)]

    with pytest.raises(Awaiting, match=NOWHERE):
        handlers.settle_decisions(bureau.cur, arrivals, bureau.now)

    assert bureau.show(known)["state"] == "offered"


def test_decision_of_a_region_that_has_no_part_in_the_place_changes_nothing(
    bureau: Bureau,
) -> None:
    place = bureau.offer()["id"]

    bureau.decide(place, "declined", region=ZWOLLE)

    assert bureau.show(place)["revision"] == 1
    assert len(bureau.states(f"placement/{place}")) == 1


def test_hand_over_offers_a_linked_place_to_the_neighbour_and_nothing_else(
    bureau: Bureau,
) -> None:
    place = bureau.offer()["id"]

    bureau.decide(place, "handed_over")

    here = bureau.show(place)
    there = bureau.show(here["link"]["placementId"])
    assert (here["state"], there["state"]) == ("handed_over", "offered")
    assert (here["link"]["region"], here["link"]["direction"]) == (GORINCHEM, "to")
    assert there["link"] == {
        "placementId": place,
        "region": DRECHTSTEDEN,
        "direction": "from",
    }
    audiences = {subject: audience for subject, _, audience in bureau.sent()}
    assert audiences[f"placement/{place}"] == [DRECHTSTEDEN]
    assert audiences[f"placement/{there['id']}"] == [GORINCHEM]
    assert audiences[f"standing/{there['id']}"] == ["providers"]
    assert bureau.tally(GORINCHEM) == {"offered": 1}
    assert bureau.tally() == {"offered": 1, "pickedUp": 1, "handedOver": 1}
    bureau.decide(there["id"], "confirmed", region=GORINCHEM)
    assert bureau.tally(GORINCHEM) == {"offered": 1, "pickedUp": 1, "confirmed": 1}


def test_hand_over_to_a_region_that_is_no_neighbour_is_refused(bureau: Bureau) -> None:
    place = bureau.offer(workplace={"municipality": IN_ZWOLLE})["id"]

    bureau.decide(place, "handed_over", region=ZWOLLE, toRegion=GORINCHEM)

    shown = bureau.show(place)
    assert (shown["state"], shown["link"]) == ("picked_up", None)
    assert shown["decision"]["reason"] == "AM35 is no neighbour of AM36"


@pytest.mark.parametrize("decision", ["declined", "handed_over"])
def test_free_text_of_a_region_is_not_told_on_whatever_release_it_runs(
    bureau: Bureau, decision: str
) -> None:
    place = bureau.offer()["id"]

    bureau.decide(place, decision, reason="Kandidaat kan niet reizen")

    history = bureau.page("list_placement_history", id=place)
    assert "reizen" not in str([bureau.show(place), history, bureau.states(f"placement/{place}")])
