# SPDX-License-Identifier: EUPL-1.2
"""Many coordinators at one agreement: exactly one of those who saw the same revision wins."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.runtime import StaleVersion, transaction
from shared.runtime.db import Pool, open_pool
from shared.runtime.scope import EVERYTHING
from tests.integration.agreements.office import ZWOLLE, Office
from tests.servers import ServiceDatabases


@pytest.fixture
def pool(databases: ServiceDatabases) -> Iterator[Pool]:
    """Give a database in which everything is committed."""
    with open_pool(databases.fresh("agreements").service_url, size=10, name="tests") as opened:
        yield opened


def test_one_of_fifty_amendments_with_the_same_revision_wins(pool: Pool) -> None:
    with transaction(pool, scope=EVERYTHING) as cur:
        office = Office(cur)
        office.hear_of_employer()
        agreement_id = office.register(participants=[ZWOLLE])["id"]
        office.change("publish_agreement", agreement_id)
        revision = office.show(agreement_id)["revision"]

    def amend(number: int) -> str:
        body = {"change": "editorial", "title": f"Titel {number}"}
        try:
            with transaction(pool, scope=EVERYTHING) as cur:
                Office(cur).ask("amend_agreement", body, if_match=revision, id=agreement_id)
        except StaleVersion:
            return "stale"
        return "won"

    with ThreadPoolExecutor(10) as threads:
        outcomes = list(threads.map(amend, range(50)))
    assert sorted(outcomes) == ["stale"] * 49 + ["won"]
    with transaction(pool, scope=EVERYTHING) as cur:
        assert Office(cur).show(agreement_id)["revision"] == revision + 1
