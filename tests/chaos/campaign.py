# SPDX-License-Identifier: EUPL-1.2
"""A campaign: a load, faults that overlap, rest, and then the verdict."""

import threading
import time
import traceback
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Literal

import psycopg

from services.cli.stack.trouble import StackRefused
from shared.contracts.reference import region_codes
from tests.chaos.caller import Caller, Command
from tests.chaos.catalogue import Fault, faults
from tests.chaos.evidence import DELIVERED, RECEIVED, gather, unrest
from tests.chaos.field import Field
from tests.chaos.load import AT_ONCE, Load, Worker
from tests.chaos.recorder import Recorder
from tests.chaos.schedule import schedule
from tests.chaos.verdict import Verdict, judge
from tests.waiting import wait_until

EMPLOYER = "ISS Facility Services"
WARM_SECONDS = 3.0
PROBE_SECONDS = 120.0
REST_SECONDS = 180.0
OVERLAP: Mapping[str, int] = {"alone": 1, "together": 3}
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a campaign is to be; the same plan draws the same load and the same faults."""

    seed: int
    seconds: float
    kinds: Collection[str]
    faults: Literal["alone", "together"] = "together"
    pace_seconds: float = 0.4
    workers: int = AT_ONCE


class Campaign:
    """One run of a plan against a stack of its own."""

    def __init__(self, plan: Plan, folder: Path, say: Say) -> None:
        self._plan = plan
        self._field = Field(folder / "chaos")
        self._recorder = Recorder(folder / "chaos.jsonl")
        self._say = say
        self._halt = threading.Event()
        self._callers: list[Caller] = []
        self._employer = ""
        known = faults()
        self._places = {
            place: threading.Lock() for fault in known.values() for place in fault.places
        }
        self._known = known
        self.deliveries = 0

    def run(self) -> Verdict:
        """Start the stack, strike it, let it rest, and judge; nothing is left behind."""
        self._recorder.tell("campaign", seed=self._plan.seed, seconds=self._plan.seconds)
        try:
            self._field.start()
            self._rage()
            self._rest()
            self._recorder.add(gather(self._field.proof))
            found = self._field.proof.rows("agreements", DELIVERED)
            self.deliveries = found[0]["rows"]
        finally:
            for caller in self._callers:
                caller.close()
            self._recorder.close()
            self._keep_log()
            self._field.end()
        return judge(self._recorder.records())

    def _rage(self) -> None:
        employer = self._caller().do(
            Command("employer", "POST", "/employers", {"name": EMPLOYER}, marked=False)
        )
        assert employer is not None, "no employer was registered"
        self._employer = employer["id"]
        load = Load([self._worker(n) for n in range(self._plan.workers)], self._plan.pace_seconds)
        load.start()
        self._halt.wait(WARM_SECONDS)
        self._say("the load runs; the faults begin")
        try:
            self._strike_all()
        finally:
            self._say("the faults are over; every caller waits for its last answer")
            self._field.wait_ready()
            load.stop()

    def _strike_all(self) -> None:
        plan, slots = self._plan, threading.Semaphore(OVERLAP[self._plan.faults])
        began = time.monotonic()
        with ThreadPoolExecutor() as threads:
            for number, (moment, kind) in enumerate(schedule(plan.kinds, plan.seed, plan.seconds)):
                self._halt.wait(max(0.0, began + moment - time.monotonic()))
                slots.acquire()
                if time.monotonic() - began >= plan.seconds:
                    break
                threads.submit(self._strike, self._known[kind], number, slots)

    def _strike(self, fault: Fault, number: int, slots: threading.Semaphore) -> None:
        chance = Random(f"{self._plan.seed} {number}")  # noqa: S311 - repeatable
        told: dict[str, Any] = {"kind": fault.kind, "effect": None}
        gone = time.monotonic()
        try:
            with ExitStack() as held:
                for place in sorted(fault.places):
                    held.enter_context(self._places[place])
                told["begun"] = round(self._recorder.seconds, 3)
                struck = fault.strike(self._field, chance)
                told["effect"], gone = struck.effect, struck.gone
        except StackRefused as refused:
            self._recorder.tell("trouble", what="not back", why=f"{fault.kind}: {refused}")
        except Exception:  # noqa: BLE001 - one strike that fails must not end the campaign
            told["failed"] = traceback.format_exc()
        self._recorder.tell("fault", **told)
        self._say(f"{fault.kind}: {told['effect'] or 'nothing was seen of it'}")
        alone = self._plan.faults == "alone"
        if not alone:
            slots.release()
        if told["effect"]:
            self._probe(fault.kind, number, gone)
        if alone:
            slots.release()

    def _probe(self, kind: str, number: int, gone: float) -> None:
        """Measure how long it takes until a new publication is received everywhere."""
        worker = self._worker(f"probe {number}")

        def received() -> bool:
            question = {"subject": f"agreement/{agreement}"}
            [row] = self._field.proof.rows("agreements", RECEIVED, question)
            return bool(row["rows"] == len(region_codes()))

        try:
            agreement = worker.publish_to_all()
            wait_until(lambda: _asked(received), PROBE_SECONDS)
        except AssertionError:
            self._recorder.tell("trouble", what="no recovery", why=f"after {kind}")
            return
        self._recorder.tell("recovery", kind=kind, seconds=round(time.monotonic() - gone, 3))

    def _rest(self) -> None:
        """Wait until nothing is on its way any more; what never rests is trouble."""
        self._say("the load is over; waiting until nothing is owed")
        try:
            wait_until(lambda: not unrest(self._field.proof), REST_SECONDS)
        except AssertionError:
            for what in unrest(self._field.proof)[:50]:
                self._recorder.tell("trouble", what="no rest", why=what)

    def _worker(self, name: object) -> Worker:
        chance = Random(f"{self._plan.seed} {name}")  # noqa: S311 - repeatable
        return Worker(self._caller(), self._employer, chance)

    def _caller(self) -> Caller:
        self._callers.append(Caller(self._field.stack.base_url, self._recorder))
        return self._callers[-1]

    def _keep_log(self) -> None:
        log = self._recorder.path.with_suffix(".log")
        log.write_text("\n".join(self._field.records.lines), encoding="utf-8")


def _asked(question: Callable[[], bool]) -> bool:
    """Ask a database that may be away: then it is not so yet."""
    try:
        return question()
    except psycopg.OperationalError:
        return False
