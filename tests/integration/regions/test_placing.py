# SPDX-License-Identifier: EUPL-1.2
"""What a region decides on a place: kept here, and told to its owner as one whole word."""

import pytest

from services.regions.domain import refusals as no
from shared.contracts.api import regions as api
from shared.messaging import journal
from shared.runtime import Cursor, Faults, Json
from tests.integration.regions.asking import (
    DRECHTSTEDEN,
    ZWOLLE,
)
from tests.integration.regions.at_the_desk import (
    DECLINED,
    SUBJECT,
    WORD,
    answered,
    candidate,
    confirmation,
    decide,
    owner_tells,
    sent,
    shown,
)


def test_picking_up_is_submitted_and_stands_at_the_desk_at_once(offered: Cursor) -> None:
    answer = decide(offered, {"decision": "picked-up"})

    assert answer.status == 202
    assert not api.PlacementDecision().validate(answer.body)
    assert (answer.body["state"], answer.body["sequence"]) == ("submitted", 1)
    body = shown(offered)
    assert (body["state"], body["toldState"]) == ("picked_up", "offered")
    assert body["decision"] == answer.body
    assert sent(offered)["decision"] == "picked_up"


def test_confirmation_stays_here_but_for_what_is_counted(picked_up: Cursor) -> None:
    said = confirmation(picked_up, targetGroups=["statushouders", "ggz"])

    decide(picked_up, said)

    file = shown(picked_up)["file"]
    assert file["candidateReference"] == said["candidateReference"]
    assert file["targetGroups"] == ["ggz", "statushouders"]
    [subsidy] = file["instruments"]
    assert (subsidy["code"], subsidy["wageValue"], subsidy["hoursPerWeek"]) == (
        "loonkostensubsidie",
        60,
        25.5,
    )
    assert sent(picked_up) == {
        "subject": SUBJECT,
        "region": DRECHTSTEDEN,
        "decision": "confirmed",
        "placementSequence": 1,
        "pickedUpAt": "2026-12-01T09:00:00Z",
        "decidedAt": "2026-12-01T09:00:00Z",
        "reasonCode": None,
        "reason": None,
        "toRegion": None,
        "confirmation": {
            "targetGroups": ["statushouders"],
            "inRegister": False,
            "criterionMet": True,
            "instruments": ["loonkostensubsidie"],
            "corrections": 0,
            "correctedAt": None,
            "correctionReason": None,
        },
    }


def test_nothing_of_the_candidate_is_in_anything_that_leaves(picked_up: Cursor) -> None:
    said = confirmation(picked_up, targetGroups=["statushouders", "ggz"])
    decide(picked_up, said)
    other = candidate(picked_up)
    decide(
        picked_up, {"decision": "corrected", "candidateReference": other, "reason": "Verwisseld"}
    )

    left = str(picked_up.execute("SELECT body FROM journal").fetchall())
    left += str(picked_up.execute("SELECT body FROM outbox").fetchall())

    assert "statushouders" in left
    assert [
        word for word in (said["candidateReference"], other, "ggz", "wage") if word in left
    ] == []


def test_candidate_whom_the_region_gave_no_reference_is_refused(picked_up: Cursor) -> None:
    elsewhere = candidate(picked_up, ZWOLLE)

    for unknown in ("AM23-2A2A-2A2A", elsewhere):
        with pytest.raises(no.CandidateUnknown) as refused:
            decide(picked_up, confirmation(picked_up, candidateReference=unknown))
        # An answer is kept, and told in logs: it repeats no reference.
        assert unknown not in str(refused.value)


def test_correction_is_a_step_of_its_own_and_says_why_only_in_the_regions_file(
    picked_up: Cursor,
) -> None:
    decide(picked_up, confirmation(picked_up))
    decide(picked_up, {"decision": "corrected", "inRegister": True, "reason": "Register nagekeken"})

    body = shown(picked_up)
    assert [one["decision"] for one in body["steps"]] == ["picked-up", "confirmed", "corrected"]
    assert (body["state"], body["file"]["inRegister"]) == ("confirmed", True)
    assert (body["file"]["corrections"], body["file"]["correctionReason"]) == (
        1,
        "Register nagekeken",
    )
    word = sent(picked_up)
    assert (word["decision"], word["reason"]) == ("confirmed", None)
    assert word["confirmation"]["corrections"] == 1
    assert word["confirmation"]["correctionReason"] is None
    assert "Register nagekeken" not in str(word)


