# SPDX-License-Identifier: EUPL-1.2
"""Faults of a process: it dies, at any moment or at a named one, freezes, or is away."""

import signal
import threading
import time
from contextlib import suppress
from random import Random

import httpx
import psutil

from tests.chaos.errands import ERRANDS
from tests.chaos.evidence import RECEIVED
from tests.chaos.field import Field, Struck, becomes, linger, struck
from tests.chaos.stage import APART, APART_NAME, REGIONS
from tests.waiting import wait_until

SEEN_SECONDS = 60.0
ANSWER_SECONDS = 20.0


def killed(service: str, field: Field, chance: Random) -> Struck:
    """Kill a process with -9."""
    name = chance.choice([service, *field.stack.siblings_of(service)])
    before = field.stack.pids[name]
    field.stack.kill(name)
    gone = time.monotonic()
    field.stack.wait_ready(name)
    return struck(f"{name}: process {before} is {field.stack.pids[name]} now", gone)


def lost(name: str, field: Field, _chance: Random) -> Struck:
    """Kill a process with -9, and leave it dead until the others have done all of the work."""
    died, took = without(name, field)
    gone = time.monotonic()
    field.stack.begin(name)
    field.stack.wait_ready(name)
    told = f"{name}: process {died} was dead, and the others gave all in {took} s"
    return struck(told if took is not None else None, gone)


def without(name: str, field: Field) -> tuple[int | None, float | None]:
    """Kill a process, and give the seconds in which a publication then came everywhere."""
    died = field.stack.pids[name]
    field.stack.lose(name)
    began = time.monotonic()
    agreement = field.worker.publish_to_all()
    question = {"subject": f"agreement/{agreement}"}

    def received() -> bool:
        return len(field.proof.rows("agreements", RECEIVED, question)) == len(REGIONS)

    came = agreement is not None and becomes(received, SEEN_SECONDS)
    return died, round(time.monotonic() - began, 1) if came else None


def killed_at(name: str, point: str, field: Field, chance: Random) -> Struck:
    """Have a service die by SIGKILL at a point with a name, no other process doing its work."""
    stack, errand = field.stack, ERRANDS.get((name, point))
    # What passes by itself does so many times; an errand is run once.
    passing = 1 if errand else chance.randint(1, 5)
    others = _rivals(field, name, point)
    stack.stop(name, *others)
    alone = {"SCHAKEL_REGIONS": "all"} if APART_NAME in others else {}
    doomed = stack.doom(name, f"{point}:{passing}", **alone)
    becomes(lambda: doomed.poll() is not None or stack.is_ready(name), SEEN_SECONDS)
    if errand:
        threading.Thread(target=errand, args=[field, chance], daemon=True).start()
    ended = becomes(lambda: doomed.poll() is not None, SEEN_SECONDS)
    gone = time.monotonic()
    # Of a server that is away a process dies too, by its own hand.
    died = doomed.returncode == -signal.SIGKILL
    if not ended:
        # Nothing passed there in time: it must not die later, when nobody looks.
        stack.stop(name)
        stack.begin(name)
    for other in others:
        stack.begin(other)
    for each in (name, *others):
        stack.wait_ready(each)
    told = f"{name} died at {point}:{passing} and is {stack.pids[name]} now"
    return struck(told if died else None, gone)


def _rivals(field: Field, name: str, point: str) -> list[str]:
    """Name who else would do the work; who serves a region apart only shares the desk's work."""
    others = field.stack.siblings_of(name)
    return others if point.startswith("replay") else [one for one in others if one != APART_NAME]


def frozen(name: str, field: Field, chance: Random) -> Struck:
    """Stop a process in its tracks for a while, and let it go on as if nothing had been."""
    process, seconds = field.process(name), field.length(chance, 5, 20)
    process.suspend()
    try:
        wait_until(lambda: process.status() == psutil.STATUS_STOPPED)
        linger(seconds)
        unanswered = _silent(field.stack.admin_url(name))
    finally:
        process.resume()
    return struck(f"{name} answered nothing for {seconds:.0f} s" if unanswered else None)


def away(service: str, field: Field, chance: Random) -> Struck:
    """Stop every process of a service in order, and start them after a while."""
    names = [service, *field.stack.siblings_of(service)]
    seconds = field.length(chance, 3, 15)
    field.stack.stop(*names)
    refused = all(map(field.refuses, names))
    linger(seconds)
    gone = time.monotonic()
    for name in names:
        field.stack.begin(name)
    for name in names:
        field.stack.wait_ready(name)
    return struck(f"{service} was away for {seconds:.0f} s" if refused else None, gone)


def region_away(field: Field, chance: Random) -> Struck:
    """Stop the process that serves one region alone: the others get what it does not."""
    names = [name for name in field.stack.siblings_of("regions") if name != APART_NAME]
    seconds = field.length(chance, 3, 15)
    # Who stands by for all regions would serve this one too.
    field.stack.stop(APART_NAME, *names)
    try:
        agreement = field.worker.publish_to_all()
        question = {"subject": f"agreement/{agreement}"}

        def others_have_it() -> bool:
            got = {row["recipient"] for row in field.proof.rows("agreements", RECEIVED, question)}
            return APART not in got and len(got) == len(REGIONS) - 1

        seen = agreement is not None and becomes(others_have_it, ANSWER_SECONDS)
        linger(seconds)
    finally:
        gone = time.monotonic()
        for name in (APART_NAME, *names):
            field.stack.begin(name)
    for name in (APART_NAME, *names):
        field.stack.wait_ready(name)
    told = f"{APART} alone lacked what {len(REGIONS) - 1} others received"
    return struck(told if seen else None, gone)


def _silent(admin_url: str) -> bool:
    with suppress(httpx.TransportError):
        httpx.get(f"{admin_url}/healthz", timeout=1)
        return False
    return True
