# SPDX-License-Identifier: EUPL-1.2
"""Every change of an employer is kept, told to who keeps a copy, and never doubled."""

import time
import uuid
from datetime import UTC, datetime

import jsonschema
import orjson
import psycopg.errors
import pytest

from services.employers import handlers
from services.employers.domain import EmployerAlreadyRegistered, EmployerUnknown
from shared.contracts import EVENTS
from shared.contracts.api.employers import OPERATIONS
from shared.runtime import Answer, Call, Cursor, Faults, Json, Principal, StaleVersion
from tests.confined import confined

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
ISS = "ISS Facility Services"
CONTACT = {"role": "accountmanager", "telephone": None, "mailbox": "loket@example.nl"}


def ask(
    cur: Cursor,
    operation: str,
    body: Json | None = None,
    *,
    if_match: int | None = None,
    **params: object,
) -> Answer:
    call = Call(
        operation=operation,
        params={"page": 1, "pageSize": 50, **params},
        body=body,
        principal=Principal("projectleider SLW", "slw-coordinator"),
        if_match=if_match,
        idempotency_key=str(uuid.uuid4()),
        deadline=time.time() + 60,
        traceparent=None,
        now=NOW,
    )
    with confined(cur, call):
        answer: Answer = getattr(handlers, operation)(cur, call)
    shape = OPERATIONS[operation].answer
    assert shape is not None
    assert shape().validate(orjson.loads(orjson.dumps(answer.body))) == {}
    return answer


def register(cur: Cursor, name: str = ISS, **more: object) -> Json:
    return ask(cur, "register_employer", {"name": name, **more}).body


def told(cur: Cursor) -> list[tuple[int, list[str], Json]]:
    rows = cur.execute(
        "SELECT j.sequence, o.audience, j.body FROM journal j JOIN outbox o"
        " USING (subject, sequence) ORDER BY o.id"
    ).fetchall()
    states = [(row["sequence"], row["audience"], orjson.loads(row["body"])["data"]) for row in rows]
    for _, _, data in states:
        jsonschema.validate(data, EVENTS["employer-changed.v1"].schema)
    return states


def test_register_keeps_what_was_said_and_leaves_unknown_empty(cur: Cursor) -> None:
    answer = ask(cur, "register_employer", {"name": ISS, "contact": CONTACT})
    shown = ask(cur, "get_employer", id=answer.body["id"])
    assert shown.body == answer.body
    assert (shown.body["name"], shown.body["kvkNumber"], shown.body["contact"]) == (
        ISS,
        None,
        CONTACT,
    )
    assert (answer.status, answer.etag) == (201, 1)
    assert answer.location == f"/v1/employers/{answer.body['id']}"


def test_register_is_told_to_agreements_and_regions(cur: Cursor) -> None:
    employer = register(cur)
    [(sequence, audience, state)] = told(cur)
    assert (sequence, audience) == (1, ["agreements", "regions"])
    assert (state["id"], state["name"]) == (employer["id"], ISS)


@pytest.mark.parametrize("name", [ISS, ISS.upper(), "  iss   facility services "])
def test_name_is_taken_whatever_its_capitals(cur: Cursor, name: str) -> None:
    register(cur)
    with pytest.raises(EmployerAlreadyRegistered):
        register(cur, name)


def test_rename_to_a_name_that_is_taken_is_refused(cur: Cursor) -> None:
    register(cur)
    other = register(cur, "Een andere werkgever")
    with pytest.raises(EmployerAlreadyRegistered):
        ask(cur, "change_employer", {"name": ISS.lower()}, if_match=1, id=other["id"])


def test_change_is_told_anew(cur: Cursor) -> None:
    employer = register(cur)
    answer = ask(cur, "change_employer", {"contact": CONTACT}, if_match=1, id=employer["id"])
    assert (answer.etag, answer.body["contact"], answer.body["name"]) == (2, CONTACT, ISS)
    assert [(sequence, state["contact"]) for sequence, _, state in told(cur)] == [
        (1, None),
        (2, CONTACT),
    ]


def test_change_to_what_is_so_already_tells_nobody(cur: Cursor) -> None:
    employer = register(cur)
    answer = ask(cur, "change_employer", {"name": ISS}, if_match=1, id=employer["id"])
    assert answer.etag == 1
    assert len(told(cur)) == 1


def test_change_needs_the_newest_revision(cur: Cursor) -> None:
    employer = register(cur)
    with pytest.raises(StaleVersion):
        ask(cur, "change_employer", {"name": "ISS"}, if_match=9, id=employer["id"])


def test_every_fault_is_named_at_once(cur: Cursor) -> None:
    with pytest.raises(Faults) as refused:
        register(cur, "", kvkNumber="12", sbiCodes=["x"], colour="blue")
    assert {fault.pointer for fault in refused.value.faults} == {
        "/name",
        "/kvkNumber",
        "/sbiCodes/0",
        "/colour",
    }


def test_adaptations_are_codes_in_one_order_beside_the_words(cur: Cursor) -> None:
    words = "Begeleiding in eigen regie, door collega's op de werkvloer"
    employer = register(cur, profile=words, adaptations=["travel", "guidance_by_colleagues"])
    assert employer["adaptations"] == ["guidance_by_colleagues", "travel"]
    assert employer["profile"] == words

    same = {"adaptations": ["guidance_by_colleagues", "travel"]}
    assert ask(cur, "change_employer", same, if_match=1, id=employer["id"]).etag == 1
    fewer = {"adaptations": ["guidance_by_colleagues"]}
    changed = ask(cur, "change_employer", fewer, if_match=1, id=employer["id"])
    assert (changed.etag, changed.body["profile"]) == (2, words)

    register(cur, "Another")
    found = ask(cur, "list_employers", adapts="guidance_by_colleagues").body
    assert ([one["id"] for one in found["items"]], found["total"]) == ([employer["id"]], 1)
    assert ask(cur, "list_employers", adapts="travel").body["items"] == []
    with pytest.raises(Faults):
        register(cur, "A third", adaptations=["patience"])


def test_list_finds_a_part_of_a_name(cur: Cursor) -> None:
    register(cur)
    register(cur, "Een andere werkgever")
    everyone = ask(cur, "list_employers").body
    assert [one["name"] for one in everyone["items"]] == ["Een andere werkgever", ISS]
    found = ask(cur, "list_employers", name="facility").body
    assert ([one["name"] for one in found["items"]], found["total"]) == ([ISS], 1)


def test_unknown_employer_is_refused(cur: Cursor) -> None:
    with pytest.raises(EmployerUnknown):
        ask(cur, "get_employer", id=str(uuid.uuid4()))


def test_history_cannot_be_rewritten(cur: Cursor) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        cur.execute("DELETE FROM employer_changes")
