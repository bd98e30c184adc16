# SPDX-License-Identifier: EUPL-1.2
"""What is sealed is found out when it is touched, and sealing holds up nobody who writes."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from shared.contracts.chain import Check, keeper_of, links_in
from shared.runtime import (
    Call,
    Cursor,
    Database,
    Json,
    Principal,
    ServiceUnavailable,
    audit,
    auditing,
)
from shared.runtime.auditing import keep_audit_head, list_audit, list_audit_heads, list_audit_links
from shared.runtime.db import connect
from shared.runtime.sealing import (
    LONGEST_PAUSE_SECONDS,
    LOOK_SECONDS,
    UNSEALED_AGE_SECONDS,
    Sealer,
)
from tests.integration.opened import opened
from tests.servers import ServiceDatabase, ServiceDatabases

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
PAGE = 2


@pytest.fixture(scope="module")
def audited_database(databases: ServiceDatabases) -> ServiceDatabase:
    """Give the database of a service."""
    return databases.fresh("employers")


@pytest.fixture
def owner(audited_database: ServiceDatabase) -> Iterator[psycopg.Connection[Any]]:
    """Give whoever may do anything to the tables, and an audit that tells nothing yet."""
    with connect(audited_database.owner_url, application_name="tests") as connection:
        connection.execute(
            "TRUNCATE audit, audit_unsealed, audit_chain, audit_heads RESTART IDENTITY"
        )
        yield connection


@pytest.fixture
def db(audited_database: ServiceDatabase, owner: psycopg.Connection[Any]) -> Iterator[Database]:
    """Give the database as the service has it."""
    del owner
    with opened(audited_database, size=4) as database:
        yield database


class Keeper:
    """The service that keeps the heads, or is away."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, Json]] = []
        self.away = False

    def __call__(self, service: str, operation: str, params: Json) -> Json:
        """Remember what is told."""
        if self.away:
            raise ServiceUnavailable("away")
        self.told.append((service, operation, params))
        return {}


@pytest.fixture
def keeper() -> Keeper:
    """Give the service that keeps the heads."""
    return Keeper()


@pytest.fixture
def sealer(db: Database, keeper: Keeper) -> Sealer:
    """Give one of the processes that seal."""
    return Sealer("employers", db, keeper)


def call(**params: object) -> Call:
    """Ask for a page."""
    return Call(
        operation="list_audit",
        params={"page": 1, "pageSize": 50, **params},
        body=None,
        principal=Principal("employers", "service"),
        if_match=None,
        idempotency_key="once",
        deadline=time.time() + 60,
        traceparent=None,
        now=NOW,
    )


def act(cur: Cursor, *subjects: str) -> None:
    """Have the clock do something, and tell it."""
    audit.add(cur, audit.of_the_clock("lapse", subjects, NOW))


def acted(db: Database, *subjects: str) -> None:
    """Have something done and told."""
    with db.transaction() as cur:
        act(cur, *subjects)


def links(db: Database) -> list[Json]:
    """Read the whole chain, page by page, as whoever checks it does."""
    items: list[Json] = []
    with db.transaction(mode="read") as cur:
        for page in range(1, 20):
            answer = list_audit_links(cur, call(page=page, pageSize=PAGE))
            items += answer.body["items"]
            if len(items) >= answer.body["total"]:
                break
    return items


def found(db: Database, *heads: tuple[int, str]) -> set[tuple[str, int]]:
    """Check the chain, and say what is found and where."""
    check = Check(heads)
    check.walk(links_in(links(db)))
    return {(one.kind, one.seq) for one in check.findings()}


@pytest.fixture
def five(db: Database, sealer: Sealer) -> Database:
    """Give an audit of five lines, all of them sealed."""
    acted(db, *(f"thing/{n}" for n in range(1, 6)))
    assert sealer.look() == 5
    return db


def test_what_is_told_is_sealed_in_batches_and_nothing_is_found(
    five: Database, sealer: Sealer
) -> None:
    acted(five, "thing/6")

    assert [sealer.look(), sealer.look()] == [1, 0]

    assert [one["line"]["aggregate"] for one in links(five)] == [f"thing/{n}" for n in range(1, 7)]
    assert found(five, sealer.head) == set()


TAMPERED = {
    "altered": ("UPDATE audit SET subject = 'somebody else' WHERE id = 3", {("altered", 3)}),
    "gone from the middle": ("DELETE FROM audit WHERE id = 3", {("missing", 3)}),
    "gone from the end": ("DELETE FROM audit WHERE id = 5", {("missing", 5)}),
    "in each other's place": (
        (
            "UPDATE audit SET id = -id WHERE id IN (2, 4);"
            "UPDATE audit SET id = 6 + id WHERE id IN (-2, -4)"
        ),
        {("reordered", 2), ("reordered", 4)},
    ),
    "gone from the middle with its link": (
        "DELETE FROM audit WHERE id = 3; DELETE FROM audit_chain WHERE seq = 3",
        {("missing", 3)},
    ),
    "gone from the end with its link": (
        "DELETE FROM audit WHERE id > 3; DELETE FROM audit_chain WHERE seq > 3",
        {("missing", 4)},
    ),
    "links in each other's place": (
        (
            "UPDATE audit_chain SET seq = 10 * seq WHERE seq IN (2, 4);"
            "UPDATE audit_chain SET seq = 6 - seq / 10 WHERE seq IN (20, 40)"
        ),
        {("reordered", 2), ("reordered", 4)},
    ),
    "link made anew": (
        "UPDATE audit_chain SET hash = repeat('0', 64) WHERE seq = 3",
        {("altered", 3), ("altered", 4)},
    ),
}


