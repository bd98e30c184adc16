# SPDX-License-Identifier: EUPL-1.2
"""Latency on an idle system: one agreement after another, from its transaction to 35 receipts."""

import threading
import time
from datetime import datetime

import psycopg

from shared.contracts import Json
from tests.bench.ground import OWNER, Ground, Place
from tests.bench.load import Load, Publish, Stuck, states
from tests.bench.running import started
from tests.bench.systems import System

PAUSE_SECONDS = 0.05
PATIENCE_SECONDS = 30.0

# Whoever closes rows of the ledger wakes the one who measures: looking all the time would disturb.
_WAKE = """
CREATE FUNCTION bench_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('bench_closed', '');
    RETURN NULL;
END
$$;
GRANT EXECUTE ON FUNCTION bench_closed() TO PUBLIC;
CREATE TRIGGER bench_closed AFTER UPDATE OF state ON deliveries
FOR EACH STATEMENT EXECUTE FUNCTION bench_closed();
"""
_LEDGER = """
SELECT min(created_at) AS began, count(*) FILTER (WHERE state = 'received') AS received
FROM deliveries WHERE subject = %s
"""


def latencies(system: System, ground: Ground, *, count: int) -> list[float]:
    """Give the milliseconds of so many agreements, each on a system that does nothing else."""
    place = ground.place()
    with psycopg.connect(place.watched[OWNER], autocommit=True) as ledger:
        ledger.execute(_WAKE)
        ledger.execute("LISTEN bench_closed")
        with started(system, place, ground), system.load(place) as publish:
            Load(place.watched[OWNER], publish, 1, 1).run(2.0)
            return [_one(ledger, publish, place) for _ in range(count)]


def _one(ledger: psycopg.Connection, publish: Publish, place: Place) -> float:
    threading.Event().wait(PAUSE_SECONDS)
    [state] = states(1)
    publish([state])
    began, ended = _received(ledger, state, len(place.recipients))
    return (ended - began.timestamp()) * 1000


def _received(ledger: psycopg.Connection, state: Json, recipients: int) -> tuple[datetime, float]:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        for _ in ledger.notifies(timeout=0.5, stop_after=1):
            pass
        ended = time.time()
        row = ledger.execute(_LEDGER, [f"agreement/{state['id']}"]).fetchone()
        if row is not None and row[1] == recipients:
            return row[0], ended
    raise Stuck("an agreement did not arrive on an idle system")