@pytest.mark.parametrize(
    "body",
    [
        {"decision": "declined", "reasonCode": "other_reason"},
        {"decision": "handed-over", "toRegion": "AM35"},
    ],
)
def test_why_a_place_was_given_up_stays_in_the_region_but_for_its_code(
    picked_up: Cursor, body: Json
) -> None:
    decide(picked_up, {**body, "reason": "Kandidaat kan niet reizen"})

    word = sent(picked_up)
    assert (word["reasonCode"], word["reason"]) == (body.get("reasonCode"), None)
    assert shown(picked_up)["steps"][-1]["reason"] == "Kandidaat kan niet reizen"
    assert "reizen" not in str(word)


def test_owners_word_ends_the_waiting(picked_up: Cursor) -> None:
    owner_tells(picked_up, 2, state="picked_up", decision=answered(1))

    assert shown(picked_up)["decision"]["state"] == "recorded"


def test_owners_word_on_an_earlier_step_leaves_the_later_one_standing(picked_up: Cursor) -> None:
    decide(picked_up, confirmation(picked_up))
    owner_tells(picked_up, 2, state="picked_up", decision=answered(1))

    body = shown(picked_up)
    assert (body["state"], body["decision"]["state"]) == ("confirmed", "submitted")


def test_place_that_was_withdrawn_meanwhile_is_withdrawn(picked_up: Cursor) -> None:
    decide(picked_up, confirmation(picked_up))
    owner_tells(picked_up, 2, state="withdrawn")

    assert shown(picked_up)["state"] == "withdrawn"
    with pytest.raises(no.PlacementOver):
        decide(picked_up, DECLINED)


def test_refused_hand_over_leaves_the_place_in_hand(picked_up: Cursor) -> None:
    decide(picked_up, {"decision": "handed-over", "toRegion": "AM22"})
    refused = answered(2, "refused", "AM22 takes no part")
    owner_tells(picked_up, 2, state="picked_up", decision=refused)

    body = shown(picked_up)
    assert (body["state"], body["decision"]["refusal"]) == ("picked_up", "AM22 takes no part")
    assert decide(picked_up, confirmation(picked_up)).body["state"] == "submitted"
    assert sent(picked_up)["pickedUpAt"] == "2026-12-01T09:00:00Z"


@pytest.mark.parametrize("told_each", [True, False])
def test_file_is_what_was_recorded_whichever_corrections_were_refused(
    picked_up: Cursor, *, told_each: bool
) -> None:
    decide(picked_up, confirmation(picked_up))
    owner_tells(picked_up, 2, state="confirmed", decision=answered(2, counts=2))
    for number in (3, 4):
        correction = {"decision": "corrected", "inRegister": True, "reason": f"Nagekeken {number}"}
        if number == 4:
            correction = {**correction, "inRegister": False, "targetGroups": ["p_wet_langdurig"]}
        decide(picked_up, correction)
        if told_each:
            refused = answered(number, "refused", "the place is withdrawn", counts=2)
            owner_tells(picked_up, number, state="confirmed", decision=refused)
    # Where only the newest state came through, it answers both.
    refused = answered(4, "refused", "the place is withdrawn", counts=2)
    owner_tells(picked_up, 5, state="confirmed", decision=refused)

    body = shown(picked_up)
    assert (body["file"]["inRegister"], body["file"]["targetGroups"]) == (False, ["statushouders"])
    assert body["file"]["corrections"] == 0
    decide(picked_up, {"decision": "corrected", "inRegister": True, "reason": "Nagekeken"})
    assert sent(picked_up)["confirmation"]["corrections"] == 1


def test_correction_that_was_recorded_unheard_stays_when_the_next_is_refused(
    picked_up: Cursor,
) -> None:
    decide(picked_up, confirmation(picked_up))
    decide(picked_up, {"decision": "corrected", "inRegister": True, "reason": "Nagekeken"})
    decide(picked_up, {"decision": "corrected", "inRegister": False, "reason": "Toch niet"})
    owner_tells(
        picked_up, 2, state="confirmed", decision=answered(4, "refused", "it ended", counts=3)
    )

    assert shown(picked_up)["file"]["inRegister"] is True


