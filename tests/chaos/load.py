# SPDX-License-Identifier: EUPL-1.2
"""The load: agreements live in many threads at once, each from its registration to its end."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from string import ascii_lowercase

from shared.contracts.reference import region_codes
from tests.chaos.caller import Caller, Command, Json, Owed
from tests.faults.storm import AMENDED, TERMS

AT_ONCE = 6
STEPS_OF_A_LIFE = 14
# A region may not have heard yet of what it is to decide on, or of its place in it.
NOT_YET = frozenset({404, 409})
# And agreements may not have heard yet of a new employer.
UNKNOWN = frozenset({422})
STEPS = ("amend", "amend", "suspend", "suspend", "leave", "join", "decide")
NAME = "ISS Facility Services"
# A service that keeps a copy of every employer is one recipient.
KEEPERS = ("agreements", "regions")
RENAMED_EVERY = 3
FOR_ALL = 0.7


@dataclass(slots=True)
class Life:
    """One agreement as its only caller knows it."""

    id: str
    regions: set[str]
    suspended: bool = False
    left: set[str] = field(default_factory=set)

    @property
    def path(self) -> str:
        """Where it stands."""
        return f"/agreements/{self.id}"


class Worker:
    """Lives one agreement after the other, drawing each step from its own chance."""

    steps: Sequence[str] = STEPS
    length = STEPS_OF_A_LIFE

    def __init__(self, caller: Caller, employer: str, chance: Random) -> None:
        self._caller = caller
        self._employer = employer
        self._chance = chance
        self._before: Life | None = None

    def run(self, halt: threading.Event, pace_seconds: float) -> None:
        """Live until told to stop, with an employer that nobody else changes."""
        self._employer = self.employ() or self._employer
        while not halt.is_set():
            if self._chance.randrange(RENAMED_EVERY) == 0:
                self.rename()
            life = self.begin()
            for _ in range(self.length):
                if life is None or halt.wait(pace_seconds * self._chance.uniform(0.5, 1.5)):
                    break
                self._step(life)
            self._before = life or self._before
            halt.wait(pace_seconds)

    def begin(self) -> Life | None:
        """Begin a new life; nothing where that was not acknowledged."""
        return self._register()

    def employ(self) -> str | None:
        """Register an employer; give it, if that was acknowledged."""
        body = {"name": self._name()}
        registered = self._caller.do(Command("employer", "POST", "/employers", body))
        return None if registered is None else str(registered["id"])

    def rename(self) -> None:
        """Give the employer another name."""
        path = f"/employers/{self._employer}"
        owes = Owed(KEEPERS, f"employer/{self._employer}")
        body = {"name": self._name()}
        self._caller.do(Command("renaming", "PATCH", path, body, path, owes=owes))

    def provide(self) -> str | None:
        """Register a support provider that works everywhere; give its name, if acknowledged."""
        body = {"name": f"Aanbieder {self._word()}", "regions": "all"}
        registered = self._caller.do(Command("provider", "POST", "/support-providers", body))
        return None if registered is None else str(registered["name"])

    def ask(self, command: Command) -> Json | None:
        """Ask for anything else."""
        return self._caller.do(command)

    def publish_to_all(self, **terms: str) -> str | None:
        """Publish a new agreement to every region; give it, if it was acknowledged."""
        life = self._register("all", terms)
        return None if life is None else life.id

    def join_one(self) -> None:
        """Publish a new agreement to some regions, and have another one join."""
        life = self._register("some")
        if life is not None:
            self._join(life)

    def _name(self) -> str:
        return f"{NAME} {self._word()}"

    def _word(self) -> str:
        """Draw a word that nobody drew before, without digits: they might read as a BSN."""
        return "".join(self._chance.choices(ascii_lowercase, k=14))

    def _register(
        self, participants: str | None = None, terms: Mapping[str, object] | None = None
    ) -> Life | None:
        codes = sorted(region_codes())
        some = self._chance.sample(codes, self._chance.randint(5, 30))
        drawn = "all" if self._chance.random() < FOR_ALL else "some"
        invited = some if (participants or drawn) == "some" else "all"
        title = f"Afspraken {self._word()}"
        whose = {"title": title, "employerId": self._employer, "participants": invited}
        body = {**TERMS, **(terms or {}), **whose}
        registered = self._caller.do(
            Command("registration", "POST", "/agreements", body, tolerated=UNKNOWN)
        )
        if registered is None:
            return None
        life = Life(registered["id"], set(codes if invited == "all" else some))
        return life if self._announce(life, "publications", {}) is not None else None

    def _step(self, life: Life) -> None:
        if life.suspended:
            if self._announce(life, "resumptions", {}) is not None:
                life.suspended = False
            return
        getattr(self, f"_{self._chance.choice(self.steps)}")(life)

    def _amend(self, life: Life) -> None:
        path = f"{life.path}/amendments"
        provider = f"Aanbieder {self._word()}"
        special = {"specialistProvider": provider, "specialistNeeds": ["zwaar"]}
        body = {**AMENDED, "guidance": {**TERMS["guidance"], **special}}
        if self._caller.do(Command("amendment", "POST", path, body, life.path)) is not None:
            self._announce(life, "publications", {})

    def _suspend(self, life: Life) -> None:
        if self._announce(life, "suspensions", {}) is not None:
            life.suspended = True

    def _leave(self, life: Life) -> None:
        if not life.regions:
            return
        region = self._chance.choice(sorted(life.regions))
        path = f"{life.path}/participants/{region}"
        # Until the answer is there nobody knows whether it still takes part.
        life.regions.discard(region)
        if self._caller.do(Command("leave", "DELETE", path, {}, life.path)) is not None:
            life.left.add(region)

    def _join(self, life: Life) -> None:
        rejoin = bool(life.left) and self._chance.random() < 0.7
        outside = life.left if rejoin else set(region_codes()) - life.regions
        if not outside:
            return
        region = self._chance.choice(sorted(outside))
        kind, path = "rejoin" if rejoin else "join", f"{life.path}/participants"
        command = Command(
            kind,
            "POST",
            path,
            {"regions": [region]},
            life.path,
            owes=Owed([region], f"agreement/{life.id}"),
        )
        if self._caller.do(command) is not None:
            life.left.discard(region)
            life.regions.add(region)

    def _decide(self, life: Life) -> None:
        """Have a region decide, on an agreement that it had time to hear of."""
        life = self._before or life
        if not life.regions:
            return
        region = self._chance.choice(sorted(life.regions))
        path = f"/regions/{region}{life.path}/decisions"
        body: Json = {"decision": "considering"}
        if self._chance.random() < 0.5:
            signed = {"signedOn": "2026-12-10", "employerSignedOn": "2026-12-15"}
            body = {"decision": "accepted", **signed}
        self._caller.do(Command("decision", "POST", path, body, tolerated=NOT_YET))

    def _announce(self, life: Life, step: str, body: Json) -> Json | None:
        return self._caller.do(
            Command(
                step.removesuffix("s"),
                "POST",
                f"{life.path}/{step}",
                body,
                life.path,
                owes=Owed(frozenset(life.regions), f"agreement/{life.id}"),
            )
        )


class Load:
    """So many workers, each with a caller and a chance of its own."""

    def __init__(self, workers: list[Worker], pace_seconds: float) -> None:
        self._halt = threading.Event()
        self._threads = [
            threading.Thread(target=worker.run, args=[self._halt, pace_seconds], daemon=True)
            for worker in workers
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End when each worker has the outcome of what it asked for last."""
        self._halt.set()
        for thread in self._threads:
            thread.join()
