# SPDX-License-Identifier: EUPL-1.2
"""The places at a region's desk: held, listed, decided on, and told to their owner."""

import orjson
import psycopg.errors
import pytest

from services.regions import handlers
from services.regions.domain import refusals as no
from shared.contracts import content_hash
from shared.contracts.api import regions as api
from shared.messaging import journal
from shared.runtime import Answer, Cursor, Faults, Json, Principal
from tests.integration.regions.asking import (
    AGREEMENT,
    DRECHTSTEDEN,
    NOW,
    PLACEMENT,
    ZWOLLE,
    agreement,
    arrival,
    ask,
    placement,
)

HERE = {"code": DRECHTSTEDEN, "id": PLACEMENT}
LIST = {"code": DRECHTSTEDEN, "page": 1, "pageSize": 50}
SUBJECT = f"placement/{PLACEMENT}"
WORD = f"decision/{SUBJECT}/{DRECHTSTEDEN}"
DECLINED = {"decision": "declined", "reasonCode": "no_candidate"}


def owner_tells(cur: Cursor, sequence: int = 1, **changes: object) -> None:
    told = placement(DRECHTSTEDEN, PLACEMENT, **changes)
    handlers.adopt_placements(cur, [arrival(told["region"], SUBJECT, told, sequence=sequence)], NOW)


def answered(sequence: int, outcome: str = "recorded", reason: str | None = None) -> Json:
    return {"sequence": sequence, "outcome": outcome, "reason": reason}


def decide(cur: Cursor, body: Json, **more: Principal) -> Answer:
    return handlers.decide_on_placement(cur, ask(HERE, body, **more))


def shown(cur: Cursor, **more: Principal) -> Json:
    body = handlers.get_desk_placement(cur, ask(HERE, **more)).body
    assert not api.DeskPlacementDetail().validate(body)
    return body


def candidate(cur: Cursor, region: str = DRECHTSTEDEN) -> str:
    answer = handlers.make_candidate_reference(cur, ask({"code": region}, {}))
    assert (answer.status, api.CandidateReference().validate(answer.body)) == (201, {})
    made: str = answer.body["candidateReference"]
    return made


def confirmation(cur: Cursor, **changes: object) -> Json:
    return {
        "decision": "confirmed",
        "candidateReference": candidate(cur),
        "targetGroups": ["statushouders"],
        "inRegister": False,
        "criterionMet": True,
        "instruments": [{"code": "loonkostensubsidie", "wageValue": 60, "hoursPerWeek": 25.5}],
        **changes,
    }


def sent(cur: Cursor) -> Json:
    """Give what the newest message of this region says of the place."""
    row = cur.execute(
        "SELECT body FROM journal WHERE subject = %s ORDER BY sequence DESC LIMIT 1", [WORD]
    ).fetchone()
    assert row is not None
    data: Json = orjson.loads(row["body"])["data"]
    return data


@pytest.fixture
def offered(cur: Cursor) -> Cursor:
    """Let Drechtsteden hold the agreement and a place that was offered to it."""
    held = arrival(DRECHTSTEDEN, f"agreement/{AGREEMENT}", agreement())
    handlers.adopt_agreements(cur, [held], NOW)
    owner_tells(cur)
    return cur


@pytest.fixture
def picked_up(offered: Cursor) -> Cursor:
    """Let Drechtsteden have picked it up."""
    decide(offered, {"decision": "picked-up"})
    return offered


def test_region_holds_the_same_bytes_as_its_owner(cur: Cursor) -> None:
    told = placement()

    stored = handlers.adopt_placements(cur, [arrival(DRECHTSTEDEN, SUBJECT, told)], NOW)

    assert stored == {(DRECHTSTEDEN, SUBJECT): content_hash(told)}
    body = shown(cur)
    assert (body["hash"], body["state"], body["decision"]) == (content_hash(told), "offered", None)
    assert (body["hoursPerWeek"], body["file"], body["overdue"]) == (25.5, None, False)


def test_region_that_was_offered_nothing_holds_nothing(offered: Cursor) -> None:
    with pytest.raises(no.PlacementNotHeld, match=ZWOLLE):
        handlers.get_desk_placement(offered, ask({**HERE, "code": ZWOLLE}))


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
        with pytest.raises(no.CandidateUnknown, match=unknown):
            decide(picked_up, confirmation(picked_up, candidateReference=unknown))


