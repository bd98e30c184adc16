# SPDX-License-Identifier: EUPL-1.2
"""Whatever is lost, repeated, turned about or broken: never older over newer, and all ends well.

The code is the product's, on the real SQL; only the broker is a list, so that hypothesis may
lose, repeat and reorder what is in it.
"""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from shared.messaging import journal, ledger, policy
from shared.runtime import settings
from shared.runtime.db import Connection, connect
from tests.property.messaging.lives import Lives
from tests.property.messaging.world import REGIONS, World
from tests.property.rhythm import trying
from tests.servers import ServiceDatabases

SUBJECTS = (0, 1)
QUIET_ROUNDS = 4
A_WHILE = timedelta(seconds=1000)
Thing = TypeVar("Thing")

some_subject = st.sampled_from(SUBJECTS)
some_region = st.sampled_from(REGIONS)
# Places in what is under way: any subset, in any order, with repetitions.
some_places = st.lists(st.integers(0, 7), min_size=1, max_size=3)


class Delivery(RuleBasedStateMachine):
    """One owner of two subjects, three recipients, and a wire that keeps no promise."""

    def __init__(self, connection: Connection[dict[str, object]], clock_file: Path) -> None:
        super().__init__()
        self.world = World(connection, clock_file)
        self.lives = Lives(self.world)
        self.subjects = [f"agreement/{uuid.UUID(int=number + 1)}" for number in SUBJECTS]
        self.audience: list[set[str]] = [{"AM36", "AM23"} for _ in SUBJECTS]
        self.stored: dict[tuple[str, str], int] = {}
        self.bereft: set[tuple[str, str]] = set()

    @initialize()
    def begin(self) -> None:
        """One subject is held already; two states of the other are under way, in no order."""
        self.commit(SUBJECTS[0], waits=False)
        self.quieten()
        for _ in range(2):
            self.commit(SUBJECTS[1], waits=False)
        self.world.wire.reverse()

    @rule(number=some_subject, waits=st.booleans())
    def commit(self, number: int, *, waits: bool) -> None:
        """The owner decides a first or an amended state, which leaves at once or waits."""
        self.world.publish(self.subjects[number], frozenset(self.audience[number]))
        if not waits:
            self.world.relay()

    @rule(number=some_subject, region=some_region)
    def join(self, number: int, region: str) -> None:
        """A region joins late, or again."""
        self.audience[number].add(region)
        self.world.join(self.subjects[number], region)

    @rule(number=some_subject, region=some_region)
    def leave(self, number: int, region: str) -> None:
        """A region leaves: what is published from now on is not for it."""
        self.audience[number].discard(region)

    @rule(marks=st.booleans())
    def relay(self, *, marks: bool) -> None:
        """The relay sends what is unsent, and may die before it marks it."""
        self.world.relay(marks=marks)

    @precondition(lambda self: self.world.wire)
    @rule(places=some_places, commits=st.booleans())
    def deliver(self, places: list[int], *, commits: bool) -> None:
        """Regions take a batch, and may die before its commit; it may come again either way."""
        self.world.take(_pick(self.world.wire, places), commits=commits)

    @precondition(lambda self: self.world.receipts)
    @rule(places=some_places)
    def acknowledge(self, places: list[int]) -> None:
        """The owner hears receipts; they, too, may come again."""
        self.world.hear(_pick(self.world.receipts, places))

    @rule(places=some_places)
    def lose(self, places: list[int]) -> None:
        """Something under way is gone: taken for good, or lost."""
        self.world.wire = [x for n, x in enumerate(self.world.wire) if n not in places]
        self.world.receipts = [x for n, x in enumerate(self.world.receipts) if n not in places]

    @precondition(lambda self: len(self.world.wire) > 4)
    @rule()
    def lose_everything(self) -> None:
        """The broker comes back empty."""
        self.world.wire, self.world.receipts = [], []

    @rule(region=some_region)
    def scribble(self, region: str) -> None:
        """Somebody puts what is no event into a queue."""
        self.world.wire.append((region, f"no event {len(self.world.wire)}".encode()))

    @rule(region=some_region)
    def poison(self, region: str) -> None:
        """From now on the handler of a region fails."""
        self.world.poisoned.add(region)

    @precondition(lambda self: self.world.wire)
    @rule(place=st.integers(0, 7))
    def give_up(self, place: int) -> None:
        """A handler fails for so long that what comes meanwhile is given up."""
        [(region, body)] = _pick(self.world.wire, [place])
        self.world.poisoned.add(region)
        self.world.take([(region, body)])
        for _ in range(policy.PARKED_ATTEMPTS):
            self.world.pass_by(A_WHILE)
            self.world.retry()

    @precondition(lambda self: self.world.poisoned)
    @rule()
    def fix(self) -> None:
        """Every handler works again."""
        self.world.poisoned.clear()

    @rule(seconds=st.sampled_from([0, 10, 1000]))
    def retry(self, seconds: int) -> None:
        """Time passes, and what is parked and due gets an attempt."""
        self.world.pass_by(timedelta(seconds=seconds))
        self.world.retry()

    @rule(commits=st.booleans())
    def replay(self, *, commits: bool) -> None:
        """Somebody has every open letter tried again; a process may die over one."""
        self.world.ask_for_replay()
        self.every_step_is_one_of_its_life()
        self.world.replay(commits=commits)

    @rule()
    def discard(self) -> None:
        """Somebody puts every open letter aside."""
        self.world.discard()

    @precondition(lambda self: self.stored)
    @rule(place=st.integers(0, 7))
    def lose_copy(self, place: int) -> None:
        """Somebody deletes a region's copy."""
        [key] = _pick(sorted(self.stored), [place])
        self.world.lose_copy(*key)
        self.bereft.add(key)

    @rule()
    def reconcile(self) -> None:
        """A round compares what is held with what is owed."""
        self.world.reconcile()

    @rule(seconds=st.sampled_from([1, 40, 1000]))
    def watch(self, seconds: int) -> None:
        """Time passes, and the watchdog looks."""
        self.world.pass_by(timedelta(seconds=seconds))
        self.world.watch()

    @rule(hours=st.sampled_from([-48, -1, 1, 48]))
    def jump(self, hours: int) -> None:
        """The clock is set."""
        self.world.pass_by(timedelta(hours=hours))

    @invariant()
    def nothing_older_is_stored_over_something_newer(self) -> None:
        """What a region stores only grows, unless its copy was deleted; and nothing comes twice."""
        assert self.world.not_newer == []
        held = {key: sequence for key, (sequence, _) in self.world.held().items()}
        for key, sequence in self.stored.items():
            assert key in self.bereft or held[key] >= sequence
        self.stored = held

    @invariant()
    def the_gate_holds_what_is_stored(self) -> None:
        """The gate and the copies never tell different stories, but for copies that were lost."""
        held, gates = self.world.held(), self.world.gates()
        for key in held.keys() | gates.keys():
            if key in self.bereft:
                assert held.get(key, (0, ""))[0] <= gates[key][0]
            else:
                assert held.get(key) == gates.get(key)

    @invariant()
    def what_the_ledger_calls_received_is_held(self) -> None:
        """Nothing is called received that its recipient does not hold, or a newer one."""
        held = self.world.held()
        for subject in self.subjects:
            rows, _ = ledger.deliveries(self.world.cur, subject, state="received", limit=1000)
            for row in rows:
                assert row["received_hash"] == row["hash"]
                if (row["recipient"], subject) in self.bereft:
                    continue
                sequence, digest = held[row["recipient"], subject]
                assert sequence >= row["sequence"]
                assert sequence > row["sequence"] or digest == row["hash"]

    @invariant()
    def what_was_taken_is_held_or_kept(self) -> None:
        """What a region acknowledged it holds, or something newer, or it is parked or buried."""
        held = self.world.held()
        for recipient, subject, sequence in self.world.taken - self.world.kept():
            key = (recipient, subject)
            assert key in self.bereft or held[key][0] >= sequence

    @invariant()
    def what_was_refused_is_kept(self) -> None:
        """Whatever the ledger calls refused is a dead letter, with its bytes."""
        refused = "SELECT recipient, subject, sequence FROM deliveries WHERE state = 'refused'"
        kept = "SELECT recipient, subject, sequence FROM dead_letters"
        assert self.world.rows(f"{refused} EXCEPT {kept}") == []

    @invariant()
    def states_have_no_gaps(self) -> None:
        """The owner's sequences begin at 1 and have no gaps."""
        question = "SELECT max(sequence) AS newest, count(*) AS states FROM journal"
        rows = self.world.rows(f"{question} WHERE subject LIKE 'agreement/%' GROUP BY subject")
        assert all(row["newest"] == row["states"] for row in rows)

    @invariant()
    def every_step_is_one_of_its_life(self) -> None:
        """Deliveries, letters and the letters of jobs go only where their lives lead."""
        self.lives.follow()

    def teardown(self) -> None:
        """When it is quiet for a while, everyone holds the newest that was meant for them."""
        try:
            self.fix()
            for _ in range(QUIET_ROUNDS):
                self.quieten()
                self.world.ask_for_replay()
                self.every_step_is_one_of_its_life()
                for _ in self.world.rows("SELECT 1 FROM replay_items WHERE result IS NULL"):
                    self.world.pass_by(timedelta(seconds=1))
                    self.world.replay()
                    self.every_step_is_one_of_its_life()
                self.world.reconcile()
                self.every_step_is_one_of_its_life()
            self.assert_converged()
        finally:
            self.world.end()

    def quieten(self) -> None:
        """Everything is delivered, heard, and looked after when its time has come."""
        world = self.world
        world.relay()
        world.take(world.wire)
        world.relay()
        self.every_step_is_one_of_its_life()
        world.hear(world.receipts)
        self.every_step_is_one_of_its_life()
        world.wire, world.receipts = [], []
        world.pass_by(A_WHILE)
        world.retry()
        world.watch()

    def assert_converged(self) -> None:
        """Everyone holds the newest that was meant for it, and its owner knows."""
        held = self.world.held()
        for number, subject in enumerate(self.subjects):
            states = ledger.newest_states(self.world.cur, [subject])[subject]
            newest = journal.newest(self.world.cur, subject)
            assert newest is not None
            for region, state in states.items():
                # Of what somebody put aside the ledger goes on to say that it was refused.
                assert state == "received" or (region, subject) in self.world.put_aside()
            for region in self.audience[number]:
                if states[region] == "received":
                    assert held[region, subject] == (newest.sequence, newest.hash)
        assert self.world.left_over() == []


def _pick(things: list[Thing], places: list[int]) -> list[Thing]:
    return [things[place % len(things)] for place in places if things]


@pytest.fixture
def database_url(
    databases: ServiceDatabases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Give the address of an empty database, where somebody may delete a copy; and a clock."""
    url = databases.fresh("regions").owner_url
    monkeypatch.setenv("SCHAKEL_DATABASE_URL", url)
    monkeypatch.setenv("SCHAKEL_CLOCK_FILE", str(tmp_path / "clock"))
    settings.cache_clear()
    yield url
    settings.cache_clear()


def test_delivery_keeps_its_promise_whatever_happens(database_url: str, tmp_path: Path) -> None:
    with connect(database_url, application_name="tests") as connection:
        run_state_machine_as_test(
            lambda: Delivery(connection, tmp_path / "clock"), settings=trying(40, steps=30)
        )
