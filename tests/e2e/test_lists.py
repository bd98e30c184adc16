# SPDX-License-Identifier: EUPL-1.2
"""Lists, page by page: nothing twice, nothing left out, and a total that does not depend on it."""

import pytest

from tests.e2e.door import Door, Json
from tests.e2e.story import ZUID_LIMBURG, ZWOLLE, Agreement, Given, Then, When
from tests.servers import RunningStack
from tests.waiting import wait_until


@pytest.fixture(scope="module")
def agreement(stack: RunningStack) -> Agreement:
    """Give an agreement of which every list holds something, and nothing moves any more."""
    with Door(stack.base_url, stack.tokens) as door:
        made = Given(door).published_agreement("all")
        When(door).new_version(made, targetGroups=["ww"])
        Then(door).in_force_everywhere(made)
        Then(door).told(made, ZWOLLE, "invited")
    return made


LISTS = (
    "/employers",
    "/agreements",
    "/matrix",
    "{agreement}/versions",
    "{agreement}/history",
    "{agreement}/participants",
    "{agreement}/deliveries",
    "/regions",
    f"/regions/{ZUID_LIMBURG}/organisations",
    f"/regions/{ZWOLLE}/agreements",
    f"/regions/{ZWOLLE}/contacts",
)


@pytest.mark.parametrize("path", LISTS)
def test_pages_put_together_are_the_whole_list(door: Door, agreement: Agreement, path: str) -> None:
    path = path.format(agreement=agreement.path)
    whole = door.get(path, pageSize=6)["items"]

    parts: list[Json] = []
    for page in (1, 2, 3):
        body = door.get(path, page=page, pageSize=2)
        assert (body["page"], body["pageSize"]) == (page, 2)
        parts += body["items"]

    assert parts == whole


@pytest.mark.parametrize("path", [*LISTS, "/operations/dead-letters", "/operations/deliveries"])
def test_page_past_the_end_is_empty_and_tells_the_same_total(
    door: Door, agreement: Agreement, path: str
) -> None:
    path = path.format(agreement=agreement.path)

    def told_the_same() -> bool:
        # Asked again where something was still on its way.
        first, past = door.get(path), door.get(path, page=1000)
        assert (past["items"], past["total"]) == ([], first["total"])
        return True

    wait_until(told_the_same)


def test_filters_narrow_the_list_of_agreements(
    door: Door, given: Given, agreement: Agreement
) -> None:
    draft = given.draft({ZWOLLE}, employer={"id": agreement.employer_id})

    def found(**filters: str) -> set[str]:
        listed = door.every("/agreements", employerId=agreement.employer_id, **filters)
        return {one["id"] for one in listed}

    assert found() == {agreement.id, draft.id}
    assert found(status="draft") == {draft.id}
    assert found(region=ZWOLLE) == {agreement.id, draft.id}
    assert found(region=ZUID_LIMBURG) == {agreement.id}
    assert found(q=agreement.title) == {agreement.id}
    assert found(q="%") == set()
