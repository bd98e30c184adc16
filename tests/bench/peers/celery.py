# SPDX-License-Identifier: EUPL-1.2
"""Celery with acks_late and quorum queues: outbox, gate, receipts and ledger, a commit a task.

A task cannot be sent to many, so the relay sends one for each recipient, confirmed, by several
threads; it marks a window in one statement.

    python -m tests.bench.peers.celery owner|holder
"""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import orjson
import psycopg
from celery import Celery
from kombu import Exchange, Queue
from psycopg.rows import dict_row

from tests.bench.peers import rows

PROCESSES = {"owner": 2, "holder": 4}
SENDERS = 8
RECEIPTS = "celery.receipts"


def queue_of(recipient: str) -> str:
    """Name the queue of a recipient."""
    return f"celery.{recipient}"


def _queue(name: str) -> Queue:
    return Queue(name, Exchange("celery"), routing_key=name, queue_arguments=dict(rows.QUORUM))


app = Celery("bench", broker=rows.AMQP_URL)
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_queues=[_queue(name) for name in (RECEIPTS, *map(queue_of, rows.RECIPIENTS))],
    task_create_missing_queues=False,
    broker_transport_options={"confirm_publish": True},
    broker_connection_retry_on_startup=True,
    worker_prefetch_multiplier=8,
    worker_hijack_root_logger=False,
    worker_detect_quorum_queues=True,
)


@cache
def session(url: str) -> psycopg.Connection[dict[str, Any]]:
    """Give this process its connection."""
    return psycopg.connect(url, row_factory=dict_row)


@app.task(name="adopt")
def adopt(recipient: str, event: dict[str, Any]) -> None:
    """Commit one copy and the receipt of it."""
    copy, connection = rows.taken(recipient, event), session(rows.HOLDER_URL)
    with connection.transaction():
        if connection.execute(rows.ADMIT, copy).fetchone():
            held = connection.execute(rows.STORE, copy).fetchone()
            held["sequence"] = copy["sequence"]
        else:
            held = connection.execute(rows.HELD, copy).fetchone()
        said = orjson.dumps(rows.receipt(copy, held["sequence"], held["hash"]))
        connection.execute(rows.SEND_RECEIPT, {"body": said})


@app.task(name="close")
def close(receipt: dict[str, Any]) -> None:
    """Close one row of the ledger."""
    connection = session(rows.OWNER_URL)
    with connection.transaction():
        connection.execute(rows.CLOSE, receipt)


def relay(url: str) -> None:
    """Send what stands in an outbox, for ever."""
    with (
        psycopg.connect(url, autocommit=True, row_factory=dict_row) as session,
        ThreadPoolExecutor(SENDERS) as senders,
    ):
        session.execute("LISTEN outbox")
        while True:
            found = session.execute(rows.UNSENT, {"window": rows.WINDOW}).fetchall()
            if not found:
                for _ in session.notifies(timeout=1.0, stop_after=1):
                    pass
                continue
            list(senders.map(_send, [part for row in found for part in _tasks(row)]))
            session.execute(rows.MARK_SENT, {"ids": [row["id"] for row in found]})


def _tasks(row: dict[str, Any]) -> list[tuple[Any, list[Any], str]]:
    said = orjson.loads(row["body"])
    if row["exchange"] == "notices":
        return [(close, [said], RECEIPTS)]
    return [(adopt, [one, said], queue_of(one)) for one in row["audience"]]


def _send(task: tuple[Any, list[Any], str]) -> None:
    call, arguments, queue = task
    call.apply_async(arguments, queue=queue)


def main(role: str) -> None:
    """Run a worker, and the relay of its database beside it."""
    url = {"owner": rows.OWNER_URL, "holder": rows.HOLDER_URL}[role]
    queues = {"owner": [RECEIPTS], "holder": [queue_of(one) for one in rows.RECIPIENTS]}[role]
    threading.Thread(target=relay, args=[url], daemon=True).start()
    subprocess.run(
        [
            *(sys.executable, "-W", "ignore", "-m", "celery", "-A", __spec__.name, "worker"),
            *("-Q", ",".join(queues), "-c", str(PROCESSES[role]), "-n", f"{role}@bench"),
            *("--without-gossip", "--without-mingle", "-l", "WARNING"),
        ],
        check=False,
        env=dict(os.environ),
    )


if __name__ == "__main__":
    main(sys.argv[1])