def test_correction_is_a_step_of_its_own_and_says_why(picked_up: Cursor) -> None:
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
    assert word["confirmation"]["correctionReason"] == "Register nagekeken"


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


def test_only_the_desk_of_the_region_sees_or_decides(offered: Cursor) -> None:
    elsewhere = Principal("local", "wsp-officer", {"region": ZWOLLE})
    coordinator = Principal("local", "slw-coordinator")

    for who, refusal in ((elsewhere, no.NotTheirs), (coordinator, no.NotForThisRole)):
        for asked in (
            lambda who=who: shown(offered, who=who),
            lambda who=who: handlers.list_desk_placements(offered, ask(LIST, who=who)),
            lambda who=who: decide(offered, {"decision": "picked-up"}, who=who),
            lambda who=who: handlers.make_candidate_reference(
                offered, ask({"code": DRECHTSTEDEN}, {}, who=who)
            ),
        ):
            with pytest.raises(refusal):
                asked()


def test_support_at_a_place_is_shown_there(offered: Cursor) -> None:
    told = {
        "id": "3d7a1c52-8b40-4e9a-b6f2-0a9c4e5d6f71",
        "placementId": PLACEMENT,
        "agreementId": AGREEMENT,
        "region": DRECHTSTEDEN,
        "provider": {"id": "b41f0c8a-52d7-4c63-9e0b-7f1d2a3c4e58", "name": "Jobstap"},
        "need": "specialistisch",
        "fundedBy": "region",
        "state": "assigned",
        "acceptBy": "2027-02-04",
        "firstContactBy": None,
        "closing": None,
        "reasonCode": None,
        "reason": None,
        "lastChange": {"kind": "assigned", "at": "2027-02-01T09:00:00Z"},
    }

    stored = handlers.adopt_supports(
        offered, [arrival(DRECHTSTEDEN, f"support/{told['id']}", told)], NOW
    )

    assert list(stored.values()) == [content_hash(told)]
    [support] = shown(offered)["supports"]
    assert (support["provider"], support["state"]) == ("Jobstap", "assigned")


def test_every_copy_can_be_compared_with_its_owners(offered: Cursor) -> None:
    held = offered.execute("SELECT family, recipient, subject FROM holdings").fetchall()

    assert {"family": "placement", "recipient": DRECHTSTEDEN, "subject": SUBJECT} in held


@pytest.mark.parametrize("statement", ["UPDATE {} SET region = ''", "DELETE FROM {}"])
@pytest.mark.parametrize(
    "table", ["placement_decisions", "candidate_references", "sector_leads", "instrument_offers"]
)
def test_what_a_region_did_is_never_rewritten(cur: Cursor, statement: str, table: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        cur.execute(statement.format(table))


def found(cur: Cursor, **filters: str) -> list[str]:
    body = handlers.list_desk_placements(cur, ask({**LIST, **filters})).body
    assert not api.DeskPlacementPage().validate(body)
    assert body["total"] == len(body["items"])
    return [one["function"] for one in body["items"]]


def test_desk_finds_its_places(cur: Cursor) -> None:
    several = [
        ("late", "offered", "2026-11-30", "Zorg"),
        ("taken", "picked_up", "2026-11-29", "zorg"),
        ("open", "offered", "2026-12-01", "Leisure Horeca"),
    ]
    batch = []
    for number, (function, state, day, sector) in enumerate(several):
        identity = f"9b2f4c1e-6a37-4f0d-8f5b-2c6d7e8f9a0{number}"
        told = placement(
            placement_id=identity, function=function, state=state, pickUpBy=day, sector=sector
        )
        batch.append(arrival(DRECHTSTEDEN, f"placement/{identity}", told))
    handlers.adopt_placements(cur, batch, NOW)

    assert found(cur) == ["taken", "late", "open"]
    assert found(cur, state="offered") == ["late", "open"]
    assert found(cur, overdue="true") == ["late"]
    assert found(cur, overdue="false") == ["taken", "open"]
    assert found(cur, sector="ZORG") == ["taken", "late"]
    assert found(cur, sector="leisure horeca") == ["open"]
    assert found(cur, organisation="WSP Parkstad") == []


def test_decision_leaves_for_the_owner_of_placements_alone(picked_up: Cursor) -> None:
    rows = picked_up.execute("SELECT recipient FROM deliveries WHERE subject = %s", [WORD])

    assert [row["recipient"] for row in rows] == ["placements"]
    newest = journal.newest(picked_up, WORD)
    assert newest is not None
    assert newest.sequence == 1
