# SPDX-License-Identifier: EUPL-1.2
"""What every domain service does beside its own work: relay, receipts, retries, questions of ops.

    class Service(Operations): ...

gives a service its relay, its ledger's receipts, its retry worker and the questions that
operators ask of each service alike.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime

import eventlet
import structlog
from nameko.extensions import DependencyProvider

from shared.contracts import Json
from shared.messaging import inspection, ledger, policy
from shared.messaging.consumer import BatchConsumer, consumes
from shared.messaging.gate import Arrival, StoredHashes
from shared.messaging.notices import RECEIPTS, Receipt
from shared.messaging.relay import Relay
from shared.messaging.retries import LOOK_SECONDS, Retries
from shared.runtime import Calls, Cursor, Database, rpc, settings
from shared.runtime.db import Transient
from shared.runtime.entrypoints import wait_for
from shared.runtime.health import health

log = structlog.get_logger()


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


class Operations:
    """The part that every domain service has in common."""

    name: str
    calls: Calls
    relay = RelayDuty()
    retries = RetryDuty()

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
    def list_dead_letters(self, call: Json) -> Json:
        """List what this service gave up, newest first."""
        return self.calls.read(inspection.list_dead_letters, call)

    @rpc
    def get_dead_letter(self, call: Json) -> Json:
        """Show one dead letter with its raw bytes."""
        return self.calls.read(inspection.get_dead_letter, call)

    @rpc
    def list_open_deliveries(self, call: Json) -> Json:
        """List what this service still owes, oldest first."""
        return self.calls.read(inspection.list_open_deliveries, call)