def test_pick_up_that_was_passed_through_stays_in_the_file(picked_up: Cursor) -> None:
    decide(picked_up, confirmation(picked_up))
    owner_tells(picked_up, 2, state="picked_up", decision=answered(2, "refused", "not that group"))

    file = shown(picked_up)["file"]
    assert (file["pickedUpAt"], file["candidateReference"]) == ("2026-12-01T09:00:00Z", None)


def test_place_is_handed_over_to_a_neighbour_only(picked_up: Cursor) -> None:
    with pytest.raises(no.NotANeighbour):
        decide(picked_up, {"decision": "handed-over", "toRegion": ZWOLLE})

    decide(picked_up, {"decision": "handed-over", "toRegion": "AM22"})
    assert (shown(picked_up)["state"], sent(picked_up)["toRegion"]) == ("handed_over", "AM22")


def test_group_that_the_version_is_not_for_is_refused(picked_up: Cursor) -> None:
    with pytest.raises(no.GroupNotInAgreement, match="vijftigplus"):
        decide(picked_up, confirmation(picked_up, targetGroups=["vijftigplus"]))


def test_criterion_that_is_not_met_is_refused(picked_up: Cursor) -> None:
    with pytest.raises(no.CriterionNotMet):
        decide(picked_up, confirmation(picked_up, criterionMet=False))


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, {"/decision"}),
        ({"decision": "picked_up"}, {"/decision"}),
        (
            {"decision": "confirmed"},
            {"/candidateReference", "/targetGroups", "/inRegister", "/criterionMet"},
        ),
        ({"decision": "picked-up", "toRegion": "AM22"}, {"/toRegion"}),
        ({"decision": "declined"}, {"/reasonCode"}),
        ({"decision": "declined", "reasonCode": "other_reason"}, {"/reason"}),
        ({"decision": "handed-over", "toRegion": "AM99"}, {"/toRegion"}),
        ({"decision": "corrected", "reason": "Zo"}, {"/decision"}),
        ({"decision": "corrected", "inRegister": True}, {"/reason"}),
        ({"decision": "declined", "reasonCode": "zomaar", "naam": "x"}, {"/reasonCode", "/naam"}),
    ],
)
def test_decision_with_faults_gets_them_all(
    picked_up: Cursor, body: Json, pointers: set[str]
) -> None:
    with pytest.raises(Faults) as refused:
        decide(picked_up, body)

    assert {fault.pointer for fault in refused.value.faults} == pointers


@pytest.mark.parametrize(
    ("instrument", "pointer"),
    [
        ({"code": "loonkostensubsidie", "wageValue": 20}, "/instruments/0/wageValue"),
        ({"code": "loonkostensubsidie", "startsOn": "2027-01-01"}, "/instruments/0/startsOn"),
        ({"code": "loonkostensubsidie", "hoursPerWeek": 25.55}, "/instruments/0/hoursPerWeek"),
        ({"code": "proefplaats", "startsOn": "2027-01-01"}, "/instruments/0/endsOn"),
        ({"code": "lkv_oudere"}, "/instruments/0"),
        ({"code": "loonkostensubsidie", "bsn": "1"}, "/instruments/0/bsn"),
        ({"wageValue": 60}, "/instruments/0/code"),
    ],
)
def test_particulars_are_held_against_the_rules_of_their_day(
    picked_up: Cursor, instrument: Json, pointer: str
) -> None:
    with pytest.raises(Faults) as refused:
        decide(picked_up, confirmation(picked_up, instruments=[instrument]))

    assert [fault.pointer for fault in refused.value.faults] == [pointer]


@pytest.mark.parametrize(
    "reference", ["AM23-1234-5678", "Jan Jansen", "123456782", "am23-7k4m-2qxd"]
)
def test_nothing_else_passes_for_a_reference(picked_up: Cursor, reference: str) -> None:
    with pytest.raises(Faults, match="/candidateReference"):
        decide(picked_up, confirmation(picked_up, candidateReference=reference))


def test_decision_leaves_for_the_owner_of_placements_alone(picked_up: Cursor) -> None:
    rows = picked_up.execute("SELECT recipient FROM deliveries WHERE subject = %s", [WORD])

    assert [row["recipient"] for row in rows] == ["placements"]
    newest = journal.newest(picked_up, WORD)
    assert newest is not None
    assert newest.sequence == 1