@pytest.mark.parametrize("way", TAMPERED)
def test_whatever_is_touched_is_found(
    way: str, five: Database, owner: psycopg.Connection[Any], sealer: Sealer
) -> None:
    statements, wanted = TAMPERED[way]
    owner.execute("ALTER TABLE audit ALTER id SET GENERATED BY DEFAULT")
    for statement in statements.split(";"):
        owner.execute(statement.encode())

    assert found(five, sealer.head) == wanted


def test_a_line_that_nobody_told_stands_outside_the_chain(
    five: Database, owner: psycopg.Connection[Any]
) -> None:
    owner.execute(
        "INSERT INTO audit (at, subject, role, scope, operation, status)"
        " VALUES (now(), 's-17', 'ops', '{}', 'start_replay', 200)"
    )

    with five.transaction(mode="read") as cur:
        outside = list_audit(cur, call(sealed="false")).body
        inside = list_audit(cur, call(sealed="true")).body
    assert [one["operation"] for one in outside["items"]] == ["start_replay"]
    assert inside["total"] == 5


def test_reading_on_behind_a_line_misses_and_repeats_nothing_that_was_there(
    db: Database, five: Database
) -> None:
    read: list[Json] = []
    before: dict[str, int] = {}
    while True:
        with five.transaction(mode="read") as cur:
            page = list_audit(cur, call(pageSize=2, **before)).body
        read += page["items"]
        if len(page["items"]) < 2:
            break
        before = {"before": int(page["items"][-1]["id"])}
        # What is told meanwhile would move every page by a line.
        acted(db, "thing/new")

    assert page["total"] == len(page["items"])
    numbers = [int(one["id"]) for one in read]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == len(set(numbers)) == 5


def test_what_is_left_is_counted_so_far_and_no_further(
    five: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auditing, "LEFT_AT_MOST", 3)
    with five.transaction(mode="read") as cur:
        assert list_audit(cur, call(before=10_000)).body["total"] == 3
        assert list_audit(cur, call()).body["total"] == 5


@pytest.mark.parametrize(("begins", "found"), [("thing/", 5), ("thing/3", 1), ("hing", 0)])
def test_lines_are_found_by_the_beginning_of_what_they_are_about(
    five: Database, begins: str, found: int
) -> None:
    with five.transaction(mode="read") as cur:
        body = list_audit(cur, call(aggregate=begins)).body
    assert (body["total"], len(body["items"])) == (found, found)


def test_writers_wait_for_nobody_and_what_commits_late_comes_later(
    db: Database, sealer: Sealer
) -> None:
    with db.transaction() as first:
        act(first, "thing/early")
        with db.transaction() as second:
            act(second, "thing/late")
            assert sealer.look() == 0
        assert sealer.look() == 1
        act(first, "thing/same")
    assert sealer.look() == 2

    told = [(one["lineId"], one["line"]["aggregate"]) for one in links(db)]
    assert told == [(2, "thing/late"), (1, "thing/early"), (3, "thing/same")]
    assert found(db, sealer.head) == set()


def test_one_process_seals_at_a_time_and_another_goes_on_where_it_was(
    db: Database, sealer: Sealer, keeper: Keeper
) -> None:
    other = Sealer("employers", db, keeper)
    acted(db, "thing/1")
    with db.transaction() as cur:
        cur.execute("SELECT pg_advisory_xact_lock(hashtext('schakel-audit'))")
        assert sealer.look() == 0
    assert sealer.look() == 1
    acted(db, "thing/2")
    assert other.look() == 1
    acted(db, "thing/3")
    assert sealer.look() == 1

    assert found(db, sealer.head) == set()


