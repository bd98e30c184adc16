# SPDX-License-Identifier: EUPL-1.2
"""Faults of a process: it dies, at any moment or at a named one, freezes, or is away."""

import time
from random import Random

import httpx
import psutil

from tests.chaos.field import Field, Struck, linger, struck
from tests.waiting import wait_until

SEEN_SECONDS = 30.0
# Points that nothing passes unless somebody asks for it.
ASKED_FOR = {"reconcile.after-check": "/operations/reconciliations"}


def killed(name: str, field: Field, _chance: Random) -> Struck:
    """Kill a process with -9."""
    before = field.stack.pids[name]
    field.stack.kill(name)
    gone = time.monotonic()
    field.stack.wait_ready(name)
    return struck(f"{name}: process {before} is {field.stack.pids[name]} now", gone)


def killed_at(name: str, point: str, field: Field, chance: Random) -> Struck:
    """Have a service die by SIGKILL at a point with a name."""
    passing = 1 if point in ASKED_FOR else chance.randint(1, 5)
    field.stack.stop(name)
    field.stack.start_doomed(name, f"{point}:{passing}")
    try:
        if point in ASKED_FOR:
            httpx.post(f"{field.stack.base_url}/v1{ASKED_FOR[point]}", json={}, timeout=10)
        wait_until(lambda: field.stack.restarts(name), SEEN_SECONDS)
        gone = time.monotonic()
        field.stack.wait_ready(name)
    except (AssertionError, httpx.TransportError):
        # Nothing passed there in time: it must not die later, when nobody looks.
        field.stack.restart(name)
        return struck(None)
    return struck(f"{name} died at {point}:{passing} and is {field.stack.pids[name]} now", gone)


def frozen(name: str, field: Field, chance: Random) -> Struck:
    """Stop a process in its tracks for a while, and let it go on as if nothing had been."""
    process, seconds = field.process(name), chance.uniform(5, 20)
    process.suspend()
    try:
        wait_until(lambda: process.status() == psutil.STATUS_STOPPED)
        linger(seconds)
        unanswered = _silent(field.stack.admin_url(name))
    finally:
        process.resume()
    return struck(f"{name} answered nothing for {seconds:.0f} s" if unanswered else None)


def away(name: str, field: Field, chance: Random) -> Struck:
    """Stop a service in order, and start it after a while."""
    seconds = chance.uniform(3, 15)
    field.stack.stop(name)
    refused = field.refuses(name)
    linger(seconds)
    gone = time.monotonic()
    field.stack.start(name)
    return struck(f"{name} was away for {seconds:.0f} s" if refused else None, gone)


def _silent(admin_url: str) -> bool:
    try:
        httpx.get(f"{admin_url}/healthz", timeout=1)
    except httpx.TransportError:
        return True
    return False
