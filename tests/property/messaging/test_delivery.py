# SPDX-License-Identifier: EUPL-1.2
"""Whatever is lost, repeated or turned about: never older over newer, and all ends well.

The journal, outbox, gate, ledger and watchdog are the real SQL; only the broker is a list, so that
hypothesis may lose, repeat and reorder what is in it.
"""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from shared.contracts import unwrap
from shared.contracts.registry import examples
from shared.messaging import Arrival, Outgoing, StoredHashes, journal, ledger, watchdog
from shared.messaging.apply import Applier
from shared.messaging.intake import arrival_of
from shared.messaging.journal import QUERIES
from shared.messaging.notices import Receipt
from shared.runtime import Cursor
from shared.runtime.db import Connection, connect
from tests.servers import ServiceDatabases

REGIONS = ("AM36", "AM23", "AM30")
SUBJECTS = (0, 1)
STATE = "agreement-changed.v1"
QUIET_ROUNDS = 4
Thing = TypeVar("Thing")

some_subject = st.sampled_from(SUBJECTS)
some_region = st.sampled_from(REGIONS)
# Places in what is under way: any subset, in any order, with repetitions.
some_places = st.lists(st.integers(0, 7), min_size=1, max_size=2)


class Delivery(RuleBasedStateMachine):
    """One owner of two subjects, three recipients, and a wire that keeps no promise."""

    def __init__(self, connection: Connection[dict[str, object]]) -> None:
        super().__init__()
        self.transaction = connection.transaction(force_rollback=True)
        self.transaction.__enter__()
        self.cur: Cursor = connection.cursor()
        self.now = datetime(2026, 12, 1, tzinfo=UTC)
        self.ids = [str(uuid.uuid4()) for _ in SUBJECTS]
        self.audience: list[set[str]] = [{"AM36", "AM23"} for _ in SUBJECTS]
        self.wire: list[tuple[str, bytes]] = []
        self.receipts: list[Receipt] = []
        self.copies: dict[tuple[str, str], tuple[int, str]] = {}
        self.applier = Applier("regions", self.store)

    def subject(self, number: int) -> str:
        """Name a subject."""
        return f"agreement/{self.ids[number]}"

    def store(
        self, type_: str, cur: Cursor, arrivals: Sequence[Arrival], now: datetime
    ) -> StoredHashes:
        """Keep a recipient's copy, as `regions` does; it must be newer than what is kept."""
        del type_, cur, now
        for one in arrivals:
            before, _ = self.copies.get(one.key, (0, ""))
            assert one.sequence > before
            self.copies[one.key] = (one.sequence, one.hash)
        return {one.key: one.hash for one in arrivals}

    @initialize()
    def begin(self) -> None:
        """Two states of each subject are under way already, in no order."""
        for number in SUBJECTS * 2:
            self.publish(number, waits=False)
        self.wire.reverse()

    @rule(number=some_subject, waits=st.booleans())
    def publish(self, number: int, *, waits: bool) -> None:
        """The owner decides a next state, which leaves at once or waits for the relay."""
        data = {**examples()[STATE]["data"], "id": self.ids[number], "title": str(uuid.uuid4())}
        audience = frozenset(self.audience[number])
        journal.publish(
            self.cur, [Outgoing(self.subject(number), STATE, data, audience)], now=self.now
        )
        if not waits:
            self.relay()

    @rule(number=some_subject, region=some_region)
    def join(self, number: int, region: str) -> None:
        """A region joins late, or again."""
        self.audience[number].add(region)
        audience = frozenset({region})
        journal.resend(self.cur, [self.subject(number)], audience=audience, now=self.now)

    @rule(number=some_subject, region=some_region)
    def leave(self, number: int, region: str) -> None:
        """A region leaves: what is published from now on is not for it."""
        self.audience[number].discard(region)

    @rule()
    def relay(self) -> None:
        """What stands in the outbox is with the broker, and a receipt on its way back."""
        rows = self.cur.execute(QUERIES["unsent"], {"window": 1000}).fetchall()
        for row in rows:
            body = bytes(row["body"])
            if row["exchange"] == "recipients":
                self.wire += [(recipient, body) for recipient in row["audience"]]
            elif row["exchange"] == "notices":
                told = unwrap(body)[0].data["receipts"]
                self.receipts += [Receipt.from_json(one) for one in told]
        parameters = {"ids": [row["id"] for row in rows], "now": self.now}
        self.cur.execute(QUERIES["mark_sent"], parameters)

    @precondition(lambda self: self.wire)
    @rule(places=some_places)
    def deliver(self, places: list[int]) -> None:
        """Recipients take a batch; what they took may come again, since it was not acknowledged."""
        taken = _pick(self.wire, places)
        arrivals = [arrival_of(to, unwrap(body)[0], body) for to, body in taken]
        self.applier.apply(self.cur, arrivals, [], now=self.now)

    @precondition(lambda self: self.receipts)
    @rule(places=some_places)
    def acknowledge(self, places: list[int]) -> None:
        """The owner hears receipts; they, too, may come again."""
        heard = _pick(self.receipts, places)
        ledger.record_receipts(self.cur, heard, service="agreements", now=self.now)

    @rule(places=some_places)
    def lose(self, places: list[int]) -> None:
        """Something under way is gone: taken for good, or lost."""
        self.wire = [one for place, one in enumerate(self.wire) if place not in places]
        self.receipts = [one for place, one in enumerate(self.receipts) if place not in places]

    @precondition(lambda self: len(self.wire) > 4)
    @rule()
    def lose_everything(self) -> None:
        """The broker comes back empty."""
        self.wire, self.receipts = [], []

    @rule(seconds=st.sampled_from([1, 40, 1000]))
    def watch(self, seconds: int) -> None:
        """Time passes, and the watchdog looks."""
        self.now += timedelta(seconds=seconds)
        waiting = {f"regions.{recipient}" for recipient, _ in self.wire}
        watchdog.look(self.cur, lambda queue: queue not in waiting, now=self.now)

    @invariant()
    def the_gate_holds_what_is_stored(self) -> None:
        """The gate and the copies never tell different stories."""
        rows = self.cur.execute("SELECT recipient, subject, sequence, hash FROM gate").fetchall()
        held = {(row["recipient"], row["subject"]): (row["sequence"], row["hash"]) for row in rows}
        assert held == self.copies

    @invariant()
    def what_the_ledger_calls_received_is_held(self) -> None:
        """Nothing is called received that its recipient does not hold, or a newer one."""
        for number in SUBJECTS:
            rows, _ = ledger.deliveries(
                self.cur, self.subject(number), state="received", limit=1000
            )
            for row in rows:
                sequence, digest = self.copies[row["recipient"], self.subject(number)]
                assert row["received_hash"] == row["hash"]
                assert sequence >= row["sequence"]
                assert sequence > row["sequence"] or digest == row["hash"]

    def teardown(self) -> None:
        """When it is quiet for a while, everyone holds the newest that was meant for them."""
        try:
            for _ in range(QUIET_ROUNDS):
                self.relay()
                self.deliver(list(range(len(self.wire))))
                self.relay()
                self.acknowledge(list(range(len(self.receipts))))
                self.lose_everything()
                self.watch(1000)
            self.assert_converged()
        finally:
            self.transaction.__exit__(None, None, None)

    def assert_converged(self) -> None:
        """Everyone holds the newest that was meant for it, and its owner knows."""
        for number in SUBJECTS:
            states = ledger.newest_states(self.cur, [self.subject(number)])
            assert set(states[self.subject(number)].values()) <= {"received"}
            newest = journal.newest(self.cur, self.subject(number))
            if newest is None:
                continue
            for region in self.audience[number]:
                copy = self.copies.get((region, self.subject(number)))
                assert copy == (newest.sequence, newest.hash)
        assert self.cur.execute("SELECT 1 FROM anomalies").fetchall() == []


def _pick(things: list[Thing], places: list[int]) -> list[Thing]:
    return [things[place % len(things)] for place in places if things]


@pytest.fixture(scope="module")
def service_url(databases: ServiceDatabases) -> str:
    """Give the address of a database that holds nothing yet."""
    return databases.fresh("agreements").service_url


def test_delivery_keeps_its_promise_whatever_happens(service_url: str) -> None:
    with connect(service_url, application_name="tests") as connection:
        run_state_machine_as_test(
            lambda: Delivery(connection),
            settings=settings(
                max_examples=60,
                stateful_step_count=30,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
