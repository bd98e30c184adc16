# SPDX-License-Identifier: EUPL-1.2
"""Regions join late, decide, leave and come back; each hears what became of it."""

from collections.abc import Callable

import pytest

from services.agreements import handlers
from services.agreements.domain.refusals import AgreementUnknown
from shared.contracts.reference import UnknownRegion
from shared.messaging import Awaiting
from shared.runtime import Faults, Json
from tests.integration.agreements.office import (
    ACCEPTED,
    DRECHTSTEDEN,
    ISS,
    NOW,
    NOWHERE,
    ZWOLLE,
    Office,
    arrival,
    decided,
)

Published = Callable[..., str]


def said_to(office: Office, agreement_id: str, region: str) -> Json:
    newest: Json = office.states(f"participation/{agreement_id}/{region}")[-1]
    return newest


def test_late_joiner_gets_the_current_state_and_none_of_the_earlier_ones(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE)
    office.amend(agreement_id)
    office.change("invite_regions", agreement_id, {"regions": [DRECHTSTEDEN]})
    rows = office.page("list_deliveries", id=agreement_id, region=DRECHTSTEDEN, sequence=1)
    assert rows == []
    assert office.sent()[-2:] == [
        (f"agreement/{agreement_id}", 2, [DRECHTSTEDEN]),
        (f"participation/{agreement_id}/{DRECHTSTEDEN}", 1, [DRECHTSTEDEN]),
    ]
    assert said_to(office, agreement_id, DRECHTSTEDEN)["respondBy"] == "2026-12-28"


def test_invitation_is_idempotent(office: Office, published: Published) -> None:
    agreement_id = published(ZWOLLE)
    before = office.sent()
    office.change("invite_regions", agreement_id, {"regions": [ZWOLLE]})
    assert office.sent() == before
    assert len(office.page("list_history", id=agreement_id)) == 3


def test_all_invites_the_regions_that_were_not_there_yet(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE)
    office.change("invite_regions", agreement_id, {"regions": "all"})
    assert len(office.participants(agreement_id)) == 35
    assert len(office.states(f"participation/{agreement_id}/{ZWOLLE}")) == 1


def test_regions_invited_to_a_draft_hear_nothing_before_it_is_published(office: Office) -> None:
    agreement_id = office.register()["id"]
    office.change("invite_regions", agreement_id, {"regions": [ZWOLLE]})
    assert office.sent() == []
    assert office.participants(agreement_id)[ZWOLLE]["delivery"] is None
    office.change("publish_agreement", agreement_id, {"respondBy": "2027-01-31"})
    assert said_to(office, agreement_id, ZWOLLE)["respondBy"] == "2027-01-31"


def test_wrong_codes_are_refused_by_name(office: Office, published: Published) -> None:
    agreement_id = published(ZWOLLE)
    with pytest.raises(Faults, match="AM31"):
        office.change("invite_regions", agreement_id, {"regions": ["AM31", DRECHTSTEDEN]})
    with pytest.raises(UnknownRegion, match="AM04"):
        office.change("remove_participant", agreement_id, region="AM04")
    assert set(office.participants(agreement_id)) == {ZWOLLE}


def test_leaver_hears_that_it_left_and_nothing_after(office: Office, published: Published) -> None:
    agreement_id = published(ZWOLLE, DRECHTSTEDEN)
    reason = {"reason": "andere afspraak"}
    office.change("remove_participant", agreement_id, reason, region=ZWOLLE)
    told = said_to(office, agreement_id, ZWOLLE)
    assert (told["status"], told["reason"]) == ("withdrawn", "andere afspraak")
    office.amend(agreement_id)
    newest = office.page("list_deliveries", id=agreement_id)
    assert [row["region"] for row in newest] == [DRECHTSTEDEN]
    assert office.show(agreement_id)["participants"] == [DRECHTSTEDEN]


