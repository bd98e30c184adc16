# SPDX-License-Identifier: EUPL-1.2
"""A campaign: a load, faults that overlap, rest, and then the verdict."""

import threading
import time
import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, Literal

from services.cli.stack.trouble import StackRefused
from tests.chaos.caller import Caller
from tests.chaos.catalogue import ON_DISKS, Fault, faults
from tests.chaos.duty import PATIENCE_SECONDS, on_duty, readied
from tests.chaos.errands import reconciled
from tests.chaos.evidence import RECEIVED, delivered, gather, unrest
from tests.chaos.field import Field, Struck, becomes
from tests.chaos.load import AT_ONCE, Load, Worker
from tests.chaos.places import Offerer
from tests.chaos.recorder import Recorder
from tests.chaos.schedule import rounds, schedule
from tests.chaos.stage import REGIONS
from tests.chaos.verdict import Verdict, judge

WARM_SECONDS = 3.0
PROBE_SECONDS = 300.0
REST_SECONDS = 300.0
OVERLAP: Mapping[str, int] = {"alone": 1, "together": 3}
# Agreements have more callers than places: each is heard of by up to 35 regions.
CREW = (Worker, Offerer, Worker)
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a campaign is to be; the same plan draws the same load and the same faults.

    With `single` it is so many strikes of each kind by itself, however long that takes; with
    `in_turn` these strikes, one after the other.
    """

    seed: int
    seconds: float = 0.0
    kinds: Collection[str] = ()
    faults: Literal["alone", "together"] = "together"
    pace_seconds: float = 0.25
    workers: int = AT_ONCE
    replicas: int = 1
    single: int = 0
    in_turn: Sequence[str] = ()


class Campaign:
    """One run of a plan against a stack of its own."""

    def __init__(
        self,
        plan: Plan,
        folder: Path,
        say: Say,
        field: Callable[[Path, Recorder], Field] = Field,
        known: Mapping[str, Fault] | None = None,
    ) -> None:
        self._plan = plan
        self._recorder = Recorder(folder / "chaos.jsonl")
        self._field = field(folder / "chaos", self._recorder)
        self._field.brief = plan.single > 0
        self._say = say
        self._halt = threading.Event()
        self._callers: list[Caller] = []
        self._employer = ""
        self._known = faults() if known is None else known
        self._numbers = count()
        self._places = {
            place: threading.Lock() for fault in self._known.values() for place in fault.places
        }
        self.deliveries = 0

    def run(self) -> Verdict:
        """Start the stack, strike it, let it rest, and judge; nothing is left behind."""
        plan = self._plan
        self._recorder.tell("campaign", seed=plan.seed, seconds=plan.seconds, single=plan.single)
        try:
            self._field.start(replicas=plan.replicas, disks=bool(ON_DISKS & set(plan.kinds)))
            self._rage()
            self._rest()
            self._recorder.add(gather(self._field.proof))
            self.deliveries = delivered(self._field.proof)
        finally:
            for caller in self._callers:
                caller.close()
            self._recorder.close()
            self._keep_log()
            self._field.end()
        return judge(self._recorder.records())

    def _rage(self) -> None:
        employer = self._worker("employer").employ()
        assert employer is not None, "no employer was registered"
        self._employer = employer
        self._field.worker = self._worker("errands")
        crew = [self._worker(n, CREW[n % len(CREW)]) for n in range(self._plan.workers)]
        load = Load(crew, self._plan.pace_seconds)
        load.start()
        self._halt.wait(WARM_SECONDS)
        self._say("the load runs; the faults begin")
        try:
            one_by_one = self._plan.single or self._plan.in_turn
            (self._strike_each if one_by_one else self._strike_all)()
        finally:
            self._say("the faults are over; every caller waits for its last answer")
            readied(self._field)
            load.stop()

    def _strike_all(self) -> None:
        plan, slots = self._plan, threading.Semaphore(OVERLAP[self._plan.faults])
        began = time.monotonic()

        def one(kind: str, number: int) -> None:
            with ExitStack() as slot:
                slot.callback(slots.release)
                struck = self._strike(kind, number)
                if plan.faults == "together":
                    slot.close()
                self._probe(kind, number, struck)

        with ThreadPoolExecutor() as threads:
            for moment, kind in schedule(plan.kinds, plan.seed, plan.seconds):
                self._halt.wait(max(0.0, began + moment - time.monotonic()))
                slots.acquire()
                if time.monotonic() - began >= plan.seconds:
                    break
                threads.submit(one, kind, next(self._numbers))

    def _strike_each(self) -> None:
        """Strike one after the other, each when the one before has been recovered from."""
        plan = self._plan
        for kind in plan.in_turn or rounds(plan.kinds, plan.seed, plan.single):
            number = next(self._numbers)
            self._probe(kind, number, self._strike(kind, number))
            readied(self._field)

    def _strike(self, kind: str, number: int) -> Struck:
        chance = Random(f"{self._plan.seed} {number}")  # noqa: S311 - repeatable
        fault, seen = self._known[kind], Struck(None, 0.0)
        told: dict[str, Any] = {"kind": kind, "number": number}
        try:
            with self._held(fault):
                told["begun"] = round(self._recorder.seconds, 3)
                seen = fault.strike(self._field, chance)
        except StackRefused as refused:
            self._recorder.tell("trouble", what="not back", why=f"{kind}: {refused}")
        except Exception:  # noqa: BLE001 - one strike that fails must not end the campaign
            told["failed"] = traceback.format_exc()
        self._recorder.tell("fault", effect=seen.effect, **told)
        self._say(f"{kind}: {seen.effect or 'nothing was seen of it'}")
        return seen

    def _held(self, fault: Fault) -> ExitStack:
        """Take hold of what a fault strikes, when no other fault does."""
        with ExitStack() as held:
            for place in sorted(fault.places):
                held.enter_context(self._places[place])
            return held.pop_all()

    def _probe(self, kind: str, number: int, struck: Struck) -> None:
        """Measure how long it takes until a new publication is received everywhere."""
        if struck.effect is None:
            return
        subject = {"subject": f"agreement/{self._worker(f'probe {number}').publish_to_all()}"}

        def received() -> bool:
            return len(self._field.proof.rows("agreements", RECEIVED, subject)) == len(REGIONS)

        if not becomes(received, PATIENCE_SECONDS):
            self._say(f"{kind}: late; somebody looks")
            on_duty(self._field)
        if not becomes(received, PROBE_SECONDS):
            self._recorder.tell("trouble", what="no recovery", why=f"after {kind}")
            return
        seconds = round(time.monotonic() - struck.gone, 3)
        self._recorder.tell("recovery", kind=kind, number=number, seconds=seconds)

    def _rest(self) -> None:
        """Wait until nothing is on its way any more; what never rests is trouble."""
        self._say("the load is over; everything is compared, and rests when nothing is owed")
        on_duty(self._field)
        reconciled(self._field)
        if not becomes(lambda: not unrest(self._field.proof), REST_SECONDS):
            for what in unrest(self._field.proof)[:50]:
                self._recorder.tell("trouble", what="no rest", why=what)

    def _worker(self, name: object, of: type[Worker] = Worker) -> Worker:
        chance = Random(f"{self._plan.seed} {name}")  # noqa: S311 - repeatable
        return of(self._caller(), self._employer, chance)

    def _caller(self) -> Caller:
        stack, first = self._field.stack, len(self._callers)
        self._callers.append(Caller(lambda: stack.doors, first, stack.tokens, self._recorder))
        return self._callers[-1]

    def _keep_log(self) -> None:
        log = self._recorder.path.with_suffix(".log")
        log.write_text("\n".join(self._field.records.lines), encoding="utf-8")
