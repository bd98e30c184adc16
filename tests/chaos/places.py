# SPDX-License-Identifier: EUPL-1.2
"""The load of places: offered under agreements that regions accepted, and decided on by them.

Whoever offers knows each place alone, but never how far its word has travelled: what another
service has not heard of yet is refused, and asked for again later.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Literal

from services.cli.tokens import Identity
from shared.contracts import codes, reference
from tests.chaos.caller import Caller, Command, Json, Owed
from tests.chaos.load import NOT_YET, Life, Worker
from tests.faults.storm import TERMS
from tests.whose import officer, provider

# Word of it is on its way, or something else happened to it meanwhile; a day may be that of a
# clock that was put ahead.
EITHER_WAY = NOT_YET | {422}
SIGNED = {"signedOn": "2026-01-05", "employerSignedOn": "2026-01-05"}
GROUP = "p_wet_langdurig"
NEEDED_IN = timedelta(days=60)
STEPS = (
    *("accept",) * 2,
    *("offer",) * 2,
    *("call",) * 2,
    *("follow",) * 12,
    "equip",
    "amend",
    "suspend",
    "leave",
)
IN_HAND = 4
WAYS: Mapping[str, Sequence[str]] = {
    "offered": ("pick_up",) * 6 + ("withdraw",),
    "picked_up": ("confirm",) * 6 + ("decline", "hand_over", "withdraw"),
    "confirmed": ("start",) * 6 + ("decline", "withdraw"),
    "started": ("check_in", "check_in", "support", "support", "end"),
}
PLACED = Owed(("{region}",), "placement/{id}")
CALLED = replace(PLACED, each="placements")
SUPPORTED = Owed(("{region}", "placements"), "support/{id}")
Stage = Literal["offered", "picked_up", "confirmed", "started", "gone"]


@dataclass(slots=True)
class Place:
    """One place as whoever offered it knows it."""

    id: str
    region: str
    stage: Stage = "offered"
    support: str | None = None

    @property
    def path(self) -> str:
        """Where it stands."""
        return f"/placements/{self.id}"


@dataclass(slots=True)
class Market:
    """The places of one agreement, and the regions that accepted it."""

    accepted: set[str] = field(default_factory=set)
    places: list[Place] = field(default_factory=list)


class Offerer(Worker):
    """Lives agreements for the sake of their places; regions decide on each of them."""

    steps = STEPS
    length = 40

    def __init__(self, caller: Caller, employer: str, chance: Random) -> None:
        super().__init__(caller, employer, chance)
        self._provider: str | None = None
        self._market = Market()

    def begin(self) -> Life | None:
        """Publish an agreement that is in force today, whose specialist is this one's own."""
        self._market = Market()
        self._provider = self._provider or self.provide()
        special = {"specialistProvider": self._provider, "specialistNeeds": ["zwaar"]}
        guidance = special if self._provider else {}
        terms = {"startsOn": "2026-01-01", "guidance": {**TERMS["guidance"], **guidance}}
        return self._register("some", terms)

    def _accept(self, life: Life) -> None:
        """Have a region sign, as soon as it has heard of the agreement."""
        if not life.regions:
            return
        region = self._chance.choice(sorted(life.regions))
        path = f"/regions/{region}{life.path}/decisions"
        owes = Owed(("agreements",), f"decision/agreement/{life.id}/{region}")
        body = {"decision": "accepted", **SIGNED}
        if self.ask(Command("acceptance", "POST", path, body, None, NOT_YET, owes)) is not None:
            self._market.accepted.add(region)

    def _leave(self, life: Life) -> None:
        super()._leave(life)
        self._market.accepted &= life.regions

    def _offer(self, life: Life) -> None:
        if not self._market.accepted:
            self._accept(life)
            return
        body = {"agreementId": life.id, **self._line()}
        self._offered(Command("place", "POST", "/placements", body, None, EITHER_WAY, PLACED))

    def _call(self, life: Life) -> None:
        """Call for places in several regions: all of them, or none."""
        if not self._market.accepted:
            self._accept(life)
            return
        lines = [{**self._line(), "places": self._chance.randint(1, 2)} for _ in range(3)]
        body = {"agreementId": life.id, "lines": lines}
        self._offered(Command("call", "POST", "/calls", body, None, EITHER_WAY, CALLED))

    def _offered(self, command: Command) -> None:
        told = self.ask(command)
        if told is not None:
            places = told.get("placements", [told])
            self._market.places += [Place(one["id"], one["region"]) for one in places]

    def _line(self) -> Json:
        """Draw a place in a region that accepted."""
        region = self._chance.choice(sorted(self._market.accepted))
        within = [one.code for one in reference.municipalities() if one.region == region]
        return {
            "function": "Medewerker schoonmaak",
            "sector": "facilitair",
            "workplace": {"municipality": self._chance.choice(within)},
            "hoursPerWeek": 25.5,
            "neededBy": (datetime.now(UTC) + NEEDED_IN).date().isoformat(),
        }

    def _equip(self, life: Life) -> None:
        """Have a region say anew what it has on offer."""
        region = self._chance.choice(sorted(life.regions) or sorted(reference.region_codes()))
        path = f"/regions/{region}/instruments"
        body = {"offered": sorted(self._chance.sample(sorted(codes.INSTRUMENTS), 3))}
        owes = Owed(("agreements",), f"instruments/{region}")
        self.ask(Command("instruments", "PUT", path, body, path, owes=owes))

    def _follow(self, life: Life) -> None:
        """Take one of the oldest places a step on."""
        self._market.places = [one for one in self._market.places if one.stage != "gone"]
        if not self._market.places:
            self._call(life)
            return
        place = self._chance.choice(self._market.places[:IN_HAND])
        getattr(self, f"_{self._chance.choice(WAYS[place.stage])}")(place)

    def _pick_up(self, place: Place) -> None:
        self._decide_on(place, {"decision": "picked-up"}, "picked_up")

    def _confirm(self, place: Place) -> None:
        path = f"/regions/{place.region}/candidate-references"
        made = self.ask(Command("reference", "POST", path, {}, marked=False))
        if made is None:
            return
        body = {
            "decision": "confirmed",
            "candidateReference": made["candidateReference"],
            "targetGroups": [GROUP],
            "inRegister": self._chance.random() < 0.5,
            "criterionMet": True,
            "instruments": [{"code": "loonkostensubsidie", "wageValue": 61}],
        }
        self._decide_on(place, body, "confirmed")

    def _decline(self, place: Place) -> None:
        self._decide_on(place, {"decision": "declined", "reasonCode": "no_candidate"}, "gone")

    def _hand_over(self, place: Place) -> None:
        """Hand it to a neighbour; where that takes no part, the owner refuses."""
        near = set(reference.neighbours(place.region))
        region = self._chance.choice(sorted(near & self._market.accepted) or sorted(near))
        self._decide_on(place, {"decision": "handed-over", "toRegion": region}, "gone")

    def _decide_on(self, place: Place, body: Json, after: Stage) -> None:
        """Submit a region's word; one after which it stands at the desk takes no reason."""
        path = f"/regions/{place.region}{place.path}/decisions"
        owes = Owed(("placements",), f"decision/placement/{place.id}/{place.region}")
        marked = after == "gone"
        command = Command(body["decision"], "POST", path, body, None, EITHER_WAY, owes, marked)
        if self.ask(command) is not None:
            place.stage = after

    def _withdraw(self, place: Place) -> None:
        self._step_of(place, "withdrawals", {}, "gone")

    def _start(self, place: Place) -> None:
        self._step_of(place, "starts", {}, "started")

    def _check_in(self, place: Place) -> None:
        self._step_of(place, "check-ins", {"outcome": "going_well"}, "started")

    def _end(self, place: Place) -> None:
        self._step_of(
            place, "endings", {"outcome": "ended_early", "reasonCode": "other_job"}, "gone"
        )

    def _step_of(self, place: Place, step: str, body: Json, after: Stage) -> None:
        """Take a step at the owner; one after which work goes on takes no reason."""
        path, marked = f"{place.path}/{step}", after == "gone"
        command = Command(step, "POST", path, body, place.path, EITHER_WAY, PLACED, marked)
        if step != "withdrawals":
            command = replace(command, as_=officer(place.region))
        if self.ask(command) is not None:
            place.stage = after

    def _support(self, place: Place) -> None:
        """Ask for more than a buddy can give; then have a provider take it on, and close it."""
        if place.support is None:
            path, payer = "/support-requests", self._chance.choice(("employer", "region"))
            why = {"need": "zwaar", "fundedBy": payer, "reasonCode": "outgrew_buddy"}
            body = {"placementId": place.id, **why}
            asked = Command("support", "POST", path, body, None, EITHER_WAY, SUPPORTED)
            told = self.ask(replace(asked, as_=officer(place.region)))
            place.support = None if told is None else told["id"]
            return
        path = f"/support-requests/{place.support}"
        self._step_of_support(path, "approvals", officer(place.region))
        found = self._caller.read(path)
        asked_one = found.json().get("provider") if found is not None else None
        if asked_one is not None:
            self._step_of_support(path, "acceptances", provider(asked_one["id"]))
        body = {"closing": "returned_to_buddy"}
        command = Command("closure", "POST", f"{path}/closures", body, path, EITHER_WAY, SUPPORTED)
        if self.ask(replace(command, as_=officer(place.region))) is not None:
            place.support = None

    def _step_of_support(self, path: str, step: str, by: Identity) -> None:
        command = Command(step, "POST", f"{path}/{step}", {}, path, EITHER_WAY, SUPPORTED)
        self.ask(replace(command, marked=False, as_=by))
