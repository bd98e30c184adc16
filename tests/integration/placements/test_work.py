# SPDX-License-Identifier: EUPL-1.2
"""From the start to the end, by calls; and what the clock does where nobody calls."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.placements.domain.refusals import NotConfirmedYet, NotForThisRole, PlacementUnknown
from shared.runtime import Principal, StaleVersion, VersionRequired
from tests.integration.placements.bureau import (
    EMPLOYER,
    GORINCHEM,
    SLW,
    WSP,
    Bureau,
)


def test_start_is_reported_by_the_employer_and_confirmed_by_the_region(bureau: Bureau) -> None:
    place = bureau.offer()["id"]
    with pytest.raises(NotConfirmedYet):
        bureau.step("report_start", place, by=EMPLOYER)
    bureau.decide(place, "confirmed")

    reported = bureau.step("report_start", place, by=EMPLOYER)
    assert reported["start"] == {
        "on": "2026-12-01",
        "guidance": "eigen_buddy",
        "reportedBy": "employer",
        "confirmed": False,
    }
    confirmed = bureau.step("report_start", place, by=WSP)
    assert confirmed["start"]["confirmed"]
    assert confirmed["revision"] == reported["revision"] + 1


def test_placement_is_sustained_by_a_check_in_after_26_weeks(bureau: Bureau) -> None:
    place = bureau.started()["id"]

    today = bureau.pass_days(181)
    early = {"outcome": "going_well"}
    assert bureau.step("report_check_in", place, early, by=EMPLOYER)["state"] == "started"
    today = bureau.pass_days(1)
    late = {"outcome": "concerns", "month": 6}
    shown = bureau.step("report_check_in", place, late, by=WSP)

    assert (shown["state"], shown["sustainedOn"]) == ("sustained", today.isoformat())
    assert [one["month"] for one in shown["checkIns"]] == [None, 6]
    assert bureau.tally()["sustained"] == 1
    done = bureau.step("end_placement", place, {"outcome": "completed"}, by=EMPLOYER)
    assert (done["state"], done["endedOn"]) == ("completed", today.isoformat())


def test_ending_early_is_told_with_its_code(bureau: Bureau) -> None:
    place = bureau.started()["id"]
    bureau.pass_days(10)

    body = {"outcome": "ended_early", "reasonCode": "other_job", "on": "2026-12-09"}
    ended = bureau.step("end_placement", place, body, by=EMPLOYER)

    assert (ended["state"], ended["endedOn"]) == ("ended_early", "2026-12-09")
    assert bureau.states(f"placement/{place}")[-1]["reasonCode"] == "other_job"
    assert bureau.tally()["endedEarly"] == 1


def test_place_is_taken_back_with_a_reason(bureau: Bureau) -> None:
    place = bureau.offer()["id"]

    gone = bureau.step("withdraw_place", place, {"reason": "Opdracht vervalt"}, by=SLW)

    assert (gone["state"], gone["reason"]) == ("withdrawn", "Opdracht vervalt")


def test_step_is_taken_from_the_newest_revision_by_whom_it_concerns(bureau: Bureau) -> None:
    place = bureau.started()
    body = {"outcome": "going_well"}

    with pytest.raises(VersionRequired):
        bureau.ask("report_check_in", body, by=WSP, id=place["id"])
    with pytest.raises(StaleVersion):
        bureau.ask("report_check_in", body, by=WSP, if_match=1, id=place["id"])
    elsewhere = Principal("local", "wsp-officer", {"region": GORINCHEM})
    with pytest.raises(PlacementUnknown):
        bureau.ask(
            "report_check_in", body, by=elsewhere, if_match=place["revision"], id=place["id"]
        )
    with pytest.raises(NotForThisRole):
        bureau.step("report_check_in", place["id"], body, by=SLW)


def test_deadlines_of_a_place_are_set_when_it_is_offered(bureau: Bureau) -> None:
    place = bureau.offer()["id"]

    # A day begins at 23:00 UTC in winter.
    assert bureau.timers(place) == {
        "pick-up-overdue": datetime(2026, 12, 8, 23, tzinfo=UTC),
        "lapse": datetime(2027, 1, 15, 23, tzinfo=UTC),
    }


def test_deadlines_at_work_are_set_when_somebody_starts(bureau: Bureau) -> None:
    timers = bureau.timers(bureau.started()["id"])

    assert {kind: due for kind, due in timers.items() if kind.startswith(("ch", "sus"))} == {
        "check-in-due/1": datetime(2026, 12, 31, 23, tzinfo=UTC),
        "check-in-due/3": datetime(2027, 2, 28, 23, tzinfo=UTC),
        "check-in-due/6": datetime(2027, 5, 31, 22, tzinfo=UTC),
        "check-in-due/12": datetime(2027, 11, 30, 23, tzinfo=UTC),
        "sustained-due": datetime(2027, 5, 31, 22, tzinfo=UTC),
    }


def test_place_lapses_after_the_day_on_which_somebody_was_needed(bureau: Bureau) -> None:
    offered, picked_up = bureau.offer()["id"], bureau.offer()["id"]
    confirmed = bureau.offer()["id"]
    bureau.decide_all({picked_up: {"decision": "picked_up"}, confirmed: {"decision": "confirmed"}})
    subjects = [f"placement/{one}" for one in (offered, picked_up, confirmed)]

    bureau.now = datetime(2027, 1, 15, 22, tzinfo=UTC)
    bureau.act("let_lapse", *subjects)
    assert bureau.show(offered)["state"] == "offered"
    bureau.now += timedelta(hours=1)
    bureau.act("let_lapse", *subjects)

    states = [bureau.show(one)["state"] for one in (offered, picked_up, confirmed)]
    assert states == ["lapsed", "lapsed", "confirmed"]
    assert bureau.tally()["lapsed"] == 2
    again = len(bureau.sent())
    bureau.act("let_lapse", *subjects)
    assert len(bureau.sent()) == again


def test_late_place_is_shown_as_overdue(bureau: Bureau) -> None:
    place = bureau.offer()["id"]
    assert bureau.pass_days(8) == date(2026, 12, 9)

    assert bureau.show(place)["overdue"]
    assert [one["id"] for one in bureau.page("list_placements", overdue="true")] == [place]
    assert bureau.page("list_placements", overdue="false") == []
    bureau.decide(place, "picked_up")
    assert not bureau.show(place)["overdue"]
    assert bureau.page("list_placements", overdue="true") == []
    assert [one["id"] for one in bureau.page("list_placements", overdue="false")] == [place]