def test_leaver_that_rejoins_ends_on_the_current_state(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE, DRECHTSTEDEN)
    office.change("remove_participant", agreement_id, region=ZWOLLE)
    office.amend(agreement_id)
    office.change("invite_regions", agreement_id, {"regions": [ZWOLLE]})
    [row] = office.page("list_deliveries", id=agreement_id, region=ZWOLLE)
    assert row["sequence"] == 2
    assert said_to(office, agreement_id, ZWOLLE)["status"] == "invited"


def test_leaver_that_rejoins_an_unchanged_agreement_is_sent_it_again(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE)
    office.receive(agreement_id, ZWOLLE)
    office.change("remove_participant", agreement_id, region=ZWOLLE)
    office.change("invite_regions", agreement_id, {"regions": [ZWOLLE]})
    assert (f"agreement/{agreement_id}", 1, [ZWOLLE]) in office.sent()[-2:]


def test_acceptance_is_recorded_and_told(office: Office, published: Published) -> None:
    agreement_id = published(ZWOLLE, DRECHTSTEDEN)
    office.hear_decisions(agreement_id, (ZWOLLE, ACCEPTED))
    told = said_to(office, agreement_id, ZWOLLE)
    assert (told["status"], told["version"], told["activeFrom"]) == ("accepted", 1, "2026-11-09")
    assert told["decision"] == {"sequence": 1, "outcome": "recorded", "reason": None}
    participants = office.participants(agreement_id)
    assert participants[ZWOLLE]["status"] == "accepted"
    assert participants[DRECHTSTEDEN]["status"] == "invited"
    newest = office.page("list_history", id=agreement_id)[0]
    assert (newest["action"], newest["regions"]) == ("decision_recorded", [ZWOLLE])
    assert (newest["actor"], newest["role"]) == (ZWOLLE, "wsp-manager")


def test_amendment_shows_who_holds_which_version(office: Office, published: Published) -> None:
    agreement_id = published(ZWOLLE, DRECHTSTEDEN)
    office.hear_decisions(agreement_id, (ZWOLLE, ACCEPTED), (DRECHTSTEDEN, ACCEPTED))
    office.amend(agreement_id)
    assert said_to(office, agreement_id, ZWOLLE)["status"] == "to_be_confirmed"
    office.hear_decisions(agreement_id, (ZWOLLE, {**ACCEPTED, "version": 2, "sequence": 2}))
    participants = office.participants(agreement_id)
    assert {one: participants[one]["version"] for one in participants} == {
        ZWOLLE: 2,
        DRECHTSTEDEN: 1,
    }
    assert participants[DRECHTSTEDEN]["status"] == "to_be_confirmed"


def test_decision_of_a_region_that_takes_no_part_is_refused_and_answered(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE)
    office.hear_decisions(agreement_id, (DRECHTSTEDEN, ACCEPTED))
    told = said_to(office, agreement_id, DRECHTSTEDEN)
    assert (told["status"], told["decision"]["outcome"]) == ("withdrawn", "refused")
    assert set(office.participants(agreement_id)) == {ZWOLLE}


def test_decision_of_a_leaver_is_refused(office: Office, published: Published) -> None:
    agreement_id = published(ZWOLLE)
    office.change("remove_participant", agreement_id, region=ZWOLLE)
    office.hear_decisions(agreement_id, (ZWOLLE, ACCEPTED))
    told = said_to(office, agreement_id, ZWOLLE)
    assert (told["status"], told["decision"]["outcome"]) == ("withdrawn", "refused")


def test_decision_on_an_agreement_that_is_not_known_waits_for_it(office: Office) -> None:
    with pytest.raises(Awaiting, match=NOWHERE):
        handlers.settle_decisions(office.cur, [decided(NOWHERE, ZWOLLE)], NOW)


def test_decisions_of_many_regions_are_one_batch(office: Office) -> None:
    agreement_id = office.register(participants="all")["id"]
    office.change("publish_agreement", agreement_id)
    regions = office.show(agreement_id)["participants"]
    office.hear_decisions(agreement_id, *((region, ACCEPTED) for region in regions))
    assert {one["status"] for one in office.participants(agreement_id).values()} == {"accepted"}


