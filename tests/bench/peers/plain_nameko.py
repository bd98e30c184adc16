# SPDX-License-Identifier: EUPL-1.2
"""Plain nameko: commit, then dispatch; and in each recipient's handler a commit a message.

It is weaker than the product, because a crash between commit and dispatch loses the message. The
one thing that is not nameko's own is that its queues are quorum queues.
"""

import os
import sys

os.environ["PSYCOPG_WAIT_FUNC"] = "wait_select"

import eventlet

eventlet.monkey_patch()

from collections.abc import Callable  # noqa: E402
from datetime import UTC, datetime  # noqa: E402
from typing import Any  # noqa: E402

from nameko.events import EventDispatcher, EventHandler  # noqa: E402, TID251 - what the product bans is measured
from nameko.extensions import DependencyProvider  # noqa: E402
from nameko.rpc import rpc  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402
from psycopg.rows import dict_row  # noqa: E402
from psycopg_pool import ConnectionPool  # noqa: E402

from shared.contracts import content_hash, wrap  # noqa: E402
from tests.bench.peers import rows  # noqa: E402

WORKERS = 10
OIN = "00000099000000001000"


class QuorumHandler(EventHandler):
    """nameko's event handler, on a quorum queue."""

    def setup(self) -> None:
        """Declare the queue as the others' are."""
        super().setup()
        self.queue.queue_arguments = dict(rows.QUORUM)


event_handler = QuorumHandler.decorator


class Pool(DependencyProvider):
    """A pool of connections, as large as there are workers."""

    def __init__(self, url: str) -> None:
        self._url = url

    def setup(self) -> None:
        """Open it."""
        kwargs = {"row_factory": dict_row}
        self.pool = ConnectionPool(self._url, max_size=WORKERS, kwargs=kwargs, open=True)

    def stop(self) -> None:
        """Close it."""
        self.pool.close()

    def get_dependency(self, worker_ctx: object) -> ConnectionPool:
        """Give the pool."""
        del worker_ctx
        return self.pool


class Owner:
    """Publishes states and closes the ledger."""

    name = "bench_owner"
    pool = Pool(rows.OWNER_URL)
    dispatch = EventDispatcher()

    @rpc
    def publish(self, states: list[dict[str, Any]]) -> None:
        """Commit each state, then dispatch it."""
        for data in states:
            subject = f"agreement/{data['id']}"
            with self.pool.connection() as connection:
                found = connection.execute(rows.NEXT_SEQUENCE, [subject]).fetchone()
                sequence = found["?column?"]
                body = wrap(
                    "agreement-changed.v1",
                    data,
                    oin=OIN,
                    subject=subject,
                    sequence=sequence,
                    recorded_at=datetime.now(UTC),
                )
                told = {
                    "subject": subject,
                    "sequence": sequence,
                    "hash": content_hash(data),
                    "body": body,
                    "audience": list(rows.RECIPIENTS),
                }
                connection.execute(rows.JOURNAL, told)
                connection.execute(rows.OWE, told)
            event = {"subject": subject, "sequence": sequence, "contenthash": told["hash"]}
            self.dispatch("agreement_changed", {**event, "data": data})

    @rpc
    def listens(self) -> bool:
        """Answer when every queue of the service is there."""
        return True

    @event_handler("bench_holder", "receipt_recorded")
    def close(self, receipt: dict[str, Any]) -> None:
        """Close one row of the ledger."""
        with self.pool.connection() as connection:
            connection.execute(rows.CLOSE, receipt)


class Holder:
    """Keeps every recipient's copy; a handler, and so a queue, for each of them."""

    name = "bench_holder"
    pool = Pool(rows.HOLDER_URL)
    dispatch = EventDispatcher()

    @rpc
    def listens(self) -> bool:
        """Answer when every queue of the service is there."""
        return True

    def adopt(self, recipient: str, event: dict[str, Any]) -> None:
        """Commit one copy, then say so."""
        copy = rows.taken(recipient, event)
        with self.pool.connection() as connection:
            if connection.execute(rows.ADMIT, copy).fetchone():
                held = connection.execute(rows.STORE, copy).fetchone()
                held["sequence"] = copy["sequence"]
            else:
                held = connection.execute(rows.HELD, copy).fetchone()
        self.dispatch("receipt_recorded", rows.receipt(copy, held["sequence"], held["hash"]))


def _handler(recipient: str) -> Callable[[Holder, dict[str, Any]], None]:
    def handle(self: Holder, event: dict[str, Any]) -> None:
        self.adopt(recipient, event)

    return handle


for _code in rows.RECIPIENTS:
    _handle = _handler(_code)
    _handle.__name__ = f"adopt_{_code}"
    setattr(Holder, _handle.__name__, event_handler("bench_owner", "agreement_changed")(_handle))


def main() -> None:
    """Run the service that the command line names."""
    runner = ServiceRunner({"AMQP_URI": rows.AMQP_URL, "max_workers": WORKERS})
    runner.add_service({"owner": Owner, "holder": Holder}[sys.argv[1]])
    runner.start()
    runner.wait()


if __name__ == "__main__":
    main()
