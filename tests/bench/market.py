# SPDX-License-Identifier: EUPL-1.2
"""Those who offer places, those who find candidates, and the coordinator who looks on.

No step is taken by force: whoever must hear of something first is asked until it has.
"""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self, TypeVar

from services.cli.client import Gateway, Refused
from services.cli.progress import hinted
from services.cli.tokens import Bearer
from shared.contracts import reference
from tests import iss
from tests.bench.load import LOOK_SECONDS, Stuck
from tests.servers import RunningStack
from tests.whose import usual

PATIENCE_SECONDS = 60.0
WARM_UP = 3
NEEDED_IN = timedelta(days=60)
# What a service has not heard of yet: an agreement, its regions, a place, a step of it.
NOT_YET = frozenset({404, 409, 412, 422})
SIGNED = {"signedOn": "2026-01-05", "employerSignedOn": "2026-01-05"}
MILLI = 1000
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Followed:
    """When a place was counted, since its offer, and each step seen, since its asking; in ms."""

    counted_ms: float
    seen_ms: Mapping[str, float]


class Market:
    """One agreement that every region accepted, and those who offer, find and look on."""

    def __init__(self, running: RunningStack) -> None:
        self.running = running
        self.offered: list[str] = []
        self.confirmed: list[str] = []
        self._leaving = ExitStack()
        self._regions = sorted(reference.region_codes())
        self._where = {one.region: one.code for one in reference.municipalities()}

    def __enter__(self) -> Self:
        """Publish the agreement, have every region accept it, and place somebody in a few."""
        self._coordinator = self._leaving.enter_context(self.asking())
        self._wait = self._leaving.enter_context(hinted(self._coordinator))
        self.agreement = self._agreed()
        for region in self._regions[:WARM_UP]:
            self.follow(region)
        return self

    def __exit__(self, *_: object) -> None:
        """Leave."""
        self._leaving.close()

    def asking(self) -> Gateway:
        """Give a way in, for everybody: each thing is asked by whose work it is."""
        return Gateway(self.running.base_url, Bearer(self.running.tokens, usual))

    def region(self, number: int) -> str:
        """Take the regions in turn."""
        return self._regions[number % len(self._regions)]

    def follow(self, region: str) -> Followed:
        """Take one place from its offer to its start; each step, and the count, is looked for."""
        seen, began = dict[str, float](), time.perf_counter()
        place = self.offer(self._coordinator, region)
        seen["offered"] = self._seen(place, "offered", began)
        for step, take in (("picked_up", self.pick_up), ("confirmed", self.confirm)):
            since = time.perf_counter()
            take(self._coordinator, region, place)
            seen[step] = self._seen(place, step, since)
        self._until(lambda: self.counted() == len(self.confirmed))
        counted = (time.perf_counter() - began) * MILLI
        path, since = f"/placements/{place}", time.perf_counter()
        soon(lambda: self._coordinator.change("POST", f"{path}/starts", {}, of=path))
        seen["started"] = self._seen(place, "started", since)
        return Followed(counted, seen)

    def offer(self, asking: Gateway, region: str) -> str:
        """Offer a place in a region."""
        body = {
            "agreementId": self.agreement,
            "function": "Medewerker schoonmaak",
            "sector": "facilitair",
            "workplace": {"municipality": self._where[region]},
            "hoursPerWeek": 25.5,
            "neededBy": (datetime.now(UTC) + NEEDED_IN).date().isoformat(),
        }
        place = str(soon(lambda: asking.send("POST", "/placements", body).body["id"]))
        self.offered.append(place)
        return place

    def pick_up(self, asking: Gateway, region: str, place: str) -> None:
        """Have the desk pick a place up, as soon as it stands there."""
        path = f"/regions/{region}/placements/{place}/decisions"
        soon(lambda: asking.send("POST", path, {"decision": "picked-up"}))

    def confirm(self, asking: Gateway, region: str, place: str) -> None:
        """Have the desk find a candidate and confirm the place."""
        made = asking.send("POST", f"/regions/{region}/candidate-references", {}).body
        body = {
            "decision": "confirmed",
            "candidateReference": made["candidateReference"],
            "targetGroups": ["p_wet_langdurig"],
            "inRegister": False,
            "criterionMet": True,
            "instruments": [{"code": "loonkostensubsidie", "wageValue": 61}],
        }
        path = f"/regions/{region}/placements/{place}/decisions"
        soon(lambda: asking.send("POST", path, body))
        self.confirmed.append(place)

    def counted(self) -> int:
        """Read how many places were confirmed, as the coordinator counts them."""
        told = self._coordinator.get("/placement-counts", agreementId=self.agreement, pageSize=1)
        return int(told.body["overall"]["confirmed"])

    def _agreed(self) -> str:
        asking, now = self._coordinator, datetime.now(UTC).isoformat()
        employer = asking.send("POST", "/employers", {"name": "ISS Facility Services"}).body["id"]
        terms = {**iss.TERMS, **iss.CONSENT, "startsOn": "2026-01-01", "title": f"Meting {now}"}
        draft = {**terms, "employerId": employer, "participants": "all"}
        agreement = soon(lambda: asking.send("POST", "/agreements", draft).body["id"])
        path = f"/agreements/{agreement}"
        asking.change("POST", f"{path}/publications", {}, of=path)
        signed = {"decision": "accepted", **SIGNED}
        for region in self._regions:
            of_region = f"/regions/{region}{path}/decisions"
            soon(lambda of_region=of_region: asking.send("POST", of_region, signed))
        return str(agreement)

    def _seen(self, place: str, state: str, since: float) -> float:
        """Look until the coordinator sees a place so; give the milliseconds that it took."""
        path = f"/placements/{place}"
        self._until(lambda: bool(self._coordinator.get(path).body["state"] == state))
        return (time.perf_counter() - since) * MILLI

    def _until(self, fact: Callable[[], bool]) -> None:
        """Look again at every hint: looking all the time would measure the looking."""
        until = time.monotonic() + PATIENCE_SECONDS
        while not fact():
            if time.monotonic() > until:
                raise Stuck("a place does not go on")
            self._wait()


def soon(ask: Callable[[], Answer]) -> Answer:
    """Ask until word of it has come to whoever answers."""
    until, pause = time.monotonic() + PATIENCE_SECONDS, threading.Event()
    while True:
        try:
            return ask()
        except Refused as refused:
            if refused.problem.get("status") not in NOT_YET or time.monotonic() > until:
                raise
        pause.wait(LOOK_SECONDS)
