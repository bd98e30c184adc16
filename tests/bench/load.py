# SPDX-License-Identifier: EUPL-1.2
"""The load: real states of agreements, put in by set-based transactions below the domain.

So much is kept on its way that no system ever waits for work, and no more: a system that is slow
gets fewer states.
"""

import os
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle

os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_select")

from shared.contracts import Json
from shared.contracts.registry import examples
from shared.messaging import Outgoing, journal
from shared.runtime.db import Connection, connect
from tests.waiting import wait_until

AGREEMENT_CHANGED = "agreement-changed.v1"
PLACEMENT_CHANGED = "placement-changed.v1"
LOOK_SECONDS = 0.02
# How long nothing may arrive before a system is said to be stuck.
STUCK_SECONDS = 90.0

_FIRST_OPEN = """
SELECT s.subject FROM unnest(%s::text[]) AS s (subject)
WHERE EXISTS (SELECT FROM deliveries AS d WHERE d.subject = s.subject AND d.state <> 'received')
LIMIT 1
"""

Publish = Callable[[Sequence[Json]], None]


class Stuck(Exception):
    """A system stopped delivering before everything had arrived."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What is delivered: who owns it, what its events and subjects are called, and a new one."""

    owner: str
    event: str
    family: str
    new: Callable[[], Json]

    def subject(self, data: Json) -> str:
        """Name what a state is about."""
        return f"{self.family}/{data['id']}"


def states(count: int) -> list[Json]:
    """Give so many new agreements of 1 to 2 KB: a version in force beside its amendment."""
    return [AGREEMENT.new() for _ in range(count)]


def _placement() -> Json:
    return {**examples()[PLACEMENT_CHANGED]["data"], "id": str(uuid.uuid4())}


def _agreement() -> Json:
    data: Json = examples()[AGREEMENT_CHANGED]["data"]
    [version] = data["versions"]
    return {
        **data,
        "id": str(uuid.uuid4()),
        "version": 2,
        "versions": [version, {**version, "version": 2, "change": "editorial"}],
    }


AGREEMENT = Kind("agreements", AGREEMENT_CHANGED, "agreement", _agreement)
PLACEMENT = Kind("placements", PLACEMENT_CHANGED, "placement", _placement)


@contextmanager
def journaled(url: str, recipients: Sequence[str]) -> Iterator[Publish]:
    """Publish by the journal: a transaction for all states that are given at once."""
    audience = frozenset(recipients)

    def publish(told: Sequence[Json]) -> None:
        outgoing = [
            Outgoing(f"agreement/{data['id']}", AGREEMENT_CHANGED, data, audience) for data in told
        ]
        with connection.transaction(), connection.cursor() as cur:
            journal.publish(cur, outgoing, now=datetime.now(UTC))

    with connect(url, application_name="bench-load") as connection:
        yield publish


@contextmanager
def journaled_to_one(url: str, recipients: Sequence[str], kind: Kind) -> Iterator[Publish]:
    """Publish by the journal, each state for one recipient: all of them in turn."""
    turns = cycle(recipients)

    def publish(told: Sequence[Json]) -> None:
        outgoing = [
            Outgoing(kind.subject(data), kind.event, data, frozenset({next(turns)}))
            for data in told
        ]
        with connection.transaction(), connection.cursor() as cur:
            journal.publish(cur, outgoing, now=datetime.now(UTC))

    with connect(url, application_name="bench-load") as connection:
        yield publish


@contextmanager
def asked(amqp_url: str) -> Iterator[Publish]:
    """Publish by asking the owner's service, which commits and dispatches state by state."""
    # Of one peer only: nobody else pays for its import.
    from nameko.exceptions import UnknownService  # noqa: PLC0415
    from nameko.standalone.rpc import ClusterRpcProxy  # noqa: PLC0415

    with ClusterRpcProxy({"AMQP_URI": amqp_url}, timeout=STUCK_SECONDS) as services:

        def both_answer() -> bool:
            try:
                return bool(services.bench_holder.listens() and services.bench_owner.listens())
            except UnknownService:
                return False

        # Before the queues are there, an event reaches nobody, and nobody would know.
        wait_until(both_answer, STUCK_SECONDS)
        yield services.bench_owner.publish


@dataclass(slots=True)
class Load:
    """Puts states in portions into a system and sees them arrive, by the owner's ledger."""

    ledger_url: str
    publish: Publish
    portion: int
    portions_on_their_way: int
    kind: Kind = AGREEMENT
    published: int = 0
    _on_their_way: deque[list[str]] = field(default_factory=deque)

    def run(self, seconds: float) -> float:
        """Load for so long, wait for the last receipt, and give the seconds that it took."""
        began = time.perf_counter()
        with connect(self.ledger_url, application_name="bench-ledger") as ledger:
            # Before there are statistics, a plan that reads everything would look as good.
            ledger.execute("SET enable_seqscan = off")
            ledger.execute("SET enable_hashjoin = off")
            while time.perf_counter() - began < seconds:
                self._put_in()
                while len(self._on_their_way) >= self.portions_on_their_way:
                    self._await_oldest(ledger)
            while self._on_their_way:
                self._await_oldest(ledger)
        return time.perf_counter() - began

    def _put_in(self) -> None:
        told = [self.kind.new() for _ in range(self.portion)]
        self.publish(told)
        self.published += len(told)
        self._on_their_way.append([self.kind.subject(data) for data in told])

    def _await_oldest(self, ledger: Connection) -> None:
        subjects, until = self._on_their_way[0], time.monotonic() + STUCK_SECONDS
        pause = threading.Event()
        while _is_open(ledger, subjects):
            if time.monotonic() > until:
                raise Stuck(f"{len(subjects)} states did not arrive in {STUCK_SECONDS:g} s")
            pause.wait(LOOK_SECONDS)
        self._on_their_way.popleft()


def _is_open(ledger: Connection, subjects: list[str]) -> bool:
    """Look for the first state that somebody has not received; it costs next to nothing."""
    row = ledger.execute(_FIRST_OPEN, [subjects]).fetchone()
    return row is not None
