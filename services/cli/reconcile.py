# SPDX-License-Identifier: EUPL-1.2
"""`schakel reconcile`: what every recipient holds is compared with what it must hold."""

import time
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from typing import Annotated

import typer

from services.cli.asking import UrlOption, gateway, table
from services.cli.client import Gateway, Json, Refused
from services.cli.output import REFUSED, JsonOption, console, emit, errors

PLACE = "/operations/reconciliations"
CLASSES = ("missing", "stale", "ahead", "differs", "ghost")
# A mismatch counts when two rounds find it; what they repair is looked at once more.
FEWEST_ROUNDS = 2
# So many in a row are enough: where work goes on, something is always on its way, and suspected.
ROUNDS_WITHOUT_REPAIR = 3
MOST_ROUNDS = 20
ROUND_SECONDS = 300.0
POLL_SECONDS = 0.5


def add_to(schakel: typer.Typer) -> None:
    """Add this command to the command line."""
    schakel.command()(reconcile)


def reconcile(
    *,
    region: Annotated[
        list[str] | None, typer.Option("--region", help="Only this region; may be repeated.")
    ] = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Compare what every recipient holds with what it must, and send again what it lost.

    Ends with status 1 when something was found twice and could not be repaired.
    """
    asked: Json = {"recipients": region} if region else {}
    with gateway(url, as_json=as_json) as reached:
        repaired = unsent = 0
        for number in range(1, MOST_ROUNDS + 1):
            rounds = _round(reached, asked, drawn=not as_json, title=f"round {number}")
            sent = sum(one["repaired"] for one in rounds)
            repaired += sent
            unsent = 0 if sent else unsent + 1
            enough = ROUNDS_WITHOUT_REPAIR if any(r["suspected"] for r in rounds) else 1
            if number >= FEWEST_ROUNDS and unsent >= enough:
                break
        left = [one for one in reached.every("/operations/mismatches") if _stays(one, region)]
    whole = {"rounds": rounds, "repaired": repaired, "mismatches": left}
    emit(whole, as_json=as_json, human=table(("service", "compared", *CLASSES), _rows(rounds)))
    if not as_json:
        _say(rounds, repaired, left)
    if left or any(one["error"] for one in rounds):
        raise typer.Exit(REFUSED)


def _round(reached: Gateway, asked: Json, *, drawn: bool, title: str) -> list[Json]:
    """Have every service compare once, and give what each of them found."""
    started = reached.send("POST", PLACE, asked).body
    if started["unanswered"]:
        away = ", ".join(started["unanswered"])
        raise Refused({"title": "Not every service answered", "detail": away})
    for one in started["refused"]:
        raise Refused(one | {"detail": f"{one['service']}: {one['detail']}"})
    until = time.monotonic() + ROUND_SECONDS
    with console.status(title) if drawn else nullcontext() as status:
        while True:
            rounds = [_newest(reached, one) for one in started["items"]]
            if all(one["finishedAt"] for one in rounds):
                return rounds
            if time.monotonic() > until:
                detail = f"not finished after {ROUND_SECONDS:g} s"
                raise Refused({"title": "The rounds take too long", "detail": detail})
            if status is not None:
                status.update(f"{title}: {sum(one['checked'] for one in rounds)} compared")
            time.sleep(POLL_SECONDS)


def _newest(reached: Gateway, started: Json) -> Json:
    """Read how far a round is: rounds of the schedule may have come after it.

    A service that is silent now may be starting again: then it takes the round up once more.
    """
    told = reached.get(PLACE, service=started["service"], pageSize=20).body
    for one in told["items"]:
        if one["id"] == started["id"]:
            found: Json = one
            return found
    if told.get("unanswered"):
        return {"finishedAt": None, "checked": 0}
    raise Refused({"title": f"{started['service']} does not answer", "detail": started["id"]})


def _stays(one: Json, regions: Sequence[str] | None) -> bool:
    """Tell whether a mismatch counts, and was not repaired."""
    asked = not regions or one["recipient"] in regions
    return asked and one["rounds"] >= FEWEST_ROUNDS and one["repairedAt"] is None


def _rows(rounds: Iterable[Json]) -> list[Sequence[object]]:
    return [
        (one["service"], one["checked"], *(one["mismatches"][kind] for kind in CLASSES))
        for one in rounds
    ]


def _say(rounds: Iterable[Json], repaired: int, left: Sequence[Json]) -> None:
    if repaired:
        console.print(f"{repaired} sent again")
    if left:
        named = ("recipient", "class", "owedSequence", "gateSequence", "storedSequence", "subject")
        columns = ("recipient", "how", "owed", "gate", "stored", "subject")
        console.print(table(columns, [[one[name] for name in named] for one in left])())
        errors.print(f"{len(left)} found twice and not repaired", style="red")
    for one in rounds:
        if one["error"]:
            errors.print(f"{one['service']} could not compare all: {one['error']}", style="red")
