# SPDX-License-Identifier: EUPL-1.2
"""Who serves employers in a region: a source tells first, and the region has the last word."""

import psycopg.errors
import pytest

from services.regions import handlers
from services.regions.domain import refusals as no
from shared.contracts.api import regions as api
from shared.runtime import (
    Answer,
    Cursor,
    Faults,
    Json,
    Principal,
    StaleVersion,
    VersionRequired,
)
from tests.integration.regions.asking import ask

LIMBURG, WERKCENTRUM = "AM33", "Werkcentrum Midden-Limburg"
TOLD = {"kind": "werkcentrum", "audiences": ["werkgevers", "werkzoekenden"]}
OPENED = {**TOLD, "sectors": ["Zorg"], "reason": "Het werkcentrum is open"}
JOINS = {"kind": "uwv", "audiences": ["werkgevers"], "reason": "Werkt ook hier"}


def put(
    cur: Cursor, name: str, body: Json, if_match: int | None = None, **more: Principal | str
) -> Answer:
    code = more.pop("code", LIMBURG)
    call = ask({"code": code, "name": name}, body, if_match=if_match, **more)  # type: ignore[arg-type]
    return handlers.set_organisation(cur, call)


def shown(cur: Cursor, name: str, code: str = LIMBURG) -> Json:
    body = handlers.get_organisation(cur, ask({"code": code, "name": name})).body
    assert not api.OrganisationDetail().validate(body)
    return body


def names(cur: Cursor, code: str = LIMBURG) -> list[str]:
    listed = handlers.list_organisations(cur, ask({"code": code, "page": 1, "pageSize": 50})).body
    assert not api.OrganisationPage().validate(listed)
    return [one["name"] for one in listed["items"]]


def test_what_a_source_told_is_the_first_revision_and_stays(cur: Cursor) -> None:
    answer = put(cur, WERKCENTRUM, OPENED, 1)

    assert (answer.etag, answer.body["status"], answer.body["sectors"]) == (2, "actief", ["Zorg"])
    said, source = shown(cur, WERKCENTRUM)["history"]
    assert (said["reason"], said["recordedAt"]) == (OPENED["reason"], "2026-12-01T09:00:00Z")
    assert (source["status"], source["reason"], source["revision"]) == ("in_opbouw", None, 1)
    assert source["source"] == "Intentieverklaring Midden-Limburg, 2024"
    row = cur.execute("SELECT recorded_by FROM organisation_changes").fetchone()
    assert row == {"recorded_by": "local"}


def test_new_organisation_is_listed_and_can_take_the_lead(cur: Cursor) -> None:
    assert put(cur, "UWV", JOINS).etag == 1

    assert names(cur) == ["UWV", WERKCENTRUM]
    region = handlers.get_region(cur, ask({"code": LIMBURG})).body
    assert [one["name"] for one in region["organisations"]] == ["UWV", WERKCENTRUM]
    sector = {"code": LIMBURG, "sector": "Zorg"}
    lead = {"organisation": "UWV", "reason": "Afgesproken"}
    handlers.set_sector_lead(cur, ask(sector, lead, if_match=0))
    assert handlers.get_sector_lead(cur, ask(sector)).body["organisation"] == "UWV"


def test_another_spelling_is_the_same_organisation(cur: Cursor) -> None:
    put(cur, WERKCENTRUM.upper(), OPENED, 1)

    assert names(cur) == [WERKCENTRUM]
    assert shown(cur, WERKCENTRUM.lower())["revision"] == 2


def test_nobody_overwrites_what_they_did_not_read(cur: Cursor) -> None:
    with pytest.raises(VersionRequired):
        put(cur, WERKCENTRUM, OPENED)
    with pytest.raises(StaleVersion):
        put(cur, WERKCENTRUM, OPENED, 2)
    with pytest.raises(StaleVersion):
        put(cur, "UWV", JOINS, 1)


def test_change_is_refused_where_it_must_be(cur: Cursor) -> None:
    officer = Principal("local", "wsp-officer", {"region": LIMBURG})
    elsewhere = Principal("local", "wsp-manager", {"region": "AM30"})

    with pytest.raises(no.NotForThisRole):
        put(cur, "UWV", JOINS, who=officer)
    with pytest.raises(no.NotTheirs):
        put(cur, "UWV", JOINS, who=elsewhere)
    with pytest.raises(no.NoSuchOrganisation, match="UWV"):
        shown(cur, "UWV")
    with pytest.raises(Faults) as faults:
        put(cur, "UWV", {"kind": "bank", "audiences": []})
    assert {one.pointer for one in faults.value.faults} == {"/kind", "/audiences", "/reason"}


def test_lead_of_a_sector_goes_on_serving_employers(cur: Cursor) -> None:
    away = {"kind": "wsp", "audiences": ["werkzoekenden"], "reason": "Geen werkgevers meer"}

    with pytest.raises(no.OrganisationLeads, match="zorg"):
        put(cur, "WSP Parkstad", away, 1, code="AM30")
    assert put(cur, "Podium24", away, 1, code="AM30").etag == 2


def test_what_was_said_is_never_rewritten(cur: Cursor) -> None:
    put(cur, "UWV", JOINS)

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        cur.execute("UPDATE organisation_changes SET reason = 'Anders'")
