# SPDX-License-Identifier: EUPL-1.2
"""F05: an amendment is a new version, offered again; who holds which version is seen."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from shared.contracts.reference import region_codes
from tests import iss
from tests.e2e.door import Door, done, refused
from tests.e2e.story import DRECHTSTEDEN, ISS, RECEIVED, ZWOLLE, Given, Then, When

GROUPS = list(ISS["targetGroups"])


def test_f05_material_amendment_is_offered_again_and_shows_who_holds_which_version(
    given: Given, when: When, then: Then
) -> None:
    agreement = given.published_agreement({ZWOLLE, DRECHTSTEDEN})
    given.acceptance(agreement, ZWOLLE)
    given.acceptance(agreement, DRECHTSTEDEN)

    when.new_version(agreement, targetGroups=[*GROUPS, "banenafspraak"])
    then.in_force_everywhere(agreement)

    assert then.ledger(agreement) == {ZWOLLE: RECEIVED, DRECHTSTEDEN: RECEIVED}
    assert then.standings(agreement) == {
        ZWOLLE: ("to_be_confirmed", 1),
        DRECHTSTEDEN: ("to_be_confirmed", 1),
    }

    then.told(agreement, ZWOLLE, "to_be_confirmed")
    given.acceptance(agreement, ZWOLLE)

    # 1 of 2 on version 2.
    assert then.standings(agreement) == {
        ZWOLLE: ("accepted", 2),
        DRECHTSTEDEN: ("to_be_confirmed", 1),
    }
    for region in (ZWOLLE, DRECHTSTEDEN):
        copy = then.copy(agreement, region)
        assert [version["version"] for version in copy["versions"]] == [1, 2]
        assert copy["versions"][0]["terms"]["targetGroups"] == GROUPS
        assert copy["versions"][0]["validUntil"]


def test_f05_editorial_amendment_asks_nobody_to_confirm(
    given: Given, when: When, then: Then
) -> None:
    agreement = given.published_agreement({ZWOLLE})
    given.acceptance(agreement, ZWOLLE)

    when.new_version(agreement, "editorial", title=f"{agreement.title} (herzien)")
    then.in_force_everywhere(agreement)

    assert then.standings(agreement) == {ZWOLLE: ("accepted", 1)}
    assert then.copy(agreement, ZWOLLE)["title"] == f"{agreement.title} (herzien)"


def test_f05_material_change_cannot_pass_for_an_editorial_one(door: Door, given: Given) -> None:
    agreement = given.published_agreement({ZWOLLE})
    body = {"change": "editorial", "targetGroups": ["ww"]}
    path, etag = f"{agreement.path}/amendments", door.etag(agreement.path)

    refused(door.ask("POST", path, body, etag=etag), 422, "editorial-change-is-material")


def test_f05_old_version_stays_readable_and_differences_are_shown(
    door: Door, given: Given, when: When, then: Then
) -> None:
    agreement = given.published_agreement({ZWOLLE})
    first = door.get(f"{agreement.path}/versions/1")

    draft = when.amended(agreement, targetGroups=[*GROUPS, "ww"], reason="op verzoek van de regio")
    when.published(agreement, previousValidUntil="2027-02-01")
    then.in_force_everywhere(agreement)

    difference = {"path": "/targetGroups", "from": GROUPS, "to": [*GROUPS, "ww"]}
    assert draft["draft"]["differences"] == [difference]
    assert (draft["draft"]["version"], draft["version"]) == (2, 1)
    newest, oldest = door.get(f"{agreement.path}/versions")["items"]
    assert oldest == {**first, "validUntil": "2027-02-01"}
    assert (oldest["version"], oldest["differences"]) == (1, [])
    assert (newest["version"], newest["validUntil"]) == (2, None)
    assert newest["differences"] == [difference]
    assert newest["hash"] != oldest["hash"]
    refused(door.ask("GET", f"{agreement.path}/versions/3"), 404, "version-unknown")


def test_fifty_amendments_at_once_under_one_if_match_one_wins_and_all_regions_end_on_it(
    door: Door, given: Given, when: When, then: Then
) -> None:
    agreement = given.published_agreement("all")
    path, etag = f"{agreement.path}/amendments", door.etag(agreement.path)

    def amend(number: int) -> tuple[int, int]:
        body = {"change": "material", "reason": f"wijziging {number}", "endsOn": ends_on(number)}
        body |= iss.CONSENT
        return number, door.ask("POST", path, body, etag=etag).status_code

    with ThreadPoolExecutor(50) as clients:
        answers = list(clients.map(amend, range(50)))

    assert Counter(status for _, status in answers) == {201: 1, 412: 49}
    [winner] = [number for number, status in answers if status == 201]
    published = when.published(agreement)
    then.in_force_everywhere(agreement)

    assert published["endsOn"] == ends_on(winner)
    assert then.holders(agreement) == dict.fromkeys(region_codes(), (2, published["hash"]))
    assert then.history(agreement)[-2]["reason"] == f"wijziging {winner}"


def ends_on(number: int) -> str:
    return f"2030-{number // 25 + 1:02}-{number % 25 + 1:02}"


def test_change_that_saw_an_older_revision_is_refused_and_nothing_moves(
    door: Door, given: Given, when: When, then: Then
) -> None:
    agreement = given.published_agreement({ZWOLLE})
    seen = door.etag(agreement.path)
    when.amended(agreement, targetGroups=["ww"])
    now = then.agreement(agreement)

    for method, path, body in (
        ("PATCH", "", {"targetGroups": ["statushouders"]}),
        ("DELETE", "", None),
        ("POST", "/publications", {}),
        ("POST", "/suspensions", {"reason": "overleg"}),
        ("POST", "/endings", {"reason": "klaar"}),
        ("POST", "/participants", {"regions": [DRECHTSTEDEN]}),
        ("DELETE", f"/participants/{ZWOLLE}", None),
    ):
        answer = door.ask(method, agreement.path + path, body, etag=seen)
        refused(answer, 412, "stale-version")

    assert then.agreement(agreement) == now
    etag = door.etag(agreement.path)
    done(door.ask("POST", f"{agreement.path}/publications", {}, etag=etag))
