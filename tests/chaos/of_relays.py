# SPDX-License-Identifier: EUPL-1.2
"""A zombie: a relay that stood still while another took its place, and then goes on."""

import time
from random import Random

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.chaos.field import Field, Struck, becomes, linger, struck
from tests.chaos.stage import REGIONS

FROZEN_SECONDS = 60.0
AWAKE_SECONDS = 5.0
TAKEN_SECONDS = 30.0
HELD = "schakel_relay_lock_held"
SENT = "schakel_outbox_published_total"
# The server gives up the session, as after a cut line; the lock goes with it.
END_SESSION = """
SELECT pg_terminate_backend(held.pid) FROM pg_locks AS held
JOIN pg_database AS home ON home.oid = held.database
WHERE held.locktype = 'advisory' AND held.granted AND home.datname = 'schakel_agreements'
"""
ARRIVED = "SELECT recipient FROM gate WHERE subject = %(subject)s"


def zombie(field: Field, _chance: Random) -> Struck:
    """Freeze the owner of an outbox for a minute, its lock lost; another relays; then wake it."""
    stack = field.stack
    stand_by = stack.siblings_of("agreements")
    name = stand_by[0] if stand_by else stack.admit("agreements-standby", "agreements")
    try:
        if not stand_by:
            stack.start(name)
        pair = ("agreements", name)
        becomes(lambda: any(_figure(field, one, HELD) for one in pair), TAKEN_SECONDS)
        owner, other = sorted(pair, key=lambda one: _figure(field, one, HELD), reverse=True)
        effect = _outlived(field, owner, other)
    finally:
        if not stand_by:
            stack.dismiss(name)
    return struck(effect)


def _outlived(field: Field, owner: str, other: str) -> str:
    process, until = field.process(owner), time.monotonic() + FROZEN_SECONDS
    process.suspend()
    try:
        field.ask_admin(END_SESSION)
        taken = becomes(lambda: _figure(field, other, HELD) == 1, TAKEN_SECONDS)
        agreement = field.worker.publish_to_all()
        question = {"subject": f"agreement/{agreement}"}

        # Receipts may come later, when the broker finds that who consumed them stands still.
        def arrived() -> bool:
            return len(field.proof.rows("regions", ARRIVED, question)) == len(REGIONS)

        sent = becomes(arrived, until - time.monotonic())
        linger(max(0.0, until - time.monotonic()))
    finally:
        process.resume()
    still = _keeps_still(field, owner)
    assert taken, f"{other} did not take the lock"
    assert sent, f"{other} did not send for {owner}"
    assert still, f"{owner} took the lock back"
    return f"{other} sent for {owner}, which then woke and sent nothing"


def _keeps_still(field: Field, owner: str) -> bool:
    """Tell whether the one that woke has no lock; that it sends without one is trouble."""
    before = _figure(field, owner, SENT)
    held = becomes(lambda: _figure(field, owner, HELD) == 1, AWAKE_SECONDS)
    after = _figure(field, owner, SENT)
    if not held and after > before:
        why = f"{owner} sent {after - before:.0f} rows without the lock"
        field.recorder.tell("trouble", what="zombie", why=why)
    return not held


def _figure(field: Field, name: str, metric: str) -> float:
    """Read one figure of a process, its labels summed."""
    page = httpx.get(f"{field.stack.admin_url(name)}/metrics", timeout=10).text
    return sum(
        sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
        if sample.name == metric
    )
