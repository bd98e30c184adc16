# SPDX-License-Identifier: EUPL-1.2
"""Consultation on a real database: the concept goes to the invited regions, comments come back."""

from datetime import UTC, datetime

import pytest

from services.agreements import handlers
from services.agreements.domain import refusals as no
from tests.integration.agreements.office import DRECHTSTEDEN, ZUID_LIMBURG, ZWOLLE, Office

OFFICER = f"wsp-officer; region={ZWOLLE}"
LATER = datetime(2026, 11, 17, 9, tzinfo=UTC)


@pytest.fixture
def consulted(office: Office) -> str:
    """Give an agreement whose concept was put to two regions."""
    agreement_id: str = office.register(participants=[ZWOLLE, DRECHTSTEDEN])["id"]
    office.change("open_consultation", agreement_id, {"reason": "nieuwe afspraken"})
    return agreement_id


def test_concept_goes_to_every_invited_region_with_ten_working_days(
    office: Office, consulted: str
) -> None:
    [state] = office.states(f"consultation/{consulted}")
    assert (state["status"], state["round"], state["version"]) == ("open", 1, 1)
    assert state["respondBy"] == "2026-11-16"
    assert state["terms"]["targetGroups"]
    assert office.sent() == [(f"consultation/{consulted}", 1, [DRECHTSTEDEN, ZWOLLE])]
    assert office.show(consulted)["status"] == "in_consultation"
    assert (ZWOLLE, "comment_on_concept") in office.tasks()


def test_region_that_is_invited_meanwhile_gets_the_concept_too(
    office: Office, consulted: str
) -> None:
    office.change("invite_regions", consulted, {"regions": [ZUID_LIMBURG]})
    assert office.sent()[-1] == (f"consultation/{consulted}", 1, [ZUID_LIMBURG])
    assert (ZUID_LIMBURG, "comment_on_concept") in office.tasks()


def test_comments_stay_with_region_round_and_version(office: Office, consulted: str) -> None:
    body = {"text": "Graag ook statushouders noemen."}
    said = office.ask("add_comment", body, id=consulted, by=OFFICER)
    asked = office.tasks()
    office.change("publish_agreement", consulted)
    assert said.status == 201
    assert (ZWOLLE, "comment_on_concept") not in asked
    assert (DRECHTSTEDEN, "comment_on_concept") in asked
    [kept] = office.page("list_comments", id=consulted, region=ZWOLLE)
    assert (kept["region"], kept["round"], kept["version"]) == (ZWOLLE, 1, 1)
    assert (kept["text"], kept["role"]) == (body["text"], "wsp-officer")
    assert office.page("list_comments", id=consulted, region=DRECHTSTEDEN) == []
    [closed] = office.page("list_rounds", id=consulted)
    assert (closed["status"], closed["comments"]) == ("closed", 1)


def test_publication_closes_it_and_tells_the_regions_so(office: Office, consulted: str) -> None:
    office.change("publish_agreement", consulted)
    assert [one["status"] for one in office.states(f"consultation/{consulted}")] == [
        "open",
        "closed",
    ]
    assert (ZWOLLE, "comment_on_concept") in office.tasks(closed=True)
    with pytest.raises(no.NoConsultationOpen):
        office.ask("add_comment", {"text": "te laat"}, id=consulted, by=OFFICER)


def test_consultation_closes_by_itself_on_the_day_after_its_last(
    office: Office, consulted: str
) -> None:
    office.now = LATER
    assert office.happens(handlers.close_consultations) == [f"consultation/{consulted}"]
    shown = office.show(consulted)
    assert shown["status"] == "draft"
    assert ("slw", "comments_to_read") in office.tasks()
    [newest, *_] = office.page("list_history", id=consulted)
    assert (newest["action"], newest["actor"]) == ("consultation_closed", "system")


def test_concept_stands_still_until_it_is_closed(office: Office, consulted: str) -> None:
    with pytest.raises(no.ConsultationOpen):
        office.change("edit_draft", consulted, {"title": "ISS FS"})
    office.change("close_consultation", consulted, {"reason": "genoeg gehoord"})
    assert office.change("edit_draft", consulted, {"title": "ISS FS"})["title"] == "ISS FS"
    office.change("open_consultation", consulted, {"respondBy": "2026-12-01"})
    newest, _ = office.page("list_rounds", id=consulted)
    assert (newest["round"], newest["title"]) == (2, "ISS FS")


def test_comments_are_off_the_coordinators_list_once_something_is_done_with_the_draft(
    office: Office, consulted: str
) -> None:
    office.change("close_consultation", consulted, {"reason": "genoeg gehoord"})
    assert office.tasks() == {("slw", "comments_to_read")}
    office.change("open_consultation", consulted, {})
    assert ("slw", "comments_to_read") not in office.tasks()
    office.change("close_consultation", consulted, {"reason": "genoeg gehoord"})
    office.change("edit_draft", consulted, {"title": "ISS FS"})
    assert office.tasks() == set()


def test_comments_wait_for_nobody_once_the_concept_is_published(
    office: Office, consulted: str
) -> None:
    office.change("publish_agreement", consulted)
    assert office.tasks() == set()
