# SPDX-License-Identifier: EUPL-1.2
"""A siege: callers load the stack while its cluster is struck; then rest, and the verdict.

Recorder, load and checker are those of the campaigns.
"""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import httpx

from shared.contracts.reference import region_codes
from tests.chaos.caller import Caller
from tests.chaos.evidence import RECEIVED, gather, unrest
from tests.chaos.load import Load, Worker
from tests.chaos.recorder import Recorder
from tests.chaos.verdict import Verdict, judge
from tests.faults.proof import Proof
from tests.servers import RunningStack
from tests.waiting import wait_until

CALLERS = 3
PACE_SECONDS = 0.4
REST_SECONDS = 180.0
UNCONFIRMED = r'^schakel_outbox_published_total\{.*outcome="unconfirmed".*\} (\S+)$'
ALL = len(region_codes())
UNSENT = "SELECT id FROM outbox WHERE subject = %(subject)s AND sent_at IS NULL"
MARKED = "SELECT 1 FROM journal WHERE subject = %(subject)s AND sent_at IS NOT NULL"


class Siege:
    """One story's load, record and verdict, against a stack that other stories use too."""

    def __init__(
        self, stack: RunningStack, proof: Proof, employer: str, folder: Path, story: str
    ) -> None:
        self._stack = stack
        self._proof = proof
        self._story = story
        self._recorder = Recorder(folder / f"{story}.jsonl")
        self._callers: list[Caller] = []
        self._taken: dict[str, float] = {}
        self._employer = employer

    @contextmanager
    def loaded(self) -> Iterator[None]:
        """Load the stack for the block, and until every caller has its last answer."""
        load = Load([self._worker(number) for number in range(CALLERS)], PACE_SECONDS)
        load.start()
        try:
            self.publish()
            yield
        finally:
            load.stop()

    def publish(self) -> str:
        """Publish a new agreement to every region; give its subject, once it is acknowledged."""
        agreement = self._worker("probe").publish_to_all()
        assert agreement is not None, "not acknowledged"
        return f"agreement/{agreement}"

    def received_everywhere(self, subject: str) -> bool:
        """Tell whether the ledger has a receipt of every region."""
        return len(self._proof.rows("agreements", RECEIVED, {"subject": subject})) == ALL

    def unsent(self, subject: str) -> bool:
        """Tell whether a state waits in the outbox, and nothing calls it sent."""
        where = {"subject": subject}
        marked = self._proof.rows("agreements", MARKED, where)
        return bool(self._proof.rows("agreements", UNSENT, where)) and not marked

    def sent_in_vain(self) -> Callable[[], bool]:
        """Give the question whether the relay has since published something unconfirmed."""
        before = self._unconfirmed()
        return lambda: self._unconfirmed() > before

    def time(self, what: str, fact: Callable[[], bool]) -> None:
        """Wait for a fact and keep how long it took."""
        began = time.monotonic()
        wait_until(fact, REST_SECONDS)
        self._taken[what] = round(time.monotonic() - began, 1)

    def verdict(self) -> Verdict:
        """Wait until nothing is owed, and hold everything that was recorded against the promise."""
        self.time("at rest", lambda: not unrest(self._proof))
        self._recorder.add(gather(self._proof))
        found = judge(self._recorder.records())
        told = {"story": self._story, "commands": found.attempts, "seconds": self._taken}
        with self._recorder.path.with_name("cluster.jsonl").open("a") as kept:
            kept.write(json.dumps(told) + "\n")
        return found

    def close(self) -> None:
        """Close what was opened."""
        for caller in self._callers:
            caller.close()
        self._recorder.close()

    def _unconfirmed(self) -> float:
        said = httpx.get(f"{self._stack.admin_url('agreements')}/metrics", timeout=5).text
        found = re.search(UNCONFIRMED, said, re.MULTILINE)
        assert found is not None
        return float(found[1])

    def _worker(self, name: object) -> Worker:
        chance = Random(f"{self._story} {name}")  # noqa: S311 - repeatable
        return Worker(self._caller(), self._employer, chance)

    def _caller(self) -> Caller:
        stack = self._stack
        self._callers.append(Caller(lambda: [stack.base_url], 0, stack.tokens, self._recorder))
        return self._callers[-1]
