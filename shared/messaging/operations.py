# SPDX-License-Identifier: EUPL-1.2
"""What every domain service does beside its own work: relay, receipts, retries, questions of ops.

    class Service(Operations): ...

gives a service its relay, its ledger's receipts, its retry worker and the questions that
operators ask of each service alike.
"""

import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime

import eventlet
import structlog
from nameko.extensions import DependencyProvider

from shared.contracts import Json
from shared.messaging import (
    advances,
    holdings,
    inspection,
    ledger,
    policy,
    replays,
    rounds,
    tasks,
)
from shared.messaging.consumer import BatchConsumer
from shared.messaging.consumes import consumes
from shared.messaging.gate import Arrival, StoredHashes
from shared.messaging.journal import Published
from shared.messaging.notices import RECEIPTS, Receipt
from shared.messaging.reconcile import Reconciliation
from shared.messaging.relay import Relay
from shared.messaging.replays import Replays
from shared.messaging.retries import LOOK_SECONDS, Retries
from shared.runtime import (
    Calls,
    Cursor,
    Database,
    Refusal,
    Rpc,
    ServiceUnavailable,
    rpc,
    settings,
)
from shared.runtime.auditing import Audited
from shared.runtime.db import Transient
from shared.runtime.entrypoints import wait_for
from shared.runtime.health import health
from shared.runtime.problems import problem
from shared.runtime.remote import Replies, caller_for

log = structlog.get_logger()
RECONCILE_LOOK_SECONDS = 1.0
SILENT = Refusal(503, "recipient-silent", "Not every recipient told what it holds")


class Duty(DependencyProvider, ABC):  # type: ignore[misc]
    """Background work that lives as long as its service."""

    consumer = BatchConsumer()
    db = Database()

    def setup(self) -> None:
        """Not stopping yet."""
        self._stopping = False

    def start(self) -> None:
        """Run in the background."""
        self._thread = self.container.spawn_managed_thread(self.run)

    def stop(self) -> None:
        """End after the turn in hand."""
        self._stopping = True
        wait_for(self._thread, policy.CONFIRM_SECONDS)

    @abstractmethod
    def run(self) -> None:
        """Do the work until told to stop."""


class RelayDuty(Duty):
    """Runs the relay of this service's outbox inside its process."""

    def run(self) -> None:
        """Relay until the service stops."""
        chosen = settings()
        relay = Relay(
            self.container.service_name,
            database_url=chosen.need_database_url(),
            amqp_url=chosen.need_amqp_url(),
        )
        relay.run(lambda: not self._stopping, eventlet.sleep)


class RetryDuty(Duty):
    """Gives parked messages their next attempts."""

    def run(self) -> None:
        """Look every half second, and again at once while there is more."""
        retries = Retries(self.db, self.consumer.applier)
        while not self._stopping:
            health.beat("retries")
            try:
                found = retries.look()
            except Transient as error:
                log.warning("retries_interrupted", error=str(error))
                found = 0
            eventlet.sleep(0 if found else LOOK_SECONDS)


class ReplayDuty(Duty):
    """Tries dead letters again, for jobs that somebody asked for."""

    def run(self) -> None:
        """Try letter after letter at the rate of its job; look for a job every half second."""
        replays = Replays(self.container.service_name, self.db, self.consumer.applier)
        while not self._stopping:
            health.beat("replays")
            pause: float | None = None
            try:
                pause = replays.look(self.consumer.accepts)
            except Transient as error:
                log.warning("replays_interrupted", error=str(error))
            eventlet.sleep(LOOK_SECONDS if pause is None else pause)


class ReconcileDuty(Duty):
    """Compares what this service's recipients hold with what they must."""

    replies = Replies()

    def setup(self) -> None:
        """Not stopping yet."""
        super().setup()
        self._wake = threading.Event()

    def run(self) -> None:
        """Look every second whether a round waits or has become due."""
        ask = caller_for("reconcile", self.container, self.replies).ask
        rounds = Reconciliation(self.container.service_name, self.db, ask)
        while self._goes_on():
            try:
                rounds.look(self._goes_on)
            except Transient as error:
                log.warning("reconcile_interrupted", error=str(error))
            self._wake.wait(RECONCILE_LOOK_SECONDS)

    def stop(self) -> None:
        """End after the recipient in hand, and listen for no more answers.

        Nobody else waits for answers here, so that need not wait for the rest of the process.
        """
        self._wake.set()
        super().stop()
        self.replies.stop()

    def _goes_on(self) -> bool:
        health.beat("reconcile")
        return not self._stopping