def test_matrix_shows_employers_against_regions(office: Office, published: Published) -> None:
    office.register(participants=[ZWOLLE])
    agreement_id = published(ZWOLLE, DRECHTSTEDEN)
    office.hear_decisions(agreement_id, (ZWOLLE, ACCEPTED))
    contact = {
        "region": ZWOLLE,
        "employerId": ISS,
        "kind": "account_manager",
        "role": "accountmanager WSP Regio Zwolle",
        "telephone": None,
        "mailbox": None,
        "since": "2026-11-01",
    }
    told = arrival("contact-changed.v1", f"contact/{ZWOLLE}/{ISS}", contact)
    assert handlers.adopt_contacts(office.cur, [told], NOW) == {told.key: told.hash}
    office.receive(agreement_id, ZWOLLE)
    [row] = office.page("get_matrix")
    assert row["employer"]["name"] == "ISS Facility Services"
    assert row["agreement"]["id"] == agreement_id
    assert row["counts"] == {"accepted": 1, "invited": 1}
    drechtsteden, zwolle = row["cells"]
    assert (drechtsteden["region"], drechtsteden["contact"]) == (DRECHTSTEDEN, None)
    assert (drechtsteden["delivery"], zwolle["delivery"]) == ("pending", "received")
    assert (zwolle["region"], zwolle["version"]) == (ZWOLLE, 1)
    assert zwolle["contact"]["role"] == "accountmanager WSP Regio Zwolle"
    assert office.page("get_matrix", region="AM30") == []


def test_a_region_reads_of_another_that_it_takes_part_and_not_why_or_how(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE, DRECHTSTEDEN)
    declined = {"decision": "declined", "reason": "geen capaciteit"}
    office.hear_decisions(agreement_id, (ZWOLLE, declined), (DRECHTSTEDEN, declined))

    shown = office.page("list_participants", by=f"wsp-officer; region={ZWOLLE}", id=agreement_id)

    drechtsteden, zwolle = shown
    everything = office.participants(agreement_id)
    assert zwolle == everything[ZWOLLE]
    known = ("region", "name", "status", "version", "activeFrom", "leavesOn", "delivery")
    assert {name for name, value in drechtsteden.items() if value} == {
        name for name in (*known, "invitedAt", "changedAt") if everything[DRECHTSTEDEN][name]
    }
    assert everything[DRECHTSTEDEN]["reason"] == "geen capaciteit"


def test_a_manager_whose_region_leaves_reads_no_more_of_the_others(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE, DRECHTSTEDEN)
    office.hear_decisions(
        agreement_id, (DRECHTSTEDEN, {"decision": "declined", "reason": "geen capaciteit"})
    )

    answer = office.ask(
        "remove_participant",
        {},
        by=f"wsp-manager; region={ZWOLLE}",
        if_match=office.show(agreement_id)["revision"],
        id=agreement_id,
        region=ZWOLLE,
    )

    assert [one["reason"] for one in answer.body["items"]] == [None, None]


def test_no_region_reads_what_is_only_being_prepared(office: Office, published: Published) -> None:
    officer = f"wsp-officer; region={ZWOLLE}"
    hidden = office.register(participants=[ZWOLLE])["id"]
    agreement_id = published(ZWOLLE)
    office.change("amend_agreement", agreement_id, {"change": "material", "kinds": ["project"]})

    shown = office.ask("get_agreement", by=officer, id=agreement_id).body

    assert shown["draft"] is None
    assert office.show(agreement_id)["draft"]["kinds"] == ["project"]
    listed = {one["id"]: one["draft"] for one in office.page("list_agreements", by=officer)}
    assert listed == {agreement_id: None}
    with pytest.raises(AgreementUnknown):
        office.ask("get_agreement", by=officer, id=hidden)
    office.change("open_consultation", hidden, {})
    assert office.ask("get_agreement", by=officer, id=hidden).body["status"] == "in_consultation"


def test_newer_word_of_an_employer_replaces_the_older(office: Office) -> None:
    office.hear_of_employer("ISS")
    assert office.register()["employer"]["name"] == "ISS"
