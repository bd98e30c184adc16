# SPDX-License-Identifier: EUPL-1.2
"""Many who want the same thing at once: one of them gets it, the others are told why not."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.e2e.door import Door, refused
from tests.e2e.story import ZWOLLE, Given, Then, own_name
from tests.e2e.test_regions_desk import known

MANY = 20


def all_at_once(
    door: Door, method: str, path: str, body: dict[str, object], **more: str
) -> list[httpx.Response]:
    """Send the same request many times at once, each with a small difference."""

    def ask(number: int) -> httpx.Response:
        said = {name: str(value).format(number) for name, value in body.items()}
        return door.ask(method, path, said, **more)

    with ThreadPoolExecutor(MANY) as clients:
        return list(clients.map(ask, range(MANY)))


def test_f26_of_many_account_managers_at_once_one_is_active(door: Door, given: Given) -> None:
    path = f"/regions/{ZWOLLE}/contacts/{given.employer()['id']}"
    known(door, path)

    answers = all_at_once(door, "PUT", path, {"role": "accountmanager {}"})

    assert Counter(one.status_code for one in answers) == {200: 1, 409: MANY - 1}
    for answer in answers:
        if answer.status_code == 409:
            refused(answer, 409, "account-manager-already-active")
    contact = door.get(path)
    assert (contact["revision"], len(contact["history"])) == (1, 1)


def test_of_many_registrations_of_one_employer_at_once_one_is_made(door: Door) -> None:
    name = own_name("ISS Facility Services")

    answers = all_at_once(door, "POST", "/employers", {"name": name})

    assert Counter(one.status_code for one in answers) == {201: 1, 409: MANY - 1}
    assert len(door.every("/employers", name=name)) == 1


def test_of_many_desks_at_once_under_one_if_match_one_is_set(door: Door) -> None:
    path = "/regions/AM15/desk"
    body: dict[str, object] = {"deputy": "teamleider {}"}

    answers = all_at_once(door, "PUT", path, body, etag=door.etag(path))

    assert Counter(one.status_code for one in answers) == {200: 1, 412: MANY - 1}


def test_of_many_publications_at_once_one_is_sent(door: Door, given: Given, then: Then) -> None:
    agreement = given.draft("all")
    path, etag = f"{agreement.path}/publications", door.etag(agreement.path)

    answers = all_at_once(door, "POST", path, {"reason": "poging {}"}, etag=etag)
    then.in_force_everywhere(agreement)

    assert Counter(one.status_code for one in answers) == {200: 1, 412: MANY - 1}
    assert {sequence for sequence, _ in then.holders(agreement).values()} == {1}


def test_of_many_decisions_of_a_region_at_once_the_last_stands(
    door: Door, given: Given, then: Then
) -> None:
    agreement = given.published_agreement({ZWOLLE})
    path = f"/regions/{ZWOLLE}{agreement.path}/decisions"

    answers = all_at_once(door, "POST", path, {"decision": "declined", "reason": "reden {}"})

    assert Counter(one.status_code for one in answers) == {202: MANY}
    numbered = {one.json()["sequence"]: one.json()["reason"] for one in answers}
    assert sorted(numbered) == list(range(1, MANY + 1))
    answered = then.decision_answered(agreement, ZWOLLE)
    assert (answered["sequence"], answered["reason"]) == (MANY, numbered[MANY])
    part = then.participants(agreement)[ZWOLLE]
    assert (part["decision"]["sequence"], part["reason"]) == (MANY, numbered[MANY])
