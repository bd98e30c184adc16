# SPDX-License-Identifier: EUPL-1.2
"""Deadlines on a real database: reminders, silence, notice and the day after the last."""

from collections.abc import Callable
from datetime import UTC, datetime
from importlib.resources import files

from services.agreements import handlers
from services.agreements.domain.deadlines import Kind
from tests.integration.agreements.office import ACCEPTED, DRECHTSTEDEN, ZWOLLE, Office

Published = Callable[..., str]
RESPOND_BY = "2026-12-28"


def on(month: int, day: int, year: int = 2026) -> datetime:
    return datetime(year, month, day, 9, tzinfo=UTC)


def test_regions_are_reminded_half_way_and_in_the_last_week(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE, DRECHTSTEDEN)
    subject = f"respond/{agreement_id}/{RESPOND_BY}"
    assert office.participants(agreement_id)[ZWOLLE]["respondBy"] == RESPOND_BY

    office.now = on(11, 29)
    assert office.happens(handlers.remind, Kind.REMIND_HALF_WAY) == []
    office.now = on(11, 30)
    assert office.happens(handlers.remind, Kind.REMIND_HALF_WAY) == [subject]
    assert office.tasks() == {
        (ZWOLLE, "decide_on_agreement"),
        (DRECHTSTEDEN, "decide_on_agreement"),
    }

    office.hear_decisions(agreement_id, (ZWOLLE, ACCEPTED))
    assert office.tasks() == {(DRECHTSTEDEN, "decide_on_agreement")}
    office.now = on(12, 21)
    assert office.happens(handlers.remind, Kind.REMIND_LAST_WEEK) == [subject]
    assert (DRECHTSTEDEN, "decide_this_week") in office.tasks()
    assert (ZWOLLE, "decide_this_week") not in office.tasks()


def test_silence_is_on_the_coordinators_list_and_is_no_consent(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE, DRECHTSTEDEN)
    office.hear_decisions(agreement_id, (ZWOLLE, ACCEPTED))
    office.now = on(12, 28)
    assert office.happens(handlers.note_silences) == []
    office.now = on(12, 29)
    office.happens(handlers.note_silences)

    assert office.tasks() == {("slw", "no_response")}
    parts = office.participants(agreement_id)
    assert (parts[DRECHTSTEDEN]["status"], parts[DRECHTSTEDEN]["silentSince"]) == (
        "invited",
        RESPOND_BY,
    )
    assert parts[ZWOLLE]["silentSince"] is None
    [newest, *_] = office.page("list_history", id=agreement_id)
    assert (newest["action"], newest["regions"]) == ("no_response", [DRECHTSTEDEN])
    assert len(office.states(f"participation/{agreement_id}/{DRECHTSTEDEN}")) == 1

    office.hear_decisions(agreement_id, (DRECHTSTEDEN, ACCEPTED))
    assert office.tasks() == set()
    assert office.participants(agreement_id)[DRECHTSTEDEN]["silentSince"] is None


def test_notice_lets_a_region_take_part_until_its_last_day(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE)
    office.hear_decisions(agreement_id, (ZWOLLE, ACCEPTED))
    body = {"leavesOn": "2026-12-31", "reason": "fusie"}
    revision = office.show(agreement_id)["revision"]
    office.ask(
        "remove_participant",
        body,
        if_match=revision,
        by=f"wsp-manager; region={ZWOLLE}",
        id=agreement_id,
        region=ZWOLLE,
    )
    part = office.participants(agreement_id)[ZWOLLE]
    assert (part["status"], part["leavesOn"]) == ("accepted", "2026-12-31")

    office.now = on(1, 1, 2027)
    assert office.happens(handlers.let_leave) == [f"participation/{agreement_id}/{ZWOLLE}"]
    assert office.participants(agreement_id)[ZWOLLE]["status"] == "withdrawn"
    assert office.states(f"participation/{agreement_id}/{ZWOLLE}")[-1]["status"] == "withdrawn"
    framework = office.states(f"framework/{agreement_id}")[-1]
    assert framework["participants"][0]["status"] == "withdrawn"


def test_agreement_expires_on_the_day_after_its_last(office: Office, published: Published) -> None:
    ended = published(ZWOLLE)
    office.change("end_agreement", ended, {"reason": "opgezegd", "endsOn": "2027-06-30"})
    open_ended = published(ZWOLLE)
    by_terms = office.register(participants=[ZWOLLE], endsOn="2027-06-30")["id"]
    office.change("publish_agreement", by_terms)

    office.now = on(6, 30, 2027)
    assert office.happens(handlers.expire) == []
    office.now = on(7, 1, 2027)
    assert set(office.happens(handlers.expire)) == {f"agreement/{ended}", f"agreement/{by_terms}"}

    for agreement_id in (ended, by_terms):
        assert office.show(agreement_id)["status"] == "expired"
        state = office.states(f"agreement/{agreement_id}")[-1]
        assert (state["status"], state["lastChange"]["kind"]) == ("expired", "expired")
        assert len(state["versions"]) == 1
        assert office.states(f"framework/{agreement_id}")[-1]["endsOn"] == "2027-06-30"
    assert office.show(open_ended)["status"] == "published"


def test_agreement_ended_before_there_were_timers_expires_at_midnight_in_the_netherlands(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE)
    office.change("end_agreement", agreement_id, {"reason": "opgezegd", "endsOn": "2027-06-30"})
    wanted = "SELECT due_at FROM timers WHERE kind = 'expire-agreement'"
    [by_the_step] = office.cur.execute(wanted).fetchall()
    office.cur.execute("DELETE FROM timers")

    migration = (files("services.agreements") / "migrations" / "0003_life.sql").read_text()
    office.cur.execute(migration[migration.index("INSERT INTO timers") :])

    assert by_the_step["due_at"] == datetime(2027, 6, 30, 22, tzinfo=UTC)
    assert office.cur.execute(wanted).fetchall() == [by_the_step]


def test_longer_terms_put_off_the_day_on_which_an_agreement_expires(
    office: Office, published: Published
) -> None:
    agreement_id = office.register(participants=[ZWOLLE], endsOn="2027-06-30")["id"]
    office.change("publish_agreement", agreement_id)
    office.amend(agreement_id, endsOn="2028-06-30")
    office.now = on(7, 1, 2027)
    assert office.happens(handlers.expire) == []
    assert office.show(agreement_id)["status"] == "published"
    assert published


def test_nobody_is_asked_or_reminded_once_the_agreement_has_ended(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE, DRECHTSTEDEN)
    office.now = on(11, 30)
    office.happens(handlers.remind, Kind.REMIND_HALF_WAY)

    office.change("end_agreement", agreement_id, {"reason": "opgezegd"})
    assert office.tasks() == set()
    office.now = on(12, 21)
    assert office.happens(handlers.remind, Kind.REMIND_LAST_WEEK)
    office.now = on(12, 29)
    assert office.happens(handlers.note_silences)

    assert office.tasks() == set()
    assert office.participants(agreement_id)[ZWOLLE]["silentSince"] is None
