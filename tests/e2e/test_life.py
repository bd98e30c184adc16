# SPDX-License-Identifier: EUPL-1.2
"""Suspended, resumed, ended, withdrawn: every step travels to every participant, and is kept."""

from datetime import UTC, datetime

import httpx

from tests.e2e.door import Door, refused
from tests.e2e.story import DRECHTSTEDEN, ISS, ZWOLLE, Given, Then, When


def test_suspension_resumption_and_end_travel_to_every_participant(
    given: Given, when: When, then: Then
) -> None:
    agreement = given.published_agreement({ZWOLLE, DRECHTSTEDEN})

    steps = (
        (when.suspended, "storing bij de werkgever", "suspended", "suspended"),
        (when.resumed, "storing verholpen", "resumed", "published"),
        (when.ended, "de werkgever stopt", "ended", "ended"),
    )
    for sequence, (step, reason, kind, state) in enumerate(steps, 2):
        changed = step(agreement, reason)
        then.in_force_everywhere(agreement)

        assert (changed["status"], changed["sequence"]) == (state, sequence)
        assert set(then.holders(agreement).values()) == {(sequence, changed["hash"])}
        for region in (ZWOLLE, DRECHTSTEDEN):
            told = then.copy(agreement, region)
            assert told["state"] == state
            assert (told["lastChange"]["kind"], told["lastChange"]["reason"]) == (kind, reason)


def test_end_keeps_the_versions_valid_until_its_last_day(
    given: Given, when: When, then: Then
) -> None:
    agreement = given.published_agreement({ZWOLLE})

    when.ended(agreement, "de werkgever stopt", endsOn="2027-06-30")
    then.in_force_everywhere(agreement)

    [version] = then.copy(agreement, ZWOLLE)["versions"]
    assert version["validUntil"] == "2027-06-30"


def test_ended_agreement_takes_no_further_step(door: Door, given: Given, when: When) -> None:
    agreement = given.published_agreement({ZWOLLE})
    when.ended(agreement, "de werkgever stopt")
    etag = door.etag(agreement.path)

    for method, path, body in (
        ("POST", "/amendments", {"change": "material", "targetGroups": ["ww"]}),
        ("POST", "/publications", {}),
        ("POST", "/suspensions", {"reason": "overleg"}),
        ("POST", "/resumptions", {"reason": "overleg"}),
        ("POST", "/endings", {"reason": "nogmaals"}),
        ("POST", "/participants", {"regions": [DRECHTSTEDEN]}),
        ("PATCH", "", {"targetGroups": ["ww"]}),
        ("DELETE", "", None),
    ):
        answer = door.ask(method, agreement.path + path, body, etag=etag)
        refused(answer, 409, "agreement-ended")


def test_steps_out_of_order_are_refused_by_name(door: Door, given: Given, when: When) -> None:
    draft, published = given.draft({ZWOLLE}), given.published_agreement({ZWOLLE})

    def step(path: str, of: str, body: object) -> httpx.Response:
        return door.ask("POST", f"{of}{path}", body, etag=door.etag(of))

    why = {"reason": "overleg"}
    refused(step("/suspensions", draft.path, why), 409, "agreement-not-published")
    refused(step("/endings", draft.path, why), 409, "agreement-not-published")
    refused(step("/resumptions", published.path, why), 409, "agreement-not-suspended")
    refused(step("/publications", published.path, {}), 409, "agreement-already-published")
    when.suspended(published, "overleg")
    refused(step("/suspensions", published.path, why), 409, "agreement-already-suspended")


def test_draft_without_what_publishing_needs_is_refused_with_all_that_is_missing(
    door: Door, given: Given, then: Then
) -> None:
    agreement = given.draft({ZWOLLE}, targetGroups=[], guidance=None, startsOn=None)
    etag = door.etag(agreement.path)

    answer = door.ask("POST", f"{agreement.path}/publications", {}, etag=etag)

    detail = refused(answer, 409, "draft-incomplete")["detail"]
    assert all(word in detail for word in ("target group", "guidance", "start")), detail
    assert then.holders(agreement) == {}


