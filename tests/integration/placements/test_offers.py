# SPDX-License-Identifier: EUPL-1.2
"""Places are offered alone or by hundreds: all of them or none, each told to its own region."""

import pytest

from services.placements.domain.refusals import (
    AgreementUnknown,
    NotTheirs,
    PlacementUnknown,
    RegionDoesNotTakePart,
    RegionIsElsewhere,
)
from shared.runtime import Cursor, Faults, Principal
from tests.integration.placements.bureau import (
    AGREEMENT,
    DRECHTSTEDEN,
    GORINCHEM,
    IN_DORDRECHT,
    IN_MAASTRICHT,
    IN_ZWOLLE,
    NOWHERE,
    PLACE,
    SLW,
    WSP,
    ZWOLLE,
    Bureau,
    participant,
    version,
)


def there(municipality: str) -> dict[str, object]:
    return {"workplace": {"municipality": municipality}}


def test_place_is_told_to_its_region_and_to_who_supports(bureau: Bureau) -> None:
    place = bureau.offer(targetGroups=["jongeren_tot_27"], developmentPath="breadth")

    assert (place["region"], place["state"], place["revision"]) == (DRECHTSTEDEN, "offered", 1)
    assert place["workplace"]["municipalityName"] == "Dordrecht"
    assert (place["hoursPerWeek"], place["pickUpBy"]) == (25.5, "2026-12-08")
    assert bureau.sent() == [
        (f"placement/{place['id']}", 1, [DRECHTSTEDEN]),
        (f"standing/{place['id']}", 1, ["providers"]),
        (f"tally/{AGREEMENT}/{DRECHTSTEDEN}", 1, ["agreements"]),
    ]
    [state] = bureau.states(f"placement/{place['id']}")
    assert (state["hoursPerWeekTenths"], state["wantedGroups"]) == (255, ["jongeren_tot_27"])
    assert bureau.tally() == {"offered": 1}


def test_place_is_found_by_the_beginning_of_its_id(bureau: Bureau) -> None:
    place, _ = bureau.offer()["id"], bureau.offer()

    assert [one["id"] for one in bureau.page("list_placements", q=place[:12].upper())] == [place]
    assert bureau.page("list_placements", q="%") == []


def test_why_a_place_is_offered_stands_in_its_history(bureau: Bureau) -> None:
    alone = bureau.offer(reason="Nieuwe vestiging")
    several = bureau.offer(places=2, reason="Nieuwe ploeg")

    told = [bureau.page("list_placement_history", id=one["id"]) for one in (alone, several)]

    assert [[one["reason"] for one in items] for items in told] == [
        ["Nieuwe vestiging"],
        ["Nieuwe ploeg"],
    ]


def test_call_of_many_places_is_one_batch_for_every_table(bureau: Bureau, cur: Cursor) -> None:
    statements: list[object] = []
    execute = cur.execute

    class Counting:
        def __getattr__(self, name: str) -> object:
            return getattr(cur, name)

        def execute(self, statement: object, *given: object) -> object:
            statements.append(statement)
            return execute(statement, *given)  # type: ignore[arg-type]

    bureau.cur = Counting()  # type: ignore[assignment]
    few = _statements(bureau, statements, places=1)
    many = _statements(bureau, statements, places=50)

    assert many == few


def _statements(bureau: Bureau, statements: list[object], places: int) -> int:
    before = len(statements)
    bureau.call({"places": places}, {**there(IN_ZWOLLE), "places": places})
    return len(statements) - before


def test_call_makes_a_placement_of_each_place_by_municipality(bureau: Bureau) -> None:
    call = bureau.call({"places": 3}, {**there(IN_ZWOLLE), "places": 2})

    assert (call["places"], call["regions"]) == (5, [DRECHTSTEDEN, ZWOLLE])
    regions = [one["region"] for one in call["placements"]]
    assert sorted(regions) == [DRECHTSTEDEN] * 3 + [ZWOLLE] * 2
    assert {one["callId"] for one in call["placements"]} == {call["id"]}
    assert bureau.tally() == {"offered": 3}
    assert bureau.tally(ZWOLLE) == {"offered": 2}
    again = bureau.ask("get_call", id=call["id"]).body
    assert {one["id"] for one in again["placements"]} == {one["id"] for one in call["placements"]}
    zwolle = Principal("local", "wsp-officer", {"region": ZWOLLE})
    seen = bureau.ask("get_call", by=zwolle, id=call["id"]).body["placements"]
    assert [one["region"] for one in seen] == [ZWOLLE, ZWOLLE]


def test_call_with_one_region_that_takes_no_part_offers_nothing(bureau: Bureau) -> None:
    with pytest.raises(RegionDoesNotTakePart, match="AM30"):
        bureau.call({}, there(IN_MAASTRICHT))

    assert bureau.sent() == []
    assert bureau.page("list_placements") == []


def test_several_places_of_one_kind_become_a_call(bureau: Bureau) -> None:
    place = bureau.offer(places=3)

    assert place["callId"]
    assert len(bureau.page("list_placements", callId=place["callId"])) == 3


