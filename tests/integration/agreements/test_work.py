# SPDX-License-Identifier: EUPL-1.2
"""Annexes, promises, projects, bottlenecks, evaluations: what is said is kept and can be read."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from services.agreements import handlers
from services.agreements.domain import refusals as no
from shared.runtime import Cursor, Faults, Json
from tests.integration.agreements.office import (
    ACCEPTED,
    DRECHTSTEDEN,
    ISS,
    ZUID_LIMBURG,
    ZWOLLE,
    Office,
    arrival,
)

Published = Callable[..., str]
OFFICER, OTHER = f"wsp-officer; region={ZWOLLE}", f"wsp-officer; region={DRECHTSTEDEN}"
EMPLOYER = f"employer; employer={ISS}"
TALLY = {
    "offered": 5,
    "pickedUp": 4,
    "confirmed": 3,
    "started": 2,
    "sustained": 1,
    "completed": 0,
    "endedEarly": 0,
    "declined": 0,
    "handedOver": 1,
    "withdrawn": 0,
    "lapsed": 0,
}
TRACK: Json = {
    "kind": "training_track",
    "title": "Opleidingstraject",
    "targetGroups": ["statushouders"],
}


def hear_offer(office: Office, region: str, *offered: str) -> None:
    """Let word arrive of what a region has on offer."""
    state = {"region": region, "offered": sorted(offered), "changedAt": "2026-11-01T09:00:00Z"}
    told = arrival("instruments-changed.v1", f"instruments/{region}", state)
    assert handlers.adopt_instruments(office.cur, [told], office.now) == {told.key: told.hash}


def hear_tally(office: Office, agreement_id: str, region: str, **counts: int) -> None:
    """Let the counts of a region arrive."""
    state = {"agreementId": agreement_id, "region": region, **TALLY, **counts}
    told = arrival("tally-changed.v1", f"tally/{agreement_id}/{region}", state)
    assert handlers.adopt_tallies(office.cur, [told], office.now) == {told.key: told.hash}


def test_agreed_annex_adds_instruments_in_its_region_and_shows_what_it_adds(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE, DRECHTSTEDEN)
    body = {"instruments": ["harrie_training", "proefplaats"], "projects": [TRACK]}
    proposed = office.ask("propose_annex", body, id=agreement_id, by=OFFICER)
    assert proposed.status == 201
    assert proposed.body["differences"] == [
        {
            "path": "/instruments",
            "from": ["loonkostensubsidie", "proefplaats"],
            "to": ["loonkostensubsidie", "proefplaats", "harrie_training"],
        },
        {"path": "/projects", "from": None, "to": ["Opleidingstraject"]},
    ]
    assert office.tasks() == {(f"employer:{ISS}", "annex_to_settle")}

    agreed = office.ask("agree_annex", id=agreement_id, n=1, by=EMPLOYER).body
    assert (agreed["status"], agreed["settledBy"]) == ("agreed", "employer")
    assert office.tasks() == set()
    drechtsteden, zwolle = office.states(f"framework/{agreement_id}")[-1]["participants"]
    assert zwolle["extraInstruments"] == ["harrie_training"]
    assert drechtsteden["extraInstruments"] == []
    assert office.participants(agreement_id)[ZWOLLE]["extraInstruments"] == ["harrie_training"]
    assert len(office.states(f"participation/{agreement_id}/{ZWOLLE}")) == 1


def test_annex_counts_again_when_its_region_comes_back(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE)
    office.ask("propose_annex", {"instruments": ["harrie_training"]}, id=agreement_id, by=OFFICER)
    office.ask("agree_annex", id=agreement_id, n=1, by=EMPLOYER)

    office.change("remove_participant", agreement_id, region=ZWOLLE)
    [gone] = office.states(f"framework/{agreement_id}")[-1]["participants"]
    office.change("invite_regions", agreement_id, {"regions": [ZWOLLE]})
    [back] = office.states(f"framework/{agreement_id}")[-1]["participants"]

    assert (gone["status"], gone["extraInstruments"]) == ("withdrawn", [])
    assert (back["status"], back["extraInstruments"]) == ("invited", ["harrie_training"])


def test_newly_agreed_annex_replaces_the_one_before(office: Office, published: Published) -> None:
    agreement_id = published(ZWOLLE)
    for instrument in ("harrie_training", "nazorg"):
        body = {"instruments": [instrument]}
        number = office.ask("propose_annex", body, id=agreement_id, by=OFFICER).body["number"]
        office.ask("agree_annex", id=agreement_id, n=number, by=EMPLOYER)
    newest, older = office.page("list_annexes", id=agreement_id)
    assert (newest["status"], older["status"]) == ("agreed", "replaced")
    assert office.participants(agreement_id)[ZWOLLE]["extraInstruments"] == ["nazorg"]
    assert [
        one["number"] for one in office.page("list_annexes", id=agreement_id, status="agreed")
    ] == [2]


def test_annex_has_no_field_for_national_terms_and_must_add_something(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE)
    with pytest.raises(Faults) as refused:
        office.ask("propose_annex", {"targetGroups": []}, id=agreement_id, by=OFFICER)
    assert [fault.pointer for fault in refused.value.faults] == ["/targetGroups"]
    with pytest.raises(no.AnnexAddsNothing):
        office.ask("propose_annex", {"instruments": ["proefplaats"]}, id=agreement_id, by=OFFICER)
    strange = {**TRACK, "targetGroups": ["ww"]}
    with pytest.raises(no.GroupNotInAgreement, match="ww"):
        office.ask("propose_annex", {"projects": [strange]}, id=agreement_id, by=OFFICER)


def test_declined_annex_changes_nothing_and_is_settled(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE)
    office.ask("propose_annex", {"notes": "Eigen intake"}, id=agreement_id, by=OFFICER)
    told = len(office.states(f"framework/{agreement_id}"))
    body = {"reason": "te veel werk"}
    declined = office.ask("decline_annex", body, id=agreement_id, n=1, by=EMPLOYER).body
    assert (declined["status"], declined["reason"]) == ("declined", "te veel werk")
    assert len(office.states(f"framework/{agreement_id}")) == told
    with pytest.raises(no.AnnexSettled):
        office.ask("agree_annex", id=agreement_id, n=1, by=EMPLOYER)
    with pytest.raises(no.AnnexUnknown):
        office.ask("agree_annex", id=agreement_id, n=2, by=EMPLOYER)


def test_who_acts_for_another_is_refused(office: Office, published: Published) -> None:
    agreement_id = published(ZWOLLE, DRECHTSTEDEN)
    body = {"notes": "maatwerk", "region": ZWOLLE}
    with pytest.raises(no.NotTheirs):
        office.ask("propose_annex", body, id=agreement_id, by=OTHER)
    office.ask("propose_annex", body, id=agreement_id, by=OFFICER)
    other = "employer; employer=00000000-0000-4000-8000-000000000000"
    with pytest.raises(no.AgreementUnknown):
        office.ask("agree_annex", id=agreement_id, n=1, by=other)
    with pytest.raises(no.NotForThisRole):
        office.ask("agree_annex", id=agreement_id, n=1)


def test_earlier_arrangement_is_replaced_by_the_convenant(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE, DRECHTSTEDEN)
    body = {"title": "Regionale afspraken"}
    office.ask("record_arrangement", body, id=agreement_id, by=OFFICER)
    dated = {**body, "since": "2024-01-01", "replacedFrom": "2026-12-01"}
    office.ask("record_arrangement", dated, id=agreement_id, by=OTHER)
    office.hear_decisions(agreement_id, (ZWOLLE, ACCEPTED))
    drechtsteden, zwolle = office.page("list_arrangements", id=agreement_id)
    assert (zwolle["since"], zwolle["replacedFrom"]) == (None, "2026-11-09")
    assert (drechtsteden["since"], drechtsteden["replacedFrom"]) == ("2024-01-01", "2026-12-01")


def test_promise_is_checked_against_what_each_region_offers(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE, DRECHTSTEDEN)
    hear_offer(office, ZWOLLE, "loonkostensubsidie")
    hear_offer(office, ZUID_LIMBURG, "loonkostensubsidie", "proefplaats", "nazorg")
    answer = office.ask("check_promise", id=agreement_id, page=1, pageSize=50).body
    assert (answer["total"], answer["promised"]) == (35, ["loonkostensubsidie", "proefplaats"])
    shown = {one["region"]: one for one in answer["items"]}
    assert (shown[ZWOLLE]["participation"], shown[ZWOLLE]["gaps"]) == ("invited", ["proefplaats"])
    assert (shown[ZUID_LIMBURG]["participation"], shown[ZUID_LIMBURG]["gaps"]) == (None, [])
    assert (shown[DRECHTSTEDEN]["known"], shown[DRECHTSTEDEN]["gaps"]) == (False, None)
    [one] = office.page("check_promise", id=agreement_id, region=ZWOLLE)
    assert one == shown[ZWOLLE]


def test_project_goes_from_idea_to_result_with_an_unknown_year(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE)
    planned = {"quarter": 1, "places": 25}
    body = {**TRACK, "region": ZWOLLE, "intake": [planned]}
    made = office.ask("register_project", body, id=agreement_id, by=OFFICER).body
    assert (made["status"], made["intake"]) == ("idea", [{**planned, "year": None}])
    result = {"quarter": 1, "started": 25, "note": "zij-instromers"}
    with pytest.raises(no.ProjectNotStarted):
        office.ask("report_result", result, id=agreement_id, n=1, by=OFFICER)
    office.ask("start_project", id=agreement_id, n=1, by=OFFICER)
    reported = office.ask("report_result", result, id=agreement_id, n=1, by=OFFICER).body
    assert (reported["status"], reported["started"]) == ("result", 25)
    office.ask("complete_project", id=agreement_id, n=1)
    [shown] = office.page("list_projects", id=agreement_id)
    assert (shown["status"], shown["results"][0]["year"]) == ("completed", None)
    with pytest.raises(no.AgreementUnknown):
        office.ask("start_project", id=agreement_id, n=1, by=OTHER)
    office.ask(
        "invite_regions",
        {"regions": [DRECHTSTEDEN]},
        id=agreement_id,
        if_match=office.show(agreement_id)["revision"],
    )
    with pytest.raises(no.ProjectUnknown):
        office.ask("start_project", id=agreement_id, n=1, by=OTHER)
    with pytest.raises(no.ProjectUnknown):
        office.ask("start_project", id=agreement_id, n=2)


def test_project_is_for_groups_and_kinds_of_the_agreement(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE)
    with pytest.raises(no.GroupNotInAgreement):
        office.ask("register_project", {**TRACK, "targetGroups": ["ww"]}, id=agreement_id)
    single = office.register(participants=[ZWOLLE], kinds=["placement"])["id"]
    office.change("publish_agreement", single)
    with pytest.raises(no.ProjectsNotCovered):
        office.ask("register_project", TRACK, id=single)


def test_bottleneck_of_one_region_is_answered_for_all(office: Office, published: Published) -> None:
    agreement_id = published(ZWOLLE, DRECHTSTEDEN)
    reported = {"text": "Proefplaats duurt hier korter."}
    office.ask("report_bottleneck", reported, id=agreement_id, by=OTHER)
    assert office.tasks() == {("slw", "bottleneck_to_answer")}
    solved = {"text": "Verlengen kan op verzoek."}
    office.ask("offer_solution", solved, id=agreement_id, n=1)
    assert office.tasks() == set()
    [seen] = office.page("list_bottlenecks", id=agreement_id, status="answered")
    assert (seen["region"], seen["status"]) == (DRECHTSTEDEN, "answered")
    assert [one["text"] for one in seen["solutions"]] == [solved["text"]]
    assert office.page("list_bottlenecks", id=agreement_id, status="reported") == []
    with pytest.raises(no.BottleneckUnknown):
        office.ask("offer_solution", solved, id=agreement_id, n=2)


def test_figures_of_an_evaluation_are_frozen_on_its_day(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE, DRECHTSTEDEN)
    hear_tally(office, agreement_id, ZWOLLE)
    body = {"dueOn": "2027-05-02", "note": "Evaluatie na zes maanden"}
    planned = office.ask("plan_evaluation", body, id=agreement_id).body
    today = office.ask("plan_evaluation", {"dueOn": "2026-11-02"}, id=agreement_id).body
    assert (planned["status"], planned["figures"]) == ("planned", None)
    assert today["figures"]["places"]["offered"] == 5

    office.hear_decisions(agreement_id, (ZWOLLE, ACCEPTED))
    hear_tally(office, agreement_id, ZWOLLE, offered=9)
    hear_tally(office, agreement_id, DRECHTSTEDEN, offered=1)
    office.now = datetime(2027, 5, 2, 9, tzinfo=UTC)
    assert office.happens(handlers.hold_evaluations) == [f"evaluation/{agreement_id}/1"]
    held_today, held = office.page("list_evaluations", id=agreement_id)
    assert held_today["figures"] == today["figures"]
    assert held["figures"]["places"]["offered"] == 10
    assert [(one["region"], one["status"]) for one in held["figures"]["regions"]] == [
        (DRECHTSTEDEN, "invited"),
        (ZWOLLE, "accepted"),
    ]
    _, in_zwolle = office.page("list_evaluations", id=agreement_id, by=OFFICER)
    assert in_zwolle["figures"]["places"]["offered"] == 9
    assert [one["places"] is None for one in in_zwolle["figures"]["regions"]] == [True, False]
    assert office.tasks() == {("slw", "evaluation_to_discuss")}
    with pytest.raises(no.EvaluationHasPassed):
        office.ask("plan_evaluation", {"dueOn": "2027-05-01"}, id=agreement_id)


def test_evaluation_is_off_the_list_once_the_next_one_is_planned_or_held(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE)
    waits = {("slw", "evaluation_to_discuss")}
    for day in ("2027-02-01", "2027-03-01"):
        office.ask("plan_evaluation", {"dueOn": day}, id=agreement_id)
    for month in (2, 3):
        office.now = datetime(2027, month, 1, 9, tzinfo=UTC)
        office.happens(handlers.hold_evaluations)
        rows = office.cur.execute("SELECT about FROM tasks WHERE closed_at IS NULL").fetchall()
        assert [row["about"]["evaluation"] for row in rows] == [month - 1]
    assert office.tasks() == waits
    office.ask("plan_evaluation", {"dueOn": "2027-06-01"}, id=agreement_id)
    assert office.tasks() == set()


def test_nothing_waits_on_a_list_once_the_agreement_has_ended(
    office: Office, published: Published
) -> None:
    agreement_id, other = published(ZWOLLE), published(ZWOLLE)
    for one in (agreement_id, other):
        office.ask("propose_annex", {"instruments": ["nazorg"]}, id=one, by=OFFICER)
    office.ask("report_bottleneck", {"text": "Wachttijd."}, id=agreement_id, by=OFFICER)
    for day in ("2026-12-01", "2027-03-01"):
        office.ask("plan_evaluation", {"dueOn": day}, id=agreement_id)
    office.now = datetime(2026, 12, 1, 9, tzinfo=UTC)
    office.happens(handlers.hold_evaluations)
    assert len(office.tasks()) == 3

    office.change("end_agreement", agreement_id, {"reason": "opgezegd"})
    assert office.tasks() == {(f"employer:{ISS}", "annex_to_settle")}
    rows = office.cur.execute("SELECT about FROM tasks WHERE closed_at IS NULL").fetchall()
    assert [row["about"]["agreementId"] for row in rows] == [other]
    over = office.cur.execute("SELECT kind FROM tasks WHERE outcome = 'over'").fetchall()
    assert {row["kind"] for row in over} == {
        "annex_to_settle",
        "bottleneck_to_answer",
        "evaluation_to_discuss",
    }

    office.now = datetime(2027, 3, 1, 9, tzinfo=UTC)
    assert office.happens(handlers.hold_evaluations)
    assert ("slw", "evaluation_to_discuss") not in office.tasks()


def test_matrix_counts_places_by_region_and_in_all(office: Office, published: Published) -> None:
    agreement_id = published(ZWOLLE, DRECHTSTEDEN)
    hear_tally(office, agreement_id, ZWOLLE)
    hear_tally(office, agreement_id, DRECHTSTEDEN, offered=2, handedOver=0)
    [row] = office.page("get_matrix")
    assert [cell["places"]["offered"] for cell in row["cells"]] == [2, 5]
    assert (row["places"]["offered"], row["places"]["handedOver"]) == (7, 1)


def test_holdings_tell_what_is_stored_of_others(office: Office, cur: Cursor) -> None:
    agreement_id = office.register()["id"]
    hear_offer(office, ZWOLLE, "nazorg")
    hear_tally(office, agreement_id, ZWOLLE)
    rows = cur.execute("SELECT family, subject FROM holdings").fetchall()
    assert {(row["family"], row["subject"]) for row in rows} >= {
        ("instruments", f"instruments/{ZWOLLE}"),
        ("tally", f"tally/{agreement_id}/{ZWOLLE}"),
    }


def test_region_reads_in_the_matrix_who_takes_part_where_and_counts_of_its_own_places(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE, DRECHTSTEDEN)
    elsewhere = published(DRECHTSTEDEN)
    hear_tally(office, agreement_id, ZWOLLE, offered=5)
    for one in (agreement_id, elsewhere):
        hear_tally(office, one, DRECHTSTEDEN, offered=7)

    rows = office.page("get_matrix", by=OFFICER)

    told = {
        (row["agreement"]["id"], cell["region"]): cell["places"] and cell["places"]["offered"]
        for row in rows
        for cell in row["cells"]
    }
    assert told == {
        (agreement_id, ZWOLLE): 5,
        (agreement_id, DRECHTSTEDEN): None,
        (elsewhere, DRECHTSTEDEN): None,
    }
    assert sum(row["places"]["offered"] for row in rows) == 5