def test_draft_is_edited_field_by_field(given: Given, when: When, then: Then) -> None:
    agreement = given.draft({ZWOLLE})

    edited = when.edited(agreement, targetGroups=["ww"], reason="alleen WW")

    assert {name: edited[name] for name in ISS} == {**ISS, "targetGroups": ["ww"]}
    assert edited["revision"] == 2
    assert then.agreement(agreement)["targetGroups"] == ["ww"]
    assert then.holders(agreement) == {}


def test_draft_of_an_amendment_is_edited_beside_what_is_in_force(
    given: Given, when: When, then: Then
) -> None:
    agreement = given.published_agreement({ZWOLLE})
    before = then.holders(agreement)
    when.amended(agreement, targetGroups=["ww"])

    edited = when.edited(agreement, targetGroups=["statushouders"])

    assert edited["targetGroups"] == list(ISS["targetGroups"])
    assert edited["draft"]["targetGroups"] == ["statushouders"]
    assert then.holders(agreement) == before


def test_withdrawn_draft_of_an_amendment_leaves_what_is_in_force(
    given: Given, when: When, then: Then
) -> None:
    agreement = given.published_agreement({ZWOLLE})
    before = then.holders(agreement)
    when.amended(agreement, targetGroups=["ww"])

    withdrawn = when.withdrawn(agreement, "toch niet")

    assert (withdrawn["status"], withdrawn["version"], withdrawn["draft"]) == ("published", 1, None)
    assert then.holders(agreement) == before


def test_withdrawn_first_draft_can_be_read_and_not_published(
    door: Door, given: Given, when: When, then: Then
) -> None:
    agreement = given.draft({ZWOLLE})

    when.withdrawn(agreement, "de werkgever ziet ervan af")

    assert then.agreement(agreement)["status"] == "withdrawn"
    etag = door.etag(agreement.path)
    answer = door.ask("POST", f"{agreement.path}/publications", {}, etag=etag)
    refused(answer, 409, "agreement-withdrawn")
    assert then.holders(agreement) == {}


def test_history_tells_who_did_what_when_and_why(given: Given, when: When, then: Then) -> None:
    began = datetime.now(UTC)
    agreement = given.draft({ZWOLLE}, reason="gesprek met de werkgever")
    when.edited(agreement, instruments=["proefplaats"], reason="alleen proefplaatsen")
    when.published(agreement, reason="akkoord van de werkgever")
    then.in_force_everywhere(agreement)
    when.invited(agreement, DRECHTSTEDEN)
    given.acceptance(agreement, ZWOLLE)
    when.left(agreement, DRECHTSTEDEN, "geen capaciteit")
    when.suspended(agreement, "storing")

    history = then.history(agreement)

    coordinator, zwolle = "slw-coordinator", "wsp-manager"
    assert [(one["action"], one["role"], one["reason"]) for one in history] == [
        ("registered", coordinator, "gesprek met de werkgever"),
        ("regions_invited", coordinator, None),
        ("draft_edited", coordinator, "alleen proefplaatsen"),
        ("published", coordinator, "akkoord van de werkgever"),
        ("regions_invited", coordinator, None),
        ("decision_recorded", zwolle, None),
        ("participant_removed", coordinator, "geen capaciteit"),
        ("suspended", coordinator, "storing"),
    ]
    by_action = {one["action"]: one for one in history}
    assert by_action["decision_recorded"]["actor"] == ZWOLLE
    assert by_action["decision_recorded"]["version"] == 1
    assert by_action["published"]["version"] == 1
    assert by_action["participant_removed"]["regions"] == [DRECHTSTEDEN]
    assert by_action["draft_edited"]["differences"] == [
        {"path": "/instruments", "from": list(ISS["instruments"]), "to": ["proefplaats"]}
    ]
    moments = [datetime.fromisoformat(one["at"]) for one in history]
    assert moments == sorted(moments)
    assert began <= moments[0]
    assert moments[-1] <= datetime.now(UTC)
    assert all(one["actor"] for one in history)
