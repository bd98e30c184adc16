# SPDX-License-Identifier: EUPL-1.2
"""A wrong request is told everything that is wrong with it; nothing is stored, nothing sent."""

from collections.abc import Iterator

import pytest

from tests.e2e.bad_addresses import HEADERS, PATHS_AND_QUERIES
from tests.e2e.bad_bodies import MALFORMED, OTHER_BODIES, WRONG_FIELDS
from tests.e2e.bad_request import FINE, NOBODY, Bad
from tests.e2e.books import Books
from tests.e2e.door import Door, faults, refused
from tests.e2e.story import ZWOLLE, Given

ROWS = (*MALFORMED, *WRONG_FIELDS, *OTHER_BODIES, *PATHS_AND_QUERIES, *HEADERS)


@pytest.fixture
def nothing_changed(books: Books, door: Door) -> Iterator[None]:
    before, totals = books.stored_and_sent(), counted(door)
    yield
    assert books.stored_and_sent() - before == set()
    assert counted(door) == totals


def counted(door: Door) -> dict[str, int]:
    return {path: door.get(path, pageSize=1)["total"] for path in ("/agreements", "/employers")}


@pytest.mark.usefixtures("nothing_changed")
@pytest.mark.parametrize("bad", ROWS, ids=str)
def test_bad_request_is_told_every_fault_and_changes_nothing(door: Door, bad: Bad) -> None:
    answer = door.ask(bad.method, bad.path, content=bad.content, headers=bad.headers)

    problem = refused(answer, bad.status)

    assert faults(problem).keys() == bad.where, problem
    assert all(faults(problem).values()), "each fault says what to do about it"
    assert "Traceback" not in answer.text
    if bad.status == 405:
        assert answer.headers["Allow"]


@pytest.mark.usefixtures("nothing_changed")
def test_agreement_for_an_employer_that_nobody_knows_is_refused(door: Door) -> None:
    refused(door.ask("POST", "/agreements", dict(FINE)), 422, "employer-unknown")


@pytest.mark.parametrize(
    "path",
    [
        f"/employers/{NOBODY}",
        f"/agreements/{NOBODY}",
        f"/agreements/{NOBODY}/versions",
        f"/agreements/{NOBODY}/history",
        f"/agreements/{NOBODY}/participants",
        f"/agreements/{NOBODY}/deliveries",
        f"/regions/{ZWOLLE}/agreements/{NOBODY}",
        "/operations/dead-letters/regions-999999999999",
    ],
)
def test_what_is_not_there_is_refused_as_such(door: Door, path: str) -> None:
    assert refused(door.ask("GET", path), 404)["instance"] == f"/v1{path}"


def test_body_at_the_edge_of_what_is_allowed_is_taken(door: Door, given: Given) -> None:
    body = {**FINE, "employerId": given.employer()["id"], "title": "é" * 200, "reason": "r" * 1000}

    answer = door.ask("POST", "/agreements", body)

    assert answer.status_code == 201, answer.text
    assert answer.json()["title"] == "é" * 200
