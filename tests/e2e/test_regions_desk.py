# SPDX-License-Identifier: EUPL-1.2
"""F14, F26, F29: organisations of a region, one contact for an employer, one view over all."""

import pytest

from shared.contracts.reference import region_codes
from tests.e2e.door import Door, Json, done, faults, refused
from tests.e2e.story import DRECHTSTEDEN, ZUID_LIMBURG, ZWOLLE, Given, When
from tests.waiting import wait_until

MANAGER = {"role": "accountmanager WSP Regio Zwolle"}


def test_f14_zuid_limburg_has_four_organisations(door: Door) -> None:
    listed = door.every(f"/regions/{ZUID_LIMBURG}/organisations")

    assert {one["name"] for one in listed} == {
        "Podium24",
        "UWV",
        "WSP Parkstad",
        "Westelijke Mijnstreek",
    }
    assert door.get(f"/regions/{ZUID_LIMBURG}")["organisations"] == listed
    assert [
        one["organisationCount"] for one in door.every("/regions") if one["code"] == ZUID_LIMBURG
    ] == [4]


def test_regions_are_the_official_35_with_342_municipalities(door: Door) -> None:
    regions = door.every("/regions")

    assert [one["code"] for one in regions] == sorted(region_codes())
    assert len(regions) == 35
    assert sum(one["municipalityCount"] for one in regions) == 342


def test_f26_desk_is_the_contact_until_an_account_manager_is_named(
    door: Door, given: Given
) -> None:
    path = f"/regions/{ZWOLLE}/contacts/{given.employer()['id']}"
    desk = f"/regions/{ZWOLLE}/desk"
    reached = {"telephone": "038 000 0000", "mailbox": "loket@regio.example"}
    done(door.ask("PUT", desk, {**reached, "deputy": "teamleider"}, etag=door.etag(desk)))

    by_default = known(door, path)
    named = done(door.ask("PUT", path, MANAGER))
    back = done(door.ask("PUT", path, {"kind": "desk", "reason": "met pensioen"}))

    assert (by_default["kind"], by_default["role"], by_default["revision"]) == ("desk", None, 0)
    assert {name: by_default[name] for name in reached} == reached
    assert (named["kind"], named["role"]) == ("account_manager", MANAGER["role"])
    assert (back["kind"], back["telephone"]) == ("desk", reached["telephone"])
    assert [one["kind"] for one in back["history"]] == ["desk", "account_manager"]
    assert [one["reason"] for one in back["history"]] == ["met pensioen", None]


def test_f26_second_active_account_manager_is_refused(door: Door, given: Given) -> None:
    path = f"/regions/{ZWOLLE}/contacts/{given.employer()['id']}"
    done(door.ask("PUT", path, MANAGER))

    second = door.ask("PUT", path, {"role": "accountmanager techniek"})

    detail = refused(second, 409, "account-manager-already-active")["detail"]
    assert MANAGER["role"] in detail
    contact = door.get(path)
    assert (contact["role"], contact["revision"]) == (MANAGER["role"], 1)


def test_f26_replacement_is_one_step_and_dated(door: Door, given: Given) -> None:
    path = f"/regions/{ZWOLLE}/contacts/{given.employer()['id']}"
    done(door.ask("PUT", path, {**MANAGER, "since": "2026-12-01"}))
    successor = {"role": "accountmanager techniek", "since": "2027-01-01", "replaces": True}

    replaced = done(door.ask("PUT", path, successor, etag=door.etag(path)))

    assert (replaced["role"], replaced["since"]) == (successor["role"], "2027-01-01")
    assert [(one["role"], one["since"]) for one in replaced["history"]] == [
        (successor["role"], "2027-01-01"),
        (MANAGER["role"], "2026-12-01"),
    ]
    earlier = {"role": "accountmanager zorg", "since": "2026-12-15", "replaces": True}
    refused(door.ask("PUT", path, earlier), 409, "contact-out-of-order")
    refused(door.ask("PUT", path, {"kind": "desk"}, etag='"1"'), 412, "stale-version")


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({}, ["/role"]),
        ({"role": " "}, ["/role"]),
        ({"kind": "desk", **MANAGER}, ["/role"]),
        (
            {**MANAGER, "telephone": "bel maar", "mailbox": "x@", "since": "morgen"},
            ["/telephone", "/mailbox", "/since"],
        ),
        ({**MANAGER, "kind": "friend", "replaces": "yes"}, ["/kind", "/replaces"]),
    ],
    ids=str,
)
def test_f26_contact_that_says_too_little_or_too_much_is_refused(
    door: Door, said: Json, wrong: list[str]
) -> None:
    path = f"/regions/{ZWOLLE}/contacts/00000000-0000-4000-8000-000000000000"

    assert faults(refused(door.ask("PUT", path, said), 400)).keys() == set(wrong)


def test_f26_contact_for_an_employer_that_nobody_knows_is_refused(door: Door) -> None:
    path = f"/regions/{ZWOLLE}/contacts/00000000-0000-4000-8000-000000000000"

    refused(door.ask("PUT", path, MANAGER), 404, "employer-unknown")


def test_f29_matrix_fills_exactly_the_regions_that_take_part(
    door: Door, given: Given, when: When
) -> None:
    agreement = given.published_agreement({ZWOLLE, DRECHTSTEDEN})
    given.acceptance(agreement, ZWOLLE)
    done(door.ask("PUT", f"/regions/{ZWOLLE}/contacts/{agreement.employer_id}", MANAGER))

    def row() -> Json:
        [found] = door.every("/matrix", employerId=agreement.employer_id)
        assert [one["contact"] is not None for one in found["cells"]] == [False, True]
        return dict(found)

    shown = wait_until(row)
    drechtsteden, zwolle = shown["cells"]
    assert shown["agreement"] == {
        "id": agreement.id,
        "title": agreement.title,
        "status": "published",
        "version": 1,
    }
    assert (drechtsteden["region"], zwolle["region"]) == (DRECHTSTEDEN, ZWOLLE)
    assert (zwolle["status"], zwolle["version"], zwolle["delivery"]) == ("accepted", 1, "received")
    assert (drechtsteden["status"], drechtsteden["version"]) == ("invited", None)
    assert zwolle["contact"]["role"] == MANAGER["role"]
    assert shown["counts"] == {"accepted": 1, "invited": 1}

    when.left(agreement, DRECHTSTEDEN)
    assert door.every("/matrix", employerId=agreement.employer_id, region=ZWOLLE)


def test_f29_matrix_has_a_row_for_each_agreement_that_regions_have_heard_of(
    door: Door, given: Given
) -> None:
    employer = given.employer()
    few = given.published_agreement({ZWOLLE}, employer=employer)
    everywhere = given.published_agreement("all", employer=employer)
    given.draft("all", employer=employer)

    rows = {one["agreement"]["id"]: one for one in door.every("/matrix", employerId=employer["id"])}

    assert rows.keys() == {few.id, everywhere.id}
    assert [one["region"] for one in rows[everywhere.id]["cells"]] == sorted(region_codes())
    assert [one["region"] for one in rows[few.id]["cells"]] == [ZWOLLE]
    assert all(row["employer"] == employer_name(employer) for row in rows.values())


def employer_name(employer: Json) -> Json:
    return {"id": employer["id"], "name": employer["name"]}


def known(door: Door, path: str) -> Json:
    """Read a contact once the region has heard of its employer."""
    return wait_until(lambda: done(door.ask("GET", path)))
