# SPDX-License-Identifier: EUPL-1.2
"""Regions and municipalities, as they are on a day."""

from datetime import date

import pytest

from services.regions import handlers, store
from shared.contracts import reference
from shared.contracts.api import regions as api
from shared.runtime import Cursor
from tests.integration.regions.asking import ask

LIST = {"page": 1, "pageSize": 200}


def test_there_are_35_regions_and_342_municipalities(cur: Cursor) -> None:
    body = handlers.list_regions(cur, ask(LIST)).body

    assert not api.RegionPage().validate(body)
    assert [one["code"] for one in body["items"]] == list(reference.region_codes())
    assert sum(one["municipalityCount"] for one in body["items"]) == 342


def test_regions_come_in_pages(cur: Cursor) -> None:
    body = handlers.list_regions(cur, ask({"page": 4, "pageSize": 10})).body

    assert [one["code"] for one in body["items"]] == ["AM34", "AM35", "AM36", "AM37", "AM38"]
    assert body["total"] == 35


def test_page_past_the_end_is_empty_and_tells_the_total(cur: Cursor) -> None:
    body = handlers.list_regions(cur, ask({"page": 9, "pageSize": 10})).body

    assert (body["items"], body["total"]) == ([], 35)


def test_region_shows_everything_that_belongs_to_it(cur: Cursor) -> None:
    body = handlers.get_region(cur, ask({"code": "AM36"})).body

    assert not api.Region().validate(body)
    assert (body["name"], body["aliases"]) == ("Regio Zwolle", ["Zwolle"])
    assert len(body["municipalities"]) == 16
    assert body["neighbours"] == list(reference.neighbours("AM36"))
    assert body["tile"] == {"column": 5, "row": 2}
    assert [one["name"] for one in body["organisations"]] == ["WSP Regio Zwolle"]
    assert body["desk"]["telephone"] is None


def test_drechtsteden_has_7_municipalities(cur: Cursor) -> None:
    assert len(handlers.get_region(cur, ask({"code": "AM23"})).body["municipalities"]) == 7


def test_zuid_limburg_is_served_by_four_organisations(cur: Cursor) -> None:
    body = handlers.list_organisations(cur, ask({"code": "AM30", **LIST})).body

    assert not api.OrganisationPage().validate(body)
    assert {one["name"] for one in body["items"]} == {
        "Podium24",
        "WSP Parkstad",
        "UWV",
        "Westelijke Mijnstreek",
    }


def test_werkcentrum_of_midden_limburg_is_being_set_up(cur: Cursor) -> None:
    [werkcentrum] = handlers.list_organisations(cur, ask({"code": "AM33", **LIST})).body["items"]

    assert (werkcentrum["kind"], werkcentrum["status"]) == ("werkcentrum", "in_opbouw")
    assert set(werkcentrum["audiences"]) == {"werkzoekenden", "werkgevers", "werkenden"}


@pytest.mark.parametrize("code", ["AM04", "AM16", "AM31", "AM99"])
def test_code_of_no_region_is_refused_by_name(cur: Cursor, code: str) -> None:
    with pytest.raises(reference.UnknownRegion, match=f"{code} is not a labour-market region"):
        handlers.get_region(cur, ask({"code": code}))


def test_reference_data_loaded_again_changes_nothing(owner: Cursor) -> None:
    before = _stays(owner)

    store.after_migrate(owner)
    store.load_reference(owner, on=date(2027, 1, 1))

    assert _stays(owner) == before


def test_municipality_that_moved_keeps_its_earlier_stay(owner: Cursor) -> None:
    owner.execute("UPDATE municipalities SET region = 'AM05' WHERE code = 'GM0193'")

    store.load_reference(owner, on=date(2027, 1, 1))
    store.load_reference(owner, on=date(2027, 1, 1))

    assert [row for row in _stays(owner) if row["code"] == "GM0193"] == [
        {"code": "GM0193", "region": "AM05", "until": date(2027, 1, 1)},
        {"code": "GM0193", "region": "AM36", "until": None},
    ]
    then = store.get_region(owner, "AM05", on=date(2026, 12, 31))["municipalities"]
    now = store.get_region(owner, "AM05", on=date(2027, 1, 1))["municipalities"]
    assert [one["code"] for one in then if one not in now] == ["GM0193"]


def test_service_may_only_read_reference_data(cur: Cursor) -> None:
    allowed = cur.execute(
        "SELECT privilege_type FROM information_schema.role_table_grants"
        " WHERE grantee = 'schakel_regions' AND table_name = 'municipalities'"
    ).fetchall()

    assert [row["privilege_type"] for row in allowed] == ["SELECT"]


def _stays(cur: Cursor) -> list[dict[str, object]]:
    return cur.execute(
        "SELECT code, region, valid_to AS until FROM municipalities ORDER BY code, valid_from"
    ).fetchall()
