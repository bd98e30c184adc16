# SPDX-License-Identifier: EUPL-1.2
"""Sectors of a region, who leads them, and the places that go there."""

from uuid import uuid4

import psycopg.errors
import pytest

from services.regions import handlers
from services.regions.domain import refusals as no
from shared.contracts.api import regions as api
from shared.runtime import Answer, Cursor, Faults, Json, Principal, StaleVersion
from tests.integration.regions.asking import (
    DRECHTSTEDEN,
    NOW,
    ZWOLLE,
    arrival,
    ask,
    placement,
)

ZUID_LIMBURG = "AM30"
LIST = {"code": ZUID_LIMBURG, "page": 1, "pageSize": 50}
CHANGE = {"organisation": "UWV", "reason": "Westelijke Mijnstreek heeft geen capaciteit"}


def lead(cur: Cursor, sector: str, region: str = ZUID_LIMBURG) -> Json:
    body = handlers.get_sector_lead(cur, ask({"code": region, "sector": sector})).body
    assert not api.SectorLeadDetail().validate(body)
    return body


def give(cur: Cursor, sector: str, body: Json, if_match: int = 0, **more: Principal) -> Answer:
    call = ask({"code": ZUID_LIMBURG, "sector": sector}, body, if_match=if_match, **more)
    return handlers.set_sector_lead(cur, call)


def arrives(cur: Cursor, sector: str, region: str = ZUID_LIMBURG, **changes: object) -> str:
    identity = str(uuid4())
    told = placement(region, identity, sector=sector, **changes)
    handlers.adopt_placements(cur, [arrival(region, f"placement/{identity}", told)], NOW)
    return identity


def in_hand(cur: Cursor, identity: str, region: str = ZUID_LIMBURG) -> tuple[str | None, str]:
    body = handlers.get_desk_placement(cur, ask({"code": region, "id": identity})).body
    return body["organisation"], body["routedBy"]


def test_three_centre_municipalities_coordinate_three_sectors_each(cur: Cursor) -> None:
    body = handlers.list_sector_leads(cur, ask(LIST)).body

    assert not api.SectorLeadPage().validate(body)
    assert body["total"] == 9
    by_coordinator: dict[str, list[str]] = {}
    for one in body["items"]:
        by_coordinator.setdefault(one["coordinator"], []).append(one["name"])
    assert by_coordinator == {
        "Maastricht": ["Customer Service", "Leisure Horeca", "Maakindustrie"],
        "Heerlen": ["Medical logistics", "Smart services", "Zorg"],
        "Sittard-Geleen": ["Automotive", "Logistiek", "Techniek"],
    }


def test_sectors_come_in_pages(cur: Cursor) -> None:
    body = handlers.list_sector_leads(cur, ask({**LIST, "page": 2, "pageSize": 4})).body

    assert (len(body["items"]), body["total"]) == (4, 9)


def test_tenth_sector_that_is_one_of_the_nine_is_refused(owner: Cursor) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation):
        owner.execute(
            "INSERT INTO sector_divisions SELECT region, sector, 'Gezondheid', sub_region,"
            " coordinator, organisation, source FROM sector_divisions WHERE sector = 'zorg'"
        )


def test_another_spelling_is_the_same_sector(cur: Cursor) -> None:
    give(cur, "ZORG", {"organisation": "UWV", "reason": "Afgesproken in het overleg"})

    assert handlers.list_sector_leads(cur, ask(LIST)).body["total"] == 9
    assert lead(cur, "zorg")["organisation"] == "UWV"


@pytest.mark.parametrize(
    ("sector", "organisation", "sub_region"),
    [
        ("Zorg", "WSP Parkstad", "Parkstad"),
        ("Automotive", "Westelijke Mijnstreek", "Westelijke Mijnstreek"),
    ],
)
def test_place_goes_to_the_lead_of_its_sector(
    cur: Cursor, sector: str, organisation: str, sub_region: str
) -> None:
    assert lead(cur, sector)["subRegion"] == sub_region
    assert in_hand(cur, arrives(cur, sector)) == (organisation, "eszl")


def test_sector_of_which_no_source_names_the_lead_is_the_desks_until_the_region_says(
    cur: Cursor,
) -> None:
    told = lead(cur, "Customer Service")
    assert (told["organisation"], told["basis"], told["byDivision"]) == (None, "desk", None)
    assert (told["subRegion"], told["coordinator"]) == ("Maastricht-Heuvelland", "Maastricht")
    waits = arrives(cur, "Customer Service")
    assert in_hand(cur, waits) == (None, "desk")

    give(cur, "customer_service", {"organisation": "Podium24", "reason": "Zo afgesproken"})

    assert in_hand(cur, waits) == ("Podium24", "override")


def test_place_always_goes_somewhere(cur: Cursor) -> None:
    assert in_hand(cur, arrives(cur, "Bouw")) == (None, "desk")
    only = arrives(cur, "Bouw", ZWOLLE)
    assert in_hand(cur, only, ZWOLLE) == ("WSP Regio Zwolle", "only_organisation")
    nobody = arrives(cur, "Bouw", DRECHTSTEDEN)
    assert in_hand(cur, nobody, DRECHTSTEDEN) == (None, "desk")
    assert lead(cur, "Bouw")["basis"] == "desk"


