# SPDX-License-Identifier: EUPL-1.2
"""One answer for every employer in every region: the desk, or one account manager."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import psycopg.errors
import pytest

from services.regions import handlers
from services.regions.domain.refusals import AccountManagerAlreadyActive, EmployerUnknown
from shared.contracts.api import regions as api
from shared.messaging import journal
from shared.runtime import Answer, Cursor, Faults, Json, StaleVersion, VersionRequired
from shared.runtime.db import connect
from tests.integration.regions.asking import (
    AGREEMENT,
    DRECHTSTEDEN,
    ISS,
    NOW,
    ZWOLLE,
    agreement,
    arrival,
    ask,
    employer,
)
from tests.servers import ServiceDatabase

PAIR = {"code": ZWOLLE, "employerId": ISS}
LIST = {"code": ZWOLLE, "page": 1, "pageSize": 50}
MANAGER = {"role": "accountmanager WSP Regio Zwolle", "mailbox": "iss@regio.example"}
DESK = {"telephone": "0000", "mailbox": "loket@regio.example", "deputy": "teamleider"}
CONTACT = f"contact/{ZWOLLE}/{ISS}"


@pytest.fixture
def iss_is_known(cur: Cursor) -> Cursor:
    """Let the regions have heard of ISS Facility Services."""
    handlers.adopt_employers(cur, [arrival("regions", f"employer/{ISS}", employer())], NOW)
    return cur


def appoint(cur: Cursor, body: Json, *, if_match: int | None = None) -> Answer:
    return handlers.set_contact(cur, ask(PAIR, body, if_match=if_match))


def shown(cur: Cursor) -> Json:
    return handlers.get_contact(cur, ask(PAIR)).body


def test_desk_is_empty_until_it_is_set(cur: Cursor) -> None:
    answer = handlers.get_desk(cur, ask({"code": ZWOLLE}))

    assert not api.Desk().validate(answer.body)
    assert (answer.etag, answer.body["telephone"]) == (0, None)


def test_desk_is_set_on_the_revision_that_was_read(cur: Cursor) -> None:
    answer = handlers.set_desk(cur, ask({"code": ZWOLLE}, DESK, if_match=0))

    assert answer.body == {"region": ZWOLLE, **DESK, "revision": 1}
    assert handlers.get_desk(cur, ask({"code": ZWOLLE})) == answer
    with pytest.raises(StaleVersion):
        handlers.set_desk(cur, ask({"code": ZWOLLE}, DESK, if_match=0))
    with pytest.raises(VersionRequired):
        handlers.set_desk(cur, ask({"code": ZWOLLE}, DESK))


def test_desk_answers_an_employer_by_default(iss_is_known: Cursor) -> None:
    handlers.set_desk(iss_is_known, ask({"code": ZWOLLE}, DESK, if_match=0))

    answer = handlers.get_contact(iss_is_known, ask(PAIR))

    assert not api.ContactDetail().validate(answer.body)
    assert (answer.etag, answer.body["kind"], answer.body["role"]) == (0, "desk", None)
    assert answer.body["telephone"] == DESK["telephone"]
    assert answer.body["history"] == []


def test_account_manager_is_appointed_and_told(iss_is_known: Cursor) -> None:
    answer = appoint(iss_is_known, MANAGER)

    assert not api.ContactDetail().validate(answer.body)
    assert (answer.etag, answer.body["kind"]) == (1, "account_manager")
    assert (answer.body["role"], answer.body["since"]) == (MANAGER["role"], "2026-12-01")
    told = journal.newest(iss_is_known, CONTACT)
    assert told is not None
    assert told.sequence == 1


def test_second_account_manager_is_refused(iss_is_known: Cursor) -> None:
    appoint(iss_is_known, MANAGER)

    with pytest.raises(AccountManagerAlreadyActive):
        appoint(iss_is_known, MANAGER)
    with pytest.raises(AccountManagerAlreadyActive):
        appoint(iss_is_known, MANAGER, if_match=1)


def test_hand_over_keeps_who_it_was_before(iss_is_known: Cursor) -> None:
    appoint(iss_is_known, MANAGER)
    successor = {"role": "accountmanager detailhandel", "since": "2027-02-01", "replaces": True}

    answer = appoint(iss_is_known, {**successor, "reason": "herverdeling"}, if_match=1)

    assert (answer.etag, answer.body["role"]) == (2, successor["role"])
    assert [(one["role"], one["since"]) for one in answer.body["history"]] == [
        (successor["role"], "2027-02-01"),
        (MANAGER["role"], "2026-12-01"),
    ]
    assert answer.body["history"][0]["reason"] == "herverdeling"


def test_hand_over_on_a_revision_that_is_no_longer_the_newest_is_refused(
    iss_is_known: Cursor,
) -> None:
    appoint(iss_is_known, MANAGER)

    with pytest.raises(StaleVersion):
        appoint(iss_is_known, {**MANAGER, "replaces": True}, if_match=0)


def test_employer_is_given_back_to_the_desk(iss_is_known: Cursor) -> None:
    appoint(iss_is_known, MANAGER)

    answer = appoint(iss_is_known, {"kind": "desk"})

    assert (answer.body["kind"], answer.body["role"], answer.etag) == ("desk", None, 2)
    assert [one["kind"] for one in answer.body["history"]] == ["desk", "account_manager"]


def test_employer_that_nobody_heard_of_has_no_contact(cur: Cursor) -> None:
    with pytest.raises(EmployerUnknown, match=ISS):
        appoint(cur, MANAGER)
    with pytest.raises(EmployerUnknown, match=ISS):
        shown(cur)


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, {"/role"}),
        ({"kind": "desk", "role": "accountmanager"}, {"/role"}),
        ({"kind": "twee", "mailbox": "geen", "replaces": "ja"}, {"/kind", "/mailbox", "/replaces"}),
    ],
)
def test_contact_with_faults_gets_them_all(
    iss_is_known: Cursor, body: Json, pointers: set[str]
) -> None:
    with pytest.raises(Faults) as refused:
        appoint(iss_is_known, body)

    assert {fault.pointer for fault in refused.value.faults} == pointers


def test_region_sees_who_answers_the_employers_that_it_deals_with(iss_is_known: Cursor) -> None:
    assert handlers.list_contacts(iss_is_known, ask(LIST)).body["total"] == 0
    held = arrival(ZWOLLE, f"agreement/{AGREEMENT}", agreement())
    handlers.adopt_agreements(iss_is_known, [held], NOW)

    body = handlers.list_contacts(iss_is_known, ask(LIST)).body
    assert not api.ContactPage().validate(body)
    assert [one["kind"] for one in body["items"]] == ["desk"]

    appoint(iss_is_known, MANAGER)
    [manager] = handlers.list_contacts(iss_is_known, ask(LIST)).body["items"]
    assert (manager["kind"], manager["employer"]["name"]) == (
        "account_manager",
        "ISS Facility Services",
    )


def test_of_two_appointments_at_once_exactly_one_wins(regions_database: ServiceDatabase) -> None:
    newcomer = str(uuid4())
    call = ask({"code": DRECHTSTEDEN, "employerId": newcomer}, MANAGER)
    with connect(regions_database.service_url, application_name="tests") as connection:
        told = arrival("regions", f"employer/{newcomer}", employer(newcomer))
        handlers.adopt_employers(connection.cursor(), [told], NOW)
    both = Barrier(2)

    def attempt(_: int) -> bool:
        with connect(regions_database.service_url, application_name="tests") as connection:
            both.wait(timeout=30)
            try:
                with connection.transaction():
                    handlers.set_contact(connection.cursor(), call)
            except AccountManagerAlreadyActive:
                return False
            return True

    with ThreadPoolExecutor(2) as two:
        assert sorted(two.map(attempt, range(2))) == [False, True]


@pytest.mark.parametrize("statement", ["UPDATE contacts SET role = 'x'", "DELETE FROM contacts"])
def test_contacts_are_never_rewritten(cur: Cursor, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        cur.execute(statement)
