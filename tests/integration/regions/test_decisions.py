# SPDX-License-Identifier: EUPL-1.2
"""A region decides from its own database, and hears later what became of it."""

import psycopg.errors
import pytest

from services.regions import handlers
from services.regions.domain.refusals import (
    AgreementNotHeld,
    AgreementOver,
    ParticipationWithdrawn,
    VersionNotInForce,
)
from shared.contracts.api import regions as api
from shared.contracts.reference import UnknownRegion
from shared.messaging import journal
from shared.runtime import Answer, Cursor, Faults, Json
from tests.integration.regions.asking import (
    AGREEMENT,
    DRECHTSTEDEN,
    NOW,
    ZWOLLE,
    agreement,
    arrival,
    ask,
    participation,
)

SIGNED = {"decision": "accepted", "signedOn": "2026-11-30", "employerSignedOn": "2026-12-01"}
DECLINED = {"decision": "declined", "reason": "geen kandidaten"}
DECISION_OF_ZWOLLE = f"decision/agreement/{AGREEMENT}/{ZWOLLE}"


@pytest.fixture
def zwolle_holds(cur: Cursor) -> Cursor:
    """Let Zwolle hold versions 1 and 2 of the agreement, invited."""
    state = agreement(versions=(1, 2))
    handlers.adopt_agreements(cur, [arrival(ZWOLLE, f"agreement/{AGREEMENT}", state)], NOW)
    owner_says(cur, "invited")
    return cur


def owner_says(cur: Cursor, status: str, decision: Json | None = None, sequence: int = 1) -> None:
    state = participation(ZWOLLE, status=status, decision=decision)
    where = f"participation/{AGREEMENT}/{ZWOLLE}"
    handlers.adopt_participations(cur, [arrival(ZWOLLE, where, state, sequence=sequence)], NOW)


def decide(cur: Cursor, body: Json, region: str = ZWOLLE) -> Answer:
    return handlers.decide_on_agreement(cur, ask({"code": region, "id": AGREEMENT}, body))


def seen(cur: Cursor) -> Json:
    shown: Json = handlers.get_held_agreement(cur, ask({"code": ZWOLLE, "id": AGREEMENT})).body[
        "decision"
    ]
    return shown


def test_decision_is_submitted_and_on_its_way(zwolle_holds: Cursor) -> None:
    answer = decide(zwolle_holds, SIGNED)

    assert answer.status == 202
    assert not api.Decision().validate(answer.body)
    assert answer.body["state"] == "submitted"
    assert (answer.body["version"], answer.body["sequence"]) == (2, 1)
    assert answer.body == seen(zwolle_holds)


def test_decision_travels_with_the_state_it_was_made_on(zwolle_holds: Cursor) -> None:
    decide(zwolle_holds, {**SIGNED, "version": 1})

    sent = journal.newest(zwolle_holds, DECISION_OF_ZWOLLE)
    assert sent is not None
    assert sent.sequence == 1
    rows = zwolle_holds.execute(
        "SELECT recipient FROM deliveries WHERE subject = %s", [DECISION_OF_ZWOLLE]
    ).fetchall()
    assert [row["recipient"] for row in rows] == ["agreements"]


def test_next_decision_follows_the_first(zwolle_holds: Cursor) -> None:
    decide(zwolle_holds, {"decision": "considering", "expectedOn": "2027-01-15"})
    decide(zwolle_holds, DECLINED)

    assert (seen(zwolle_holds)["decision"], seen(zwolle_holds)["sequence"]) == ("declined", 2)


def test_owner_records_the_decision(zwolle_holds: Cursor) -> None:
    decide(zwolle_holds, SIGNED)
    recorded = {"sequence": 1, "outcome": "recorded", "reason": None}
    owner_says(zwolle_holds, "accepted", recorded, sequence=2)

    assert seen(zwolle_holds)["state"] == "recorded"


def test_owner_refuses_the_decision_with_a_reason(zwolle_holds: Cursor) -> None:
    decide(zwolle_holds, SIGNED)
    refused = {"sequence": 1, "outcome": "refused", "reason": "version 2 has ended"}
    owner_says(zwolle_holds, "invited", refused, sequence=2)

    assert seen(zwolle_holds)["state"] == "refused"
    assert seen(zwolle_holds)["refusal"] == "version 2 has ended"


def test_owners_word_on_an_earlier_decision_leaves_a_later_one_submitted(
    zwolle_holds: Cursor,
) -> None:
    decide(zwolle_holds, DECLINED)
    decide(zwolle_holds, SIGNED)
    recorded = {"sequence": 1, "outcome": "recorded", "reason": None}
    owner_says(zwolle_holds, "declined", recorded, sequence=2)

    assert seen(zwolle_holds)["state"] == "submitted"


def test_held_agreements_are_found_by_decision(zwolle_holds: Cursor) -> None:
    decide(zwolle_holds, SIGNED)

    found = [
        handlers.list_held_agreements(
            zwolle_holds, ask({"code": ZWOLLE, "decision": choice, "page": 1, "pageSize": 10})
        ).body["total"]
        for choice in ("accepted", "declined")
    ]
    assert found == [1, 0]


def test_region_that_holds_no_copy_cannot_decide(zwolle_holds: Cursor) -> None:
    with pytest.raises(AgreementNotHeld, match=DRECHTSTEDEN):
        decide(zwolle_holds, SIGNED, region=DRECHTSTEDEN)


def test_region_that_left_cannot_decide(zwolle_holds: Cursor) -> None:
    owner_says(zwolle_holds, "withdrawn", sequence=2)

    with pytest.raises(ParticipationWithdrawn):
        decide(zwolle_holds, SIGNED)


def test_nobody_decides_on_an_agreement_that_ended(zwolle_holds: Cursor) -> None:
    ended = arrival(ZWOLLE, f"agreement/{AGREEMENT}", agreement(status="ended"), sequence=2)
    handlers.adopt_agreements(zwolle_holds, [ended], NOW)

    with pytest.raises(AgreementOver):
        decide(zwolle_holds, SIGNED)


def test_version_that_is_not_in_force_is_refused(zwolle_holds: Cursor) -> None:
    with pytest.raises(VersionNotInForce, match="in force: 1, 2"):
        decide(zwolle_holds, {**SIGNED, "version": 3})


def test_code_of_no_region_is_refused_by_name(cur: Cursor) -> None:
    with pytest.raises(UnknownRegion, match="AM04 is not a labour-market region"):
        decide(cur, SIGNED, region="AM04")


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"decision": "accepted"}, {"/signedOn", "/employerSignedOn"}),
        ({"decision": "declined"}, {"/reason"}),
        ({"decision": "maybe", "version": 0, "who": "x"}, {"/decision", "/version", "/who"}),
        ({}, {"/decision"}),
    ],
)
def test_decision_with_faults_gets_them_all(
    zwolle_holds: Cursor, body: Json, pointers: set[str]
) -> None:
    with pytest.raises(Faults) as refused:
        decide(zwolle_holds, body)

    assert {fault.pointer for fault in refused.value.faults} == pointers
    assert journal.newest(zwolle_holds, DECISION_OF_ZWOLLE) is None


@pytest.mark.parametrize("statement", ["UPDATE decisions SET reason = ''", "DELETE FROM decisions"])
def test_decisions_are_never_rewritten(cur: Cursor, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        cur.execute(statement)
