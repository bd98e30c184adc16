# SPDX-License-Identifier: EUPL-1.2
"""F03: a region joins later and gets the current state only; it leaves, and comes back."""

from tests.e2e.books import Books
from tests.e2e.door import Door, faults, refused
from tests.e2e.story import DRECHTSTEDEN, RECEIVED, ZWOLLE, Given, Then, When
from tests.whose import manager


def test_f03_region_that_joins_later_gets_the_current_state_and_no_earlier_one(
    given: Given, when: When, then: Then, books: Books
) -> None:
    agreement = given.published_agreement({ZWOLLE}, targetGroups=["statushouders"])
    when.new_version(agreement, targetGroups=["statushouders", "ww"])
    when.suspended(agreement, "overleg met de werkgever")
    now = when.resumed(agreement, "het overleg is klaar")
    then.in_force_everywhere(agreement)

    when.invited(agreement, DRECHTSTEDEN)
    then.in_force_everywhere(agreement)
    then.told(agreement, DRECHTSTEDEN, "invited")

    held = then.copy(agreement, DRECHTSTEDEN)
    assert (held["sequence"], held["hash"]) == (now["sequence"], now["hash"])
    assert (now["sequence"], held["version"]) == (4, 2)
    assert [version["version"] for version in held["versions"]] == [1, 2]
    owed = then.deliveries(agreement, region=DRECHTSTEDEN)
    assert [(one["sequence"], one["state"]) for one in owed] == [(4, RECEIVED)]
    gate = books.rows(
        "regions",
        "SELECT sequence FROM gate WHERE recipient = %(region)s AND subject = %(subject)s",
        region=DRECHTSTEDEN,
        subject=f"agreement/{agreement.id}",
    )
    assert gate == [{"sequence": 4}]
    ever_owed = books.rows(
        "agreements",
        "SELECT sequence FROM deliveries WHERE recipient = %(region)s AND subject = %(subject)s",
        region=DRECHTSTEDEN,
        subject=f"agreement/{agreement.id}",
    )
    assert ever_owed == [{"sequence": 4}]


def test_f03_late_joiner_moves_no_sequence_and_bothers_nobody(
    given: Given, when: When, then: Then
) -> None:
    agreement = given.published_agreement({ZWOLLE})
    before = then.holders(agreement)

    when.invited(agreement, DRECHTSTEDEN)
    then.in_force_everywhere(agreement)

    [(sequence, digest)] = before.values()
    assert then.holders(agreement) == {
        ZWOLLE: (sequence, digest),
        DRECHTSTEDEN: (sequence, digest),
    }
    assert [one["sends"] for one in then.deliveries(agreement, region=ZWOLLE)] == [1]


def test_f03_region_invited_to_a_draft_hears_of_it_at_the_publication(
    given: Given, when: When, then: Then
) -> None:
    agreement = given.draft({ZWOLLE})

    when.invited(agreement, DRECHTSTEDEN)
    assert then.holders(agreement) == {}

    when.published(agreement)
    then.in_force_everywhere(agreement)
    assert then.ledger(agreement) == {ZWOLLE: RECEIVED, DRECHTSTEDEN: RECEIVED}


def test_region_that_left_hears_no_more_and_rejoined_ends_on_the_current_state(
    given: Given, when: When, then: Then
) -> None:
    agreement = given.published_agreement({ZWOLLE, DRECHTSTEDEN}, targetGroups=["statushouders"])
    given.acceptance(agreement, DRECHTSTEDEN)

    when.left(agreement, DRECHTSTEDEN, "geen capaciteit")
    then.told(agreement, DRECHTSTEDEN, "withdrawn")
    when.new_version(agreement, targetGroups=["statushouders", "ww"])
    then.in_force_everywhere(agreement)

    assert then.copy(agreement, DRECHTSTEDEN)["sequence"] == 1
    assert then.copy(agreement, ZWOLLE)["sequence"] == 2
    assert then.standings(agreement)[DRECHTSTEDEN] == ("withdrawn", None)
    assert then.agreement(agreement)["participants"] == [ZWOLLE]

    when.invited(agreement, DRECHTSTEDEN)
    then.in_force_everywhere(agreement)
    then.told(agreement, DRECHTSTEDEN, "invited")

    now = then.agreement(agreement)
    assert then.holders(agreement) == {
        ZWOLLE: (2, now["hash"]),
        DRECHTSTEDEN: (2, now["hash"]),
    }
    assert then.standings(agreement)[DRECHTSTEDEN] == ("invited", None)
    given.acceptance(agreement, DRECHTSTEDEN)
    assert then.standings(agreement)[DRECHTSTEDEN] == ("accepted", 2)


def test_region_that_takes_no_part_cannot_leave(door: Door, given: Given) -> None:
    agreement = given.published_agreement({ZWOLLE})
    path = f"{agreement.path}/participants/{DRECHTSTEDEN}"

    answer = door.ask("DELETE", path, etag=door.etag(agreement.path))

    refused(answer, 404, "not-a-participant")


def test_retired_and_unknown_codes_are_refused_by_name_and_all_in_one_answer(
    door: Door, given: Given, then: Then
) -> None:
    agreement = given.published_agreement({ZWOLLE})
    body = {"regions": ["AM04", "AM23", "AM16", "AM31", "AM99"]}
    path, etag = f"{agreement.path}/participants", door.etag(agreement.path)

    problem = refused(door.ask("POST", path, body, etag=etag), 400, "invalid-request")

    assert faults(problem) == {
        "/regions/0": "AM04 is not a labour-market region (retired code)",
        "/regions/2": "AM16 is not a labour-market region (retired code)",
        "/regions/3": "AM31 is not a labour-market region (retired code)",
        "/regions/4": "AM99 is not a labour-market region (unknown code)",
    }
    assert list(then.participants(agreement)) == [ZWOLLE]


RETIRED_AND_UNKNOWN = ("AM04", "AM16", "AM31", "AM99")


def test_retired_and_unknown_codes_are_refused_by_name_in_every_path(
    door: Door, given: Given
) -> None:
    agreement, employer = given.published_agreement({ZWOLLE}), given.employer()
    asked = [
        "",
        "/agreements",
        agreement.path,
        f"/contacts/{employer['id']}",
        "/contacts",
        "/desk",
        "/organisations",
    ]
    for code in RETIRED_AND_UNKNOWN:
        for path in asked:
            problem = refused(door.ask("GET", f"/regions/{code}{path}"), 404, "region-unknown")
            assert code in problem["detail"], path
        leaving = f"{agreement.path}/participants/{code}"
        answer = door.ask("DELETE", leaving, etag=door.etag(agreement.path))
        assert code in refused(answer, 404, "region-unknown")["detail"]


def test_nobody_decides_for_a_region_that_is_retired_or_unknown(door: Door, given: Given) -> None:
    agreement, employer = given.published_agreement({ZWOLLE}), given.employer()
    desk = {"telephone": "038 000 0000"}
    contact = {"role": "accountmanager"}
    for code in RETIRED_AND_UNKNOWN:
        for method, path, body in (
            ("POST", f"{agreement.path}/decisions", {"decision": "considering"}),
            ("PUT", f"/contacts/{employer['id']}", contact),
            ("PUT", "/desk", desk),
        ):
            of_another = manager(ZWOLLE)
            asked = f"/regions/{code}{path}"
            refused(door.ask(method, asked, body, etag='"0"', as_=of_another), 403)
