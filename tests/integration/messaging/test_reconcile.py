# SPDX-License-Identifier: EUPL-1.2
"""Rounds of reconciliation, against a recipient that tells that it holds nothing."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from shared.contracts import Json
from shared.messaging.journal import QUERIES
from shared.messaging.reconcile import Reconciliation
from shared.runtime import Database, clock, settings
from tests.integration.messaging.post import (
    NOW,
    ZWOLLE,
    later,
    new_subject,
    publish,
    receipt,
    receive,
    rows,
)
from tests.integration.opened import opened
from tests.servers import ServiceDatabase

EMPTY: Json = {"digests": {}, "items": [], "lowered": 0}
FOUND = "SELECT rounds, repaired_at, first_at FROM mismatches WHERE subject = %s"


@pytest.fixture
def db(agreements_database: ServiceDatabase, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """Give the database of an owner, as its process knows it."""
    monkeypatch.setenv("SCHAKEL_DATABASE_URL", agreements_database.service_url)
    settings.cache_clear()
    with opened(agreements_database, size=3) as database:
        yield database
    settings.cache_clear()


@pytest.fixture
def rounds(db: Database) -> Reconciliation:
    """Give the rounds of agreements, whose recipients hold nothing at all."""

    def ask(service: str, operation: str, params: Json) -> Json:
        del service, operation, params
        return EMPTY

    return Reconciliation("agreements", db, ask)


def run(db: Database, rounds: Reconciliation) -> Json:
    """Run a round over Zwolle, and give what came of it."""
    asked = {"requested_by": "tests", "recipients": [ZWOLLE], "now": NOW}
    with db.transaction() as cur:
        cur.execute(QUERIES["request_round"], asked)
    assert rounds.look(lambda: True)
    with db.transaction(mode="read") as cur:
        [one] = cur.execute(QUERIES["rounds"], {"limit": 1, "offset": 0}).fetchall()
    return one


def test_what_came_back_and_is_lost_again_is_repaired_again(
    db: Database, rounds: Reconciliation
) -> None:
    subject = new_subject()
    with db.transaction() as cur:
        published = publish(cur, subject, [ZWOLLE])
        receive(cur, receipt(published))
    seen = []

    for time in range(3):
        first, second = run(db, rounds), run(db, rounds)

        assert (first["suspected"], first["repaired"]) == (1, 0)
        assert (second["suspected"], second["repaired"], second["mismatches"]) == (0, 1, {})
        with db.transaction() as cur:
            [kept] = rows(cur, FOUND, subject)
            receive(cur, receipt(published), now=later(time))
        assert (kept["rounds"], kept["first_at"] < kept["repaired_at"]) == (2, True)
        seen.append(kept["first_at"])
    assert seen == sorted(set(seen))


def test_a_round_by_a_clock_that_was_ahead_does_not_put_off_the_next_one(
    db: Database, rounds: Reconciliation
) -> None:
    with db.transaction() as cur:
        ahead = clock.now() + timedelta(days=1)
        asked = {"requested_by": "tests", "recipients": None, "now": ahead}
        cur.execute(QUERIES["request_round"], asked)
    assert rounds.look(lambda: True)

    assert rounds.look(lambda: True)
