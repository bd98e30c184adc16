# SPDX-License-Identifier: EUPL-1.2
"""How many questions the database is asked: few, and as many for all regions as for one."""

from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from psycopg.rows import DictRow

from services.agreements import handlers
from shared.contracts import reference
from shared.runtime import Cursor
from tests.integration.agreements.office import DRECHTSTEDEN, ZWOLLE, Office

Published = Callable[..., str]
# Beside these a call asks for its Idempotency-Key and keeps its answer.
MOST = {"publish_agreement": 7, "invite_regions": 11, "list_participants": 4}


class CountingCursor(psycopg.Cursor[DictRow]):
    """Counts the questions that are put to the database."""

    asked = 0

    def execute(self, *args: object, **kwargs: object) -> "CountingCursor":
        """Count, and ask."""
        CountingCursor.asked += 1
        super().execute(*args, **kwargs)  # type: ignore[arg-type]
        return self


@pytest.mark.parametrize("operation", sorted(MOST))
def test_35_regions_take_as_many_questions_as_two(
    office: Office, cur: Cursor, operation: str
) -> None:
    def questions(regions: list[str]) -> int:
        invited = regions if operation == "publish_agreement" else []
        agreement = office.register(participants=invited)
        if operation != "publish_agreement":
            office.change("publish_agreement", agreement["id"])
        body = {"regions": regions} if operation == "invite_regions" else None
        if_match = office.show(agreement["id"])["revision"]
        with CountingCursor(cur.connection, row_factory=cur.row_factory) as counting:
            CountingCursor.asked = 0
            Office(counting).ask(
                operation, body, if_match=if_match, id=agreement["id"], page=1, pageSize=50
            )
        return CountingCursor.asked

    few = questions([ZWOLLE, DRECHTSTEDEN])
    assert few == questions(list(reference.region_codes()))
    assert few <= MOST[operation]


def test_many_agreements_expire_with_as_many_questions_as_one(
    office: Office, cur: Cursor, published: Published
) -> None:
    def questions(count: int) -> int:
        for _ in range(count):
            ending = {"reason": "opgezegd", "endsOn": "2026-11-02"}
            office.change("end_agreement", published(ZWOLLE, DRECHTSTEDEN), ending)
        with CountingCursor(cur.connection, row_factory=cur.row_factory) as counting:
            CountingCursor.asked = 0
            done = Office(counting, office.now + timedelta(days=1)).happens(handlers.expire)
        assert len(done) == count
        return CountingCursor.asked

    assert questions(1) == questions(4)
