# SPDX-License-Identifier: EUPL-1.2
"""What a region knows of a candidate is forgotten in time, and on the candidate's word."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.regions import handlers, store
from services.regions.domain import (
    PERIODS,
    UNUSED,
    CandidateReference,
    Filed,
    PlacementId,
    RegionCode,
    Retention,
    Standing,
)
from services.regions.domain import refusals as no
from shared.contracts.api import regions as api
from shared.runtime import Cursor, Faults, Json, Principal
from shared.runtime.db import confine
from shared.runtime.leaks import leaks_of_tables
from shared.runtime.scope import EVERYTHING, Scope
from shared.runtime.timers import Due
from tests.integration.regions.asking import DRECHTSTEDEN, NOW, PLACEMENT, ZWOLLE, ask
from tests.integration.regions.at_the_desk import (
    answered,
    candidate,
    confirmation,
    decide,
    owner_tells,
    shown,
)

OF_DRECHTSTEDEN = {"code": DRECHTSTEDEN}
OFFICER = Principal("local", "wsp-officer", {"region": DRECHTSTEDEN})
DECLINED = {"decision": "declined", "reasonCode": "other_reason", "reason": "Zij verhuist"}
FILES, UNUSED_REFERENCES = "file-period-over", "unused-references"


def pass_to(cur: Cursor, day: date) -> list[str]:
    """Let it be noon of a day: what is due by then happens. Give the kinds of it."""
    now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    told = "DELETE FROM timers WHERE due_at <= %s AND kind = %s RETURNING kind, subject, due_at"
    happened = []
    for kind, act in {
        FILES: handlers.forget_files,
        UNUSED_REFERENCES: handlers.forget_unused,
    }.items():
        due = cur.execute(told, [now, kind]).fetchall()
        act(cur, [Due(one["subject"], one["due_at"]) for one in due], now)
        happened += [one["kind"] for one in due]
    return happened


def stands(cur: Cursor, word: str) -> list[str]:
    """Name every column of every table in which a word stands."""
    return sorted(
        place for place, kind in leaks_of_tables(cur.connection, [word]) if kind == "word"
    )


def references(cur: Cursor) -> int:
    row = cur.execute("SELECT count(*) AS rows FROM candidate_references").fetchone()
    return row["rows"] if row else 0


def erase(cur: Cursor, named: str, **more: Principal) -> Json:
    body: Json = {"candidateReference": named}
    answer = handlers.erase_candidate(cur, ask(OF_DRECHTSTEDEN, body, **more)).body
    assert not api.CandidateErased().validate(answer)
    return answer


def report(cur: Cursor, **params: str) -> Json:
    body = handlers.report_retention(cur, ask(params, who=Principal("local", "auditor"))).body
    assert not api.RetentionReport().validate(body)
    return body


@pytest.fixture
def declined(picked_up: Cursor) -> Cursor:
    """Let somebody have been confirmed, and not be there any more."""
    decide(picked_up, confirmation(picked_up))
    decide(picked_up, DECLINED)
    change = {"kind": "declined", "at": "2026-12-01T09:00:00Z"}
    owner_tells(picked_up, 2, state="declined", decision=answered(3), lastChange=change)
    return picked_up


def test_file_is_forgotten_after_the_period_of_its_state(declined: Cursor) -> None:
    last_day = NOW.date() + timedelta(days=PERIODS["declined"].days)
    named = shown(declined)["file"]["candidateReference"]

    # It looks every week, and leaves alone what is to be kept.
    for days in (8, 16, 24):
        assert FILES in pass_to(declined, NOW.date() + timedelta(days=days))
    assert pass_to(declined, last_day) == []
    assert shown(declined)["file"]["candidateReference"] == named
    pass_to(declined, last_day + timedelta(days=1))

    body = shown(declined)
    assert body["file"]["candidateReference"] is None
    assert (body["file"]["targetGroups"], body["file"]["instruments"]) == ([], [])
    steps = [(one["decision"], one["reasonCode"], one["reason"]) for one in body["steps"]]
    assert steps == [
        ("picked-up", None, None),
        ("confirmed", None, None),
        ("declined", "other_reason", None),
    ]
    assert stands(declined, named) == stands(declined, "verhuist") == []
    assert references(declined) == 0
    told = report(declined)["forgotten"]
    assert [(one["cause"], one["files"], one["candidates"]) for one in told] == [("period", 1, 1)]


def test_file_of_somebody_at_work_is_kept_however_long_ago_it_began(picked_up: Cursor) -> None:
    decide(picked_up, confirmation(picked_up))
    change = {"kind": "checked_in", "at": "2028-11-01T09:00:00Z"}
    owner_tells(picked_up, 2, state="sustained", decision=answered(2), lastChange=change)

    pass_to(picked_up, date(2031, 12, 1))

    assert shown(picked_up)["file"]["candidateReference"]


def test_reference_that_no_place_has_is_forgotten(picked_up: Cursor) -> None:
    candidate(picked_up)
    decide(picked_up, confirmation(picked_up))

    pass_to(picked_up, NOW.date() + timedelta(days=7))
    pass_to(picked_up, NOW.date() + timedelta(days=PERIODS[UNUSED].days))
    assert references(picked_up) == 2
    pass_to(picked_up, NOW.date() + timedelta(days=PERIODS[UNUSED].days + 1))

    assert references(picked_up) == 1
    assert shown(picked_up)["file"]["candidateReference"]


def test_candidate_is_forgotten_wherever_the_reference_stands(picked_up: Cursor) -> None:
    first = confirmation(picked_up)
    decide(picked_up, first)
    other = candidate(picked_up)
    said = {"decision": "corrected", "candidateReference": other, "reason": "Verwisseld met haar"}
    decide(picked_up, said)
    assert stands(picked_up, first["candidateReference"]) != []

    told = erase(picked_up, first["candidateReference"])

    assert (told["files"], "candidateReference" in told) == (1, False)
    assert stands(picked_up, first["candidateReference"]) == []
    assert stands(picked_up, "Verwisseld") == []
    assert shown(picked_up)["file"]["candidateReference"] == other
    with pytest.raises(no.CandidateUnknown) as refused:
        erase(picked_up, first["candidateReference"])
    assert first["candidateReference"] not in str(refused.value)
    with pytest.raises(no.CandidateUnknown):
        decide(picked_up, {"decision": "corrected", **pick(first), "reason": "Toch"})


def pick(said: Json) -> Json:
    return {"candidateReference": said["candidateReference"]}


def test_answer_that_was_kept_for_a_repeated_request_is_forgotten_too(picked_up: Cursor) -> None:
    made = candidate(picked_up)
    kept = "INSERT INTO idempotency VALUES ('p', 'make_candidate_reference', 'k', 'f', %s, %s)"
    picked_up.execute(kept, [f'{{"body": {{"candidateReference": "{made}"}}}}', NOW])

    assert erase(picked_up, made)["files"] == 0

    assert stands(picked_up, made) == []


def test_work_goes_on_without_a_candidate_who_was_forgotten(picked_up: Cursor) -> None:
    said = confirmation(picked_up)
    decide(picked_up, said)
    erase(picked_up, said["candidateReference"])

    with pytest.raises(no.NothingToCorrect):
        decide(picked_up, {"decision": "corrected", "inRegister": True, "reason": "Nagekeken"})
    decide(picked_up, {"decision": "declined", "reasonCode": "no_candidate"})

    assert shown(picked_up)["state"] == "declined"


def test_only_the_manager_of_the_region_forgets_and_only_its_own(picked_up: Cursor) -> None:
    named = candidate(picked_up)

    with pytest.raises(no.NotForThisRole):
        erase(picked_up, named, who=OFFICER)
    with pytest.raises(no.NotTheirs):
        erase(picked_up, named, who=Principal("local", "wsp-manager", {"region": ZWOLLE}))
    with pytest.raises(no.CandidateUnknown):
        erase(picked_up, candidate(picked_up, ZWOLLE))
    with pytest.raises(Faults):
        handlers.erase_candidate(picked_up, ask(OF_DRECHTSTEDEN, {}))
    assert references(picked_up) == 2


def test_functions_that_forget_reach_the_rows_of_the_scope_alone(picked_up: Cursor) -> None:
    decide(picked_up, said := confirmation(picked_up))
    named = CandidateReference(said["candidateReference"])
    file = Filed(RegionCode(DRECHTSTEDEN), PlacementId(PLACEMENT), "declined", NOW.date())

    confine(picked_up, Scope(regions=(ZWOLLE,)))
    with pytest.raises(no.CandidateUnknown):
        store.forget_candidate(picked_up, file.region, named, now=NOW, by="somebody")
    store.forget_file(picked_up, file, NOW)
    store.forget_unused(picked_up, file.region, made_before=NOW + timedelta(days=1), now=NOW)

    confine(picked_up, EVERYTHING)
    assert (references(picked_up), report(picked_up)["forgotten"]) == (1, [])
    assert shown(picked_up)["file"]["candidateReference"] == named


def test_report_tells_how_much_is_kept_and_of_nobody(declined: Cursor) -> None:
    named = shown(declined)["file"]["candidateReference"]
    candidate(declined)

    told = report(declined)

    held = {one["state"]: (one["files"], one["keptUntil"], one["overdue"]) for one in told["held"]}
    assert held == {
        "declined": (1, "2026-12-29", False),
        "unused": (1, "2026-12-29", False),
    }
    assert named not in str(told)
    assert report(declined, region=ZWOLLE)["held"] == []


def test_every_state_of_a_place_has_a_period_and_a_reason_for_it() -> None:
    assert set(PERIODS) == {*Standing, UNUSED}
    assert all(one.days > 0 and one.basis for one in PERIODS.values())


def test_period_that_was_set_counts() -> None:
    kept = Retention({"declined": 14})

    assert kept.until("declined", date(2026, 12, 1)) == date(2026, 12, 15)
    assert kept.until("lapsed", date(2026, 12, 1)) == date(2026, 12, 29)


def test_timer_names_a_place_and_never_a_candidate(declined: Cursor) -> None:
    named = shown(declined)["file"]["candidateReference"]

    rows = declined.execute("SELECT kind, subject FROM timers").fetchall()

    assert {one["kind"] for one in rows} == {FILES, UNUSED_REFERENCES}
    assert named not in str(rows)
