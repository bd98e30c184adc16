# SPDX-License-Identifier: EUPL-1.2
"""What people ask: bodies read into the words of the domain, or every fault at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.placements.domain import Actor, CheckIn, Line, Outcome, Place, Role, Workplace
from services.placements.domain.refusals import RegionIsElsewhere
from shared.contracts import reference
from shared.contracts.api import placements as api
from shared.runtime import Principal, load


@dataclass(frozen=True, slots=True)
class Offer:
    """Places to offer under an agreement."""

    agreement_id: str
    lines: Sequence[Line]
    reason: str | None

    @property
    def places(self) -> int:
        """How many places that are."""
        return sum(line.places for line in self.lines)

    @property
    def regions(self) -> list[str]:
        """The regions that they lie in, by code."""
        return sorted({line.place.region for line in self.lines})


@dataclass(frozen=True, slots=True)
class Ending:
    """How and why somebody's work there ends."""

    outcome: str
    on: date | None
    reason_code: str | None
    reason: str | None


def actor(principal: Principal) -> Actor:
    """Read who asks, and whose places that role may touch."""
    scope = principal.scope
    bound = {name: scope.get(name) for name in ("region", "employer", "provider")}
    return Actor(Role(principal.role), **bound)


def offer_of_place(body: object) -> Offer:
    """Read places of one kind."""
    given = load(api.OfferPlace(), body)
    line = _line(given)
    if given["region"] not in (None, line.place.region):
        there = line.place.workplace.municipality
        raise RegionIsElsewhere(f"{there} lies in {line.place.region}, not in {given['region']}")
    return Offer(given["agreement_id"], [line], given["reason"])


def offer_of_call(body: object) -> Offer:
    """Read places of many kinds, in many regions."""
    given = load(api.OfferCall(), body)
    lines = [_line(line) for line in given["lines"]]
    return Offer(given["agreement_id"], lines, given["reason"])


def start(body: object) -> tuple[date | None, str | None]:
    """Read when somebody started, and who guides them."""
    given = load(api.ReportStart(), body)
    return given["on"], given["guidance"]


def check_in(body: object, by: Actor, today: date) -> CheckIn:
    """Read how it goes."""
    given = load(api.ReportCheckIn(), body)
    outcome, still = Outcome(given["outcome"]), given["still_working"]
    working = outcome is not Outcome.STOPPED if still is None else still
    return CheckIn(given["on"] or today, outcome, working, by.role, given["month"])


def ending(body: object) -> Ending:
    """Read how it ends."""
    return Ending(**load(api.EndPlacement(), body))


def withdrawal(body: object) -> str:
    """Read why a place is taken back."""
    reason: str = load(api.WithdrawPlace(), body)["reason"]
    return reason


def _line(given: Mapping[str, Any]) -> Line:
    there = given["workplace"]
    municipality = reference.municipality(there["municipality"])
    assert municipality is not None, "the shape lets only known codes pass"  # noqa: S101
    place = Place(
        region=municipality.region,
        function=given["function"],
        sector=given["sector"],
        workplace=Workplace(municipality.code, there["site"], there["client"]),
        hours_tenths=given["hours_per_week"],
        needed_by=given["needed_by"],
        wanted_groups=tuple(given["target_groups"]),
        development_path=given["development_path"],
    )
    return Line(place, given["places"])