def test_place_waits_for_an_agreement_of_which_nothing_was_heard(cur: Cursor) -> None:
    with pytest.raises(AgreementUnknown):
        Bureau(cur).offer()


def test_region_that_is_named_must_hold_the_municipality(bureau: Bureau) -> None:
    assert bureau.offer(region=DRECHTSTEDEN)["region"] == DRECHTSTEDEN
    with pytest.raises(RegionIsElsewhere, match="lies in AM23"):
        bureau.offer(region=ZWOLLE)


def test_employer_offers_only_under_its_own_agreements(bureau: Bureau) -> None:
    with pytest.raises(NotTheirs):
        bureau.offer(by=Principal("local", "employer", {"employer": NOWHERE}))
    assert bureau.offer(by=SLW)["state"] == "offered"


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"hoursPerWeek": 25.55}, "/hoursPerWeek"),
        ({"hoursPerWeek": 0}, "/hoursPerWeek"),
        ({"hoursPerWeek": 61}, "/hoursPerWeek"),
        ({"hoursPerWeek": True}, "/hoursPerWeek"),
        ({"places": 1001}, "/places"),
        ({"targetGroups": ["ggz"]}, "/targetGroups/0"),
        ({"workplace": {"municipality": "GM9999"}}, "/workplace/municipality"),
        ({"developmentPath": "omhoog"}, "/developmentPath"),
    ],
)
def test_what_is_wrong_with_an_offer_is_named(
    bureau: Bureau, wrong: dict[str, object], pointer: str
) -> None:
    with pytest.raises(Faults) as refused:
        bureau.offer(**wrong)

    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_call_of_too_many_places_is_refused(bureau: Bureau) -> None:
    with pytest.raises(Faults) as refused:
        bureau.call({"places": 600}, {"places": 600})

    assert [fault.pointer for fault in refused.value.faults] == ["/lines"]


def test_place_keeps_the_version_that_it_was_offered_under(bureau: Bureau) -> None:
    place = bureau.offer()
    newer = version(2, targetGroups=["statushouders"])
    bureau.hear_of_agreement(
        version=2, versions=[newer], participants=[participant(DRECHTSTEDEN, "accepted", 2)]
    )

    assert bureau.offer()["agreementVersion"] == 2
    bureau.decide(place["id"], "confirmed")
    assert (bureau.show(place["id"])["state"], place["agreementVersion"]) == ("confirmed", 1)


def test_lists_are_filtered_and_held_to_who_asks(bureau: Bureau) -> None:
    here, zwolle = bureau.offer(), bureau.offer(**there(IN_ZWOLLE))

    assert [one["id"] for one in bureau.page("list_placements", by=WSP)] == [here["id"]]
    assert [one["id"] for one in bureau.page("list_placements", region=ZWOLLE)] == [zwolle["id"]]
    assert bureau.page("list_placements", state="confirmed") == []
    with pytest.raises(NotTheirs):
        bureau.page("list_placements", by=WSP, region=ZWOLLE)
    with pytest.raises(PlacementUnknown):
        bureau.ask("get_placement", by=WSP, id=zwolle["id"])
    with pytest.raises(PlacementUnknown):
        bureau.page("list_placement_history", by=WSP, id=zwolle["id"])
    assert (PLACE["workplace"]["municipality"], GORINCHEM) == (IN_DORDRECHT, "AM35")


def test_open_places_fall_away_with_the_agreement_and_are_told_so(bureau: Bureau) -> None:
    offered, picked_up, confirmed = (bureau.offer()["id"] for _ in range(3))
    running = bureau.started()["id"]
    bureau.decide(picked_up, "picked_up")
    bureau.decide(confirmed, "confirmed")

    bureau.hear_of_agreement(status="ended", endsOn="2027-03-01")
    assert _states(bureau, offered, picked_up, confirmed, running) == [
        *("withdrawn", "withdrawn", "confirmed", "started")
    ]
    bureau.hear_of_agreement(status="expired", endsOn="2027-03-01")
    assert _states(bureau, confirmed, running) == ["withdrawn", "started"]
    assert bureau.states(f"placement/{confirmed}")[-1]["reason"] == "the agreement has expired"
    assert bureau.tally()["withdrawn"] == 3
    [newest, *_] = bureau.page("list_placement_history", id=confirmed)
    assert (newest["by"], newest["role"]) == ("schakel", "system")


def test_open_places_fall_away_with_a_region_that_leaves(bureau: Bureau) -> None:
    here, zwolle = bureau.offer()["id"], bureau.offer(**there(IN_ZWOLLE))["id"]

    bureau.hear_of_agreement(
        participants=[participant(DRECHTSTEDEN, "withdrawn", None), participant(ZWOLLE)]
    )

    assert _states(bureau, here, zwolle) == ["withdrawn", "offered"]


def _states(bureau: Bureau, *ids: str) -> list[str]:
    return [bureau.show(one)["state"] for one in ids]
