# SPDX-License-Identifier: EUPL-1.2
"""Deadlines put tasks on desks; the step that was awaited takes them off; the clock decides all."""

from services.placements import handlers
from services.placements.handlers.deadlines import OVERDUE
from shared.runtime import Cursor
from tests.integration.placements.bureau import (
    DRECHTSTEDEN,
    EMPLOYER,
    ISS,
    WSP,
    ZWOLLE,
    Bureau,
)

SLW, AT_ISS = "slw", f"employer:{ISS}"


def waiting(cur: Cursor) -> set[tuple[str, str]]:
    """Give what waits on which desk."""
    rows = cur.execute("SELECT assignee, kind FROM tasks WHERE closed_at IS NULL")
    return {(row["assignee"], row["kind"]) for row in rows}


def test_late_pick_up_waits_for_the_region_and_the_coordinator_until_it_is_done(
    bureau: Bureau, cur: Cursor
) -> None:
    late, in_time = bureau.offer()["id"], bureau.offer()["id"]
    bureau.decide(in_time, "picked_up")
    subjects = [f"placement/{one}" for one in (late, in_time)]

    bureau.act("remind_of_pick_up", *subjects)
    assert waiting(cur) == set()
    bureau.pass_days(8)
    bureau.act("remind_of_pick_up", *subjects)
    assert waiting(cur) == {(DRECHTSTEDEN, "pick_up_overdue"), (SLW, "pick_up_overdue")}
    bureau.act("remind_of_pick_up", *subjects)
    [counted] = cur.execute("SELECT count(*) AS tasks FROM tasks").fetchall()
    assert counted["tasks"] == 2

    bureau.decide(late, "picked_up")
    assert waiting(cur) == set()


def test_overdue_places_are_measured_by_region(bureau: Bureau, cur: Cursor) -> None:
    bureau.call({"places": 3}, {"workplace": {"municipality": "GM0193"}, "places": 1})
    bureau.pass_days(8)

    handlers.measure_overdue(cur, bureau.now)

    assert OVERDUE.labels(DRECHTSTEDEN)._value.get() == 3
    assert OVERDUE.labels(ZWOLLE)._value.get() == 1
    assert OVERDUE.labels("AM01")._value.get() == 0


def test_start_waits_for_the_regions_confirmation(bureau: Bureau, cur: Cursor) -> None:
    place = bureau.offer()["id"]
    bureau.decide(place, "confirmed")

    bureau.step("report_start", place, by=EMPLOYER)
    assert waiting(cur) == {(DRECHTSTEDEN, "start_to_confirm")}
    bureau.step("report_start", place, by=WSP)
    assert waiting(cur) == set()


def test_check_in_is_asked_of_both_sides_unless_it_was_told(bureau: Bureau, cur: Cursor) -> None:
    place = bureau.started()["id"]
    bureau.pass_days(31)

    bureau.act("ask_for_check_in", f"placement/{place}/1")
    assert waiting(cur) == {(DRECHTSTEDEN, "check_in_due"), (AT_ISS, "check_in_due")}
    told = {"outcome": "going_well", "month": 1}
    bureau.step("report_check_in", place, told, by=EMPLOYER)
    assert waiting(cur) == set()
    bureau.act("ask_for_check_in", f"placement/{place}/1")
    assert waiting(cur) == set()
    bureau.act("ask_for_check_in", f"placement/{place}/3")
    assert len(waiting(cur)) == 2


def test_time_asks_whether_somebody_still_works_there_and_decides_nothing(
    bureau: Bureau, cur: Cursor
) -> None:
    place = bureau.started()["id"]
    bureau.pass_days(182)

    bureau.act("ask_whether_sustained", f"placement/{place}")

    assert bureau.show(place)["state"] == "started"
    kind = "sustained_check_due"
    assert waiting(cur) == {(DRECHTSTEDEN, kind), (AT_ISS, kind)}
    bureau.step("report_check_in", place, {"outcome": "going_well"}, by=WSP)
    assert waiting(cur) == set()
    bureau.act("ask_whether_sustained", f"placement/{place}")
    assert waiting(cur) == set()


def test_who_stopped_is_recorded_and_cared_for(bureau: Bureau, cur: Cursor) -> None:
    place = bureau.started()["id"]
    bureau.pass_days(20)

    bureau.step("report_check_in", place, {"outcome": "stopped"}, by=EMPLOYER)
    assert waiting(cur) == {(DRECHTSTEDEN, "ending_to_record")}
    body = {"outcome": "ended_early", "reasonCode": "left_by_choice"}
    bureau.step("end_placement", place, body, by=WSP)
    assert waiting(cur) == {(DRECHTSTEDEN, "after_care")}
    assert "after-care-over" in bureau.timers(place)
    bureau.act("end_after_care", f"placement/{place}")
    assert waiting(cur) == set()


def test_nothing_waits_for_a_place_that_is_gone(bureau: Bureau, cur: Cursor) -> None:
    place = bureau.offer()["id"]
    bureau.pass_days(60)
    bureau.act("remind_of_pick_up", f"placement/{place}")
    assert len(waiting(cur)) == 2

    bureau.act("let_lapse", f"placement/{place}")

    assert waiting(cur) == set()