def test_the_head_is_told_where_it_moved_and_again_when_it_was_not_kept(
    db: Database, sealer: Sealer, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.runtime.sealing.TELL_SECONDS", 0.0)
    keeper.away = True
    acted(db, "thing/1")
    sealer.look()
    sealer.tell()
    keeper.away = False
    sealer.tell()
    sealer.tell()

    seq, digest = sealer.head
    head = {"seq": seq, "hash": digest}
    assert keeper.told == [(keeper_of("employers"), "keep_audit_head", head)]


def test_heads_that_were_told_stay_whatever_is_told_later(db: Database) -> None:
    def tell(seq: int, digest: str) -> Callable[[Cursor], object]:
        return lambda cur: keep_audit_head(cur, call(seq=seq, hash=digest * 64))

    for telling in (tell(4, "a"), tell(4, "a"), tell(4, "b"), tell(3, "c")):
        with db.transaction() as cur:
            telling(cur)

    assert kept(db) == [("employers", 3, "c"), ("employers", 4, "a"), ("employers", 4, "b")]


def kept(db: Database) -> list[tuple[str, int, str]]:
    """Give the heads that are kept: whose, at which place, and how its hash begins."""
    with db.transaction(mode="read") as cur:
        body = list_audit_heads(cur, call()).body
    assert body["total"] == len(body["items"])
    return sorted((one["of"], one["seq"], one["hash"][:1]) for one in body["items"])


def test_of_old_heads_those_stay_that_prove_something(
    db: Database,
    sealer: Sealer,
    owner: psycopg.Connection[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    for service, seq, digest, before in (
        ("employers", 1, "a", timedelta(days=2, minutes=-1)),
        ("employers", 2, "a", timedelta(days=2, minutes=-2)),
        ("employers", 3, "a", timedelta(days=2, minutes=-3)),
        ("employers", 4, "a", timedelta(days=1, hours=20)),
        # Its tail was cut off behind link 6, and grew again.
        ("regions", 6, "a", timedelta(days=2)),
        ("regions", 7, "a", timedelta(days=2, minutes=-1)),
        ("regions", 8, "a", timedelta(days=2, minutes=-2)),
        ("regions", 7, "b", timedelta(days=2, minutes=-3)),
        ("regions", 9, "b", timedelta(days=2, minutes=-4)),
        # Of the last day all stay: somebody may make a link anew within the hour.
        ("providers", 1, "a", timedelta(hours=2, minutes=-1)),
        ("providers", 2, "a", timedelta(hours=2, minutes=-2)),
    ):
        owner.execute(
            "INSERT INTO audit_heads (service, seq, hash, told_at) VALUES (%s, %s, %s, %s)",
            [service, seq, digest * 64, hour - before],
        )

    for _ in range(3):
        monkeypatch.setattr(sealer, "_next_thinning", 0.0)
        sealer.thin()

    assert kept(db) == [
        ("employers", 3, "a"),
        ("employers", 4, "a"),
        ("providers", 1, "a"),
        ("providers", 2, "a"),
        ("regions", 7, "a"),
        ("regions", 7, "b"),
        ("regions", 8, "a"),
        ("regions", 9, "b"),
    ]


def age() -> float:
    """Read the age of the oldest line that is not sealed."""
    [sample] = UNSEALED_AGE_SECONDS.collect()[0].samples
    return sample.value


def test_a_sealer_that_cannot_is_seen_to_be_late(
    sealer: Sealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealer.look()
    assert age() == 0
    later = time.monotonic() + 100
    monkeypatch.setattr("shared.runtime.sealing.time.monotonic", lambda: later)
    sealer.interrupted()
    assert age() > 90
    sealer.look()
    assert age() == 0


REFUSE = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'there is no room'; END $$;
CREATE CONSTRAINT TRIGGER no_room AFTER INSERT ON audit_chain
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION no_room()
"""
REFUSE_NO_MORE = "DROP FUNCTION no_room CASCADE"


@pytest.fixture
def no_room(owner: psycopg.Connection[Any]) -> Iterator[Callable[[], object]]:
    """Have every commit of a link refused, and give what ends that."""
    owner.execute(REFUSE)
    yield lambda: owner.execute(REFUSE_NO_MORE)
    owner.execute("DROP FUNCTION IF EXISTS no_room CASCADE")


def test_what_fails_for_good_ends_no_sealer_and_goes_on_when_it_is_mended(
    db: Database, sealer: Sealer, keeper: Keeper, no_room: Callable[[], object]
) -> None:
    acted(db, "thing/1")
    pauses = [sealer.turn() for _ in range(5)]
    assert pauses == sorted(pauses)
    assert LOOK_SECONDS == pauses[0] < pauses[-1] == LONGEST_PAUSE_SECONDS
    assert age() > 0

    no_room()

    assert [sealer.turn(), sealer.turn()] == [LOOK_SECONDS] * 2
    assert age() == 0
    assert [one["seq"] for one in links(db)] == [1]
    assert [params["seq"] for _, _, params in keeper.told] == [1]


def test_a_head_that_was_not_committed_is_told_to_nobody(
    db: Database, sealer: Sealer, keeper: Keeper, no_room: Callable[[], object]
) -> None:
    acted(db, "thing/1")
    sealer.turn()
    no_room()
    assert Sealer("employers", db, Keeper()).look() == 1

    sealer.turn()

    with db.transaction(mode="read") as cur:
        [last] = list_audit_links(cur, call()).body["items"]
    assert {(told["seq"], told["hash"]) for _, _, told in keeper.told} <= {(1, last["hash"])}


def test_a_keeper_that_fails_for_good_holds_up_no_sealing(db: Database) -> None:
    def broken(*_: object) -> Json:
        raise KeyError("detail")

    sealer = Sealer("employers", db, broken)
    for n in range(1, 4):
        acted(db, f"thing/{n}")
        sealer.turn()

    assert [one["seq"] for one in links(db)] == [1, 2, 3]
