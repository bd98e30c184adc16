# SPDX-License-Identifier: EUPL-1.2
"""One agreement, registered once, leaves for every region that takes part, and for no other."""

from collections.abc import Callable

import psycopg
import psycopg.errors
import pytest

from services.agreements.domain import refusals as no
from shared.contracts import content_hash, reference
from shared.runtime import Cursor, Faults, StaleVersion, VersionRequired
from tests.integration.agreements.office import (
    DRECHTSTEDEN,
    ISS,
    NOWHERE,
    TERMS,
    ZUID_LIMBURG,
    ZWOLLE,
    Office,
)

Published = Callable[..., str]


def test_register_keeps_exactly_what_was_said(office: Office) -> None:
    agreement = office.register(participants=[ZWOLLE, DRECHTSTEDEN])
    shown = office.show(agreement["id"])
    assert {name: shown[name] for name in TERMS} == TERMS
    assert shown["employer"] == {"id": ISS, "name": "ISS Facility Services"}
    assert shown["participants"] == [DRECHTSTEDEN, ZWOLLE]
    assert (shown["status"], shown["version"], shown["revision"]) == ("draft", None, 1)
    assert shown["delivery"] is None


def test_register_sends_nothing(office: Office) -> None:
    office.register(participants="all")
    assert office.sent() == []


def test_register_is_refused_while_the_employer_is_not_known(office: Office) -> None:
    with pytest.raises(no.EmployerUnknown):
        office.register(employerId=NOWHERE)


def test_retired_and_unknown_codes_are_refused_by_name_all_at_once(office: Office) -> None:
    with pytest.raises(Faults) as refused:
        office.register(participants=[ZWOLLE, "AM04", "AM16", "AM31", "AM99"], kinds=["magic"])
    told = str(refused.value)
    assert all(code in told for code in ("AM04", "AM16", "AM31", "AM99", "magic"))
    assert office.page("list_agreements") == []


def test_publish_sends_the_same_bytes_to_every_participant_and_to_no_other(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE, DRECHTSTEDEN)
    subject = f"agreement/{agreement_id}"
    [state] = office.states(subject)
    assert state["status"] == "published"
    assert (state["version"], state["materialSequence"]) == (1, 1)
    assert "participants" not in state
    ledger = office.page("list_deliveries", id=agreement_id)
    assert [row["region"] for row in ledger] == [DRECHTSTEDEN, ZWOLLE]
    assert {row["hash"] for row in ledger} == {content_hash(state)}
    assert {row["state"] for row in ledger} == {"pending"}


def test_publish_sends_the_agreement_before_the_participations(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE, DRECHTSTEDEN)
    assert office.sent() == [
        (f"agreement/{agreement_id}", 1, [DRECHTSTEDEN, ZWOLLE]),
        (f"participation/{agreement_id}/{DRECHTSTEDEN}", 1, [DRECHTSTEDEN]),
        (f"participation/{agreement_id}/{ZWOLLE}", 1, [ZWOLLE]),
    ]


def test_publish_without_participants_is_sent_to_no_region(office: Office) -> None:
    agreement_id = office.register()["id"]
    office.change("publish_agreement", agreement_id)
    assert len(office.states(f"agreement/{agreement_id}")) == 1
    assert office.sent() == []


def test_publish_for_all_reaches_the_35_regions(office: Office) -> None:
    agreement_id = office.register(participants="all")["id"]
    office.change("publish_agreement", agreement_id)
    ledger = office.page("list_deliveries", id=agreement_id)
    assert tuple(row["region"] for row in ledger) == reference.region_codes()


def test_publish_names_everything_missing(office: Office) -> None:
    agreement_id = office.register(targetGroups=[], guidance=None, startsOn=None)["id"]
    with pytest.raises(no.DraftIncomplete, match=r"target group.*guidance model.*start date"):
        office.change("publish_agreement", agreement_id)


def test_change_needs_the_newest_revision(office: Office) -> None:
    agreement_id = office.register()["id"]
    with pytest.raises(VersionRequired):
        office.ask("publish_agreement", id=agreement_id)
    with pytest.raises(StaleVersion):
        office.ask("publish_agreement", id=agreement_id, if_match=7)


def test_amendment_gives_every_region_both_versions_in_force(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE)
    office.amend(agreement_id)
    first, second = office.states(f"agreement/{agreement_id}")
    assert [one["version"] for one in first["versions"]] == [1]
    assert [(one["version"], one["validUntil"]) for one in second["versions"]] == [
        (1, "2026-12-28"),
        (2, None),
    ]
    assert second["materialSequence"] == 2
    assert second["lastChange"]["kind"] == "amended"
    assert first["versions"][0]["terms"] == second["versions"][0]["terms"]


def test_editorial_amendment_leaves_the_material_sequence(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE)
    office.amend(agreement_id, "editorial", instruments=["proefplaats"])
    state = office.states(f"agreement/{agreement_id}")[-1]
    assert (state["version"], state["materialSequence"]) == (2, 1)
    assert len(office.states(f"participation/{agreement_id}/{ZWOLLE}")) == 1