def test_lead_is_given_to_another_with_a_reason_and_kept(cur: Cursor) -> None:
    answer = give(cur, "techniek", CHANGE)

    assert not api.SectorLeadDetail().validate(answer.body)
    assert (answer.etag, answer.body["organisation"], answer.body["basis"]) == (
        1,
        "UWV",
        "override",
    )
    assert (answer.body["byDivision"], answer.body["coordinator"]) == (
        "Westelijke Mijnstreek",
        "Sittard-Geleen",
    )
    [given] = answer.body["history"]
    assert (given["organisation"], given["reason"]) == ("UWV", CHANGE["reason"])
    row = cur.execute("SELECT recorded_by FROM sector_leads").fetchone()
    assert row == {"recorded_by": "local"}


def test_lead_goes_back_to_the_division(cur: Cursor) -> None:
    give(cur, "techniek", CHANGE)

    back = give(
        cur, "techniek", {"organisation": "Westelijke Mijnstreek", "reason": "Weer ruimte"}, 1
    )

    assert (back.body["basis"], len(back.body["history"])) == ("eszl", 2)


def test_open_places_go_along_and_those_in_hand_stay(cur: Cursor) -> None:
    waits, taken = arrives(cur, "Techniek"), arrives(cur, "Techniek")
    other = arrives(cur, "Zorg")
    handlers.decide_on_placement(
        cur, ask({"code": ZUID_LIMBURG, "id": taken}, {"decision": "picked-up"})
    )

    give(cur, "techniek", CHANGE)

    assert in_hand(cur, waits) == ("UWV", "override")
    assert in_hand(cur, taken) == ("Westelijke Mijnstreek", "eszl")
    assert in_hand(cur, other) == ("WSP Parkstad", "eszl")
    assert in_hand(cur, arrives(cur, "Techniek")) == ("UWV", "override")


def test_next_state_of_a_place_leaves_it_where_it_is(cur: Cursor) -> None:
    identity = arrives(cur, "Techniek")
    handlers.decide_on_placement(
        cur, ask({"code": ZUID_LIMBURG, "id": identity}, {"decision": "picked-up"})
    )
    give(cur, "techniek", CHANGE)
    told = placement(ZUID_LIMBURG, identity, sector="Techniek", state="confirmed")

    newer = arrival(ZUID_LIMBURG, f"placement/{identity}", told, sequence=2)
    handlers.adopt_placements(cur, [newer], NOW)

    assert in_hand(cur, identity) == ("Westelijke Mijnstreek", "eszl")


def test_region_may_name_a_lead_for_a_sector_of_its_own(cur: Cursor) -> None:
    give(cur, "Bouw", CHANGE)

    assert in_hand(cur, arrives(cur, "bouw")) == ("UWV", "override")
    assert handlers.list_sector_leads(cur, ask(LIST)).body["total"] == 10


def test_organisation_that_only_has_a_copy_does_not_decide(cur: Cursor) -> None:
    scope = {"region": ZUID_LIMBURG, "organisation": "Podium24"}
    podium = Principal("local", "wsp-officer", scope)
    identity = arrives(cur, "Zorg")
    here = {"code": ZUID_LIMBURG, "id": identity}

    with pytest.raises(no.NotTheirs, match="WSP Parkstad has it in hand"):
        handlers.decide_on_placement(cur, ask(here, {"decision": "picked-up"}, who=podium))
    shown = handlers.list_desk_placements(cur, ask(LIST, who=podium)).body["items"]
    assert [one["placementId"] for one in shown] == [identity]


def test_change_of_a_lead_is_refused_where_it_must_be(cur: Cursor) -> None:
    officer = Principal("local", "wsp-officer", {"region": ZUID_LIMBURG})

    with pytest.raises(no.NotForThisRole):
        give(cur, "zorg", CHANGE, who=officer)
    with pytest.raises(no.OrganisationUnknown, match="WSP Regio Zwolle"):
        give(cur, "zorg", {**CHANGE, "organisation": "WSP Regio Zwolle"})
    with pytest.raises(Faults, match="/reason"):
        give(cur, "zorg", {"organisation": "UWV"})
    give(cur, "zorg", CHANGE)
    with pytest.raises(StaleVersion):
        give(cur, "zorg", CHANGE)


def test_desk_finds_what_an_organisation_has_in_hand(cur: Cursor) -> None:
    open_one, taken = arrives(cur, "Techniek"), arrives(cur, "Techniek")
    care, unled = arrives(cur, "Zorg"), arrives(cur, "Bouw")
    handlers.decide_on_placement(
        cur, ask({"code": ZUID_LIMBURG, "id": taken}, {"decision": "picked-up"})
    )
    give(cur, "techniek", CHANGE)

    def found(organisation: str, region: str = ZUID_LIMBURG) -> set[str]:
        asked = ask({**LIST, "code": region, "organisation": organisation})
        items = handlers.list_desk_placements(cur, asked).body["items"]
        return {one["placementId"] for one in items}

    assert found("Westelijke Mijnstreek") == {taken}
    assert found("UWV") == {open_one}
    assert found("WSP Parkstad") == {care}
    only = arrives(cur, "Bouw", ZWOLLE)
    assert found("WSP Regio Zwolle", ZWOLLE) == {only}
    assert unled not in found("Westelijke Mijnstreek") | found("UWV")