class Operations(Audited):
    """The part that every domain service has in common."""

    name: str
    calls: Calls
    relay = RelayDuty()
    retries = RetryDuty()
    replays = ReplayDuty()
    reconciliation = ReconcileDuty()
    others = Rpc()

    def renumber(self, cur: Cursor, published: Sequence[Published]) -> None:
        """Keep the sequences of states that an operator had published again.

        Only a service that keeps sequences beside the journal has something to do here.
        """

    @consumes(RECEIPTS)
    def record_receipts(
        self, cur: Cursor, arrivals: Sequence[Arrival], now: datetime
    ) -> StoredHashes:
        """Settle this service's ledger by what recipients say they hold."""
        receipts = [
            Receipt.from_json(receipt)
            for arrival in arrivals
            for receipt in arrival.data["receipts"]
        ]
        ledger.record_receipts(cur, receipts, service=self.name, now=now)
        return {}

    @rpc
    def list_tasks(self, call: Json) -> Json:
        """List what waits for somebody, what is due first on top."""
        return self.calls.read(tasks.list_tasks, call)

    @rpc
    def list_dead_letters(self, call: Json) -> Json:
        """List what this service gave up, newest first."""
        return self.calls.read(inspection.list_dead_letters, call)

    @rpc
    def get_dead_letter(self, call: Json) -> Json:
        """Show one dead letter with its raw bytes."""
        return self.calls.read(inspection.get_dead_letter, call)

    @rpc
    def list_dead_letter_causes(self, call: Json) -> Json:
        """List why letters were given up, the most frequent cause first."""
        return self.calls.read(replays.list_dead_letter_causes, call)

    @rpc
    def start_replay(self, call: Json) -> Json:
        """Try dead letters again, in the background."""
        return self.calls.change(replays.start_replay(self.name), call)

    @rpc
    def discard_dead_letters(self, call: Json) -> Json:
        """Put dead letters aside, for a reason."""
        return self.calls.change(replays.discard_dead_letters(self.name), call)

    @rpc
    def list_replays(self, call: Json) -> Json:
        """List who dealt with which dead letters, newest first."""
        return self.calls.read(replays.list_replays, call)

    @rpc
    def get_replay(self, call: Json) -> Json:
        """Show what came of one job, letter by letter."""
        return self.calls.read(replays.get_replay(self.name), call)

    @rpc
    def list_open_deliveries(self, call: Json) -> Json:
        """List what this service still owes, oldest first."""
        return self.calls.read(inspection.list_open_deliveries, call)

    @rpc
    def list_blocked(self, call: Json) -> Json:
        """List what the broker refused for good, oldest first."""
        return self.calls.read(inspection.list_blocked, call)

    @rpc
    def release_blocked(self, call: Json) -> Json:
        """Send what the broker refused once more."""
        return self.calls.change(inspection.release_blocked, call)

    @rpc
    def start_reconciliation(self, call: Json) -> Json:
        """Compare what recipients hold with what they must, now."""
        return self.calls.change(rounds.start_reconciliation, call)

    @rpc
    def list_reconciliations(self, call: Json) -> Json:
        """List the rounds, newest first."""
        return self.calls.read(rounds.list_reconciliations, call)

    @rpc
    def list_mismatches(self, call: Json) -> Json:
        """List what the last rounds found."""
        return self.calls.read(rounds.list_mismatches, call)

    @rpc
    def list_conflicts(self, call: Json) -> Json:
        """List the subjects on which recipients contradict this owner."""
        return self.calls.read(advances.list_conflicts, call)

    @rpc
    def advance_subjects(self, call: Json) -> Json:
        """Move this owner past its recipients, where they contradict it."""
        if refused := self.calls.refusal(call):
            return refused
        try:
            subjects = call["body"]["subjects"]
            holders = advances.holders_of(self.name, subjects, self.others.ask)
        except ServiceUnavailable as error:
            return problem(SILENT, str(error))
        return self.calls.change(advances.advance_subjects(holders, self.renumber), call)

    @rpc
    def list_advances(self, call: Json) -> Json:
        """List who moved this owner past its recipients, newest first."""
        return self.calls.read(advances.list_advances, call)

    @rpc
    def digest_holdings(self, call: Json) -> Json:
        """Tell an owner, in digests, what a recipient here holds."""
        return self.calls.read(holdings.digest_holdings, call)

    @rpc
    def list_holdings(self, call: Json) -> Json:
        """Tell an owner what a recipient here holds, subject by subject."""
        return self.calls.read(holdings.list_holdings, call)

    @rpc
    def find_holdings(self, call: Json) -> Json:
        """Tell an owner who here holds which state of some subjects."""
        return self.calls.read(holdings.find_holdings, call)

    @rpc
    def lower_gate(self, call: Json) -> Json:
        """Make a recipient's gate say what is stored, so that an owner's repair can pass."""
        return self.calls.change(holdings.lower_gate, call)