def test_versions_stay_readable_with_hash_and_differences(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE)
    office.amend(agreement_id, kinds=["placement"], endsOn="2028-12-31")
    second, first = office.page("list_versions", id=agreement_id)
    assert (second["version"], first["version"]) == (2, 1)
    assert first["hash"] == content_hash(first["terms"])
    assert second["hash"] == content_hash(second["terms"]) != first["hash"]
    assert second["differences"] == [
        {"path": "/kinds", "from": ["placement", "project"], "to": ["placement"]},
        {"path": "/endsOn", "from": None, "to": "2028-12-31"},
    ]
    assert office.ask("get_version", id=agreement_id, n=1).body == first
    with pytest.raises(no.VersionUnknown):
        office.ask("get_version", id=agreement_id, n=3)


def test_draft_of_an_amendment_is_shown_beside_what_is_published(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE)
    body = {"change": "editorial", "title": "ISS", "reason": "korter"}
    office.change("amend_agreement", agreement_id, body)
    shown = office.show(agreement_id)
    assert shown["title"] == TERMS["title"]
    assert (shown["draft"]["version"], shown["draft"]["title"]) == (2, "ISS")
    assert shown["draft"]["reason"] == "korter"
    assert shown["draft"]["differences"] == [
        {"path": "/title", "from": TERMS["title"], "to": "ISS"}
    ]
    office.change("edit_draft", agreement_id, {"title": "ISS FS"})
    assert office.show(agreement_id)["draft"]["title"] == "ISS FS"
    office.change("withdraw_draft", agreement_id)
    assert office.show(agreement_id)["draft"] is None


def test_suspension_resumption_and_end_are_told_with_their_reason(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE)
    office.change("suspend_agreement", agreement_id, {"reason": "onderzoek"})
    office.change("resume_agreement", agreement_id, {"reason": "afgerond"})
    ending = {"reason": "opgezegd", "endsOn": "2027-06-30"}
    office.change("end_agreement", agreement_id, ending)
    told = office.states(f"agreement/{agreement_id}")[1:]
    assert [
        (one["status"], one["lastChange"]["kind"], one["lastChange"]["reason"]) for one in told
    ] == [
        ("suspended", "suspended", "onderzoek"),
        ("published", "resumed", "afgerond"),
        ("ended", "ended", "opgezegd"),
    ]
    assert told[-1]["versions"][0]["validUntil"] == "2027-06-30"


def test_history_tells_who_did_what_when_and_why(office: Office, published: Published) -> None:
    agreement_id = published(ZWOLLE)
    office.change("suspend_agreement", agreement_id, {"reason": "onderzoek"})
    items = office.page("list_history", id=agreement_id)
    assert [one["action"] for one in items] == [
        "suspended",
        "published",
        "regions_invited",
        "registered",
    ]
    newest = items[0]
    assert (newest["actor"], newest["role"]) == ("projectleider SLW", "slw-coordinator")
    assert (newest["reason"], newest["at"]) == ("onderzoek", "2026-11-02T09:00:00Z")


def test_lists_filter_by_state_employer_region_and_words(
    office: Office, published: Published
) -> None:
    first = published(ZWOLLE)
    second = office.register(title="Iets anders", participants=[ZUID_LIMBURG])["id"]

    def found(**filters: str) -> set[str]:
        return {one["id"] for one in office.page("list_agreements", **filters)}

    assert found() == {first, second}
    assert found(status="draft") == {second}
    assert found(region=ZWOLLE) == {first}
    assert found(q="ANDERS") == {second}
    assert found(q=first[:13].upper()) == {first}
    assert found(q=first[1:]) == set()
    assert found(employerId=NOWHERE) == set()
    assert office.ask("list_agreements", page=9, pageSize=50).body["total"] == 2


def test_progress_tells_when_the_newest_state_is_in_force_everywhere(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE, DRECHTSTEDEN)
    office.receive(agreement_id, ZWOLLE)
    delivery = office.show(agreement_id)["delivery"]
    assert (delivery["received"], delivery["pending"]) == (1, 1)
    assert not delivery["inForceEverywhere"]
    office.receive(agreement_id, DRECHTSTEDEN)
    assert office.show(agreement_id)["delivery"]["inForceEverywhere"]
    [zwolle] = office.page("list_deliveries", id=agreement_id, region=ZWOLLE, state="received")
    assert zwolle["receivedHash"] == zwolle["hash"]


def test_ledger_shows_the_newest_state_unless_asked(office: Office, published: Published) -> None:
    agreement_id = published(ZWOLLE)
    office.amend(agreement_id)
    assert [row["sequence"] for row in office.page("list_deliveries", id=agreement_id)] == [2]
    older = office.page("list_deliveries", id=agreement_id, sequence=1)
    assert [row["sequence"] for row in older] == [1]


@pytest.mark.parametrize("table", ["agreement_versions", "agreement_changes", "decisions"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET reason = NULL", "DELETE FROM {}"])
def test_what_is_history_cannot_be_rewritten(cur: Cursor, table: str, verb: str) -> None:
    statement = verb.format(table).replace("decisions SET reason", "decisions SET content")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        cur.execute(statement.encode())


def test_unknown_agreement_is_refused(office: Office) -> None:
    with pytest.raises(no.AgreementUnknown):
        office.show(NOWHERE)
