# SPDX-License-Identifier: EUPL-1.2
"""`schakel demo`: the main job on real input, checked to the last hash, and then measured.

The national agreement with ISS Facility Services goes to Regio Zwolle and Drechtsteden; both
compute its hash from what they stored, and the other 33 regions hold nothing of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.resources import files
from typing import Annotated

import typer
import yaml

from services.cli.asking import UrlOption, act, dated, gateway
from services.cli.client import Gateway, Json, Refused
from services.cli.employers import find_or_register
from services.cli.measure import Measurement, measure
from services.cli.output import REFUSED, JsonOption, console, emit, errors
from services.cli.progress import WATCH_SECONDS, Ledger, follow, ledger_table
from shared.contracts import reference

NOT_THERE = 404


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the main job."""

    agreement: Json
    ledger: Ledger
    held: Mapping[str, str | None]
    astray: Sequence[str]
    others: int
    sent_now: bool

    @property
    def proven(self) -> bool:
        """Say whether exactly the participants hold exactly what was published."""
        published = self.agreement["hash"]
        return (
            self.ledger.agreed
            and not self.astray
            and self.ledger.hashes == {published}
            and set(self.held.values()) == {published}
        )


def add_to(schakel: typer.Typer) -> None:
    """Add this command to the command line."""
    schakel.command()(demo)


def demo(
    *,
    count: Annotated[
        int, typer.Option("--measure", min=0, help="How many publications to measure; 0 is none.")
    ] = 100,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Carry the ISS agreement to its regions, prove it, and measure the fan-out to all 35.

    Published before, it is not sent again: what its own participants hold is compared once more.
    Exit status 0 only when every region acknowledged exactly what was published.
    """
    with gateway(url, as_json=as_json) as reached:
        outcome = main_job(reached, drawn=not as_json)
        if not as_json:
            _tell(outcome)
        measured = measure(reached, outcome.agreement, count, drawn=not as_json) if count else None
    if as_json:
        emit(_written(outcome, measured), as_json=True, human=str)
    elif measured:
        console.print(measured.table())
        for line in measured.lines():
            errors.print(line, style="red", markup=False, soft_wrap=True)
    if not outcome.proven or (measured and measured.missed):
        raise typer.Exit(REFUSED)


def main_job(reached: Gateway, *, drawn: bool) -> Outcome:
    """Register and publish the agreement unless that was done, and see who holds it.

    The participants are those of the agreement that was found, whoever joined or left since.
    """
    example = files("services.cli").joinpath("examples", "iss.yaml").read_text("utf-8")
    body: Json = dated(yaml.safe_load(example))
    agreement = _find_or_register(reached, body)
    sent_now = agreement["version"] is None
    if sent_now:
        agreement = act(reached, agreement["id"], "publications", {})
    elif drawn:
        console.print(_sent_before(agreement))
    ledger = follow(reached, agreement["id"], seconds=WATCH_SECONDS, drawn=drawn)
    path = f"/agreements/{agreement['id']}"
    # A region that left keeps the copy that it had; only who never took part must hold nothing.
    parts = {one["region"]: one["status"] for one in reached.every(f"{path}/participants")}
    copies = {code: _held(reached, code, agreement["id"]) for code in reference.region_codes()}
    return Outcome(
        agreement=reached.get(path).body,
        ledger=ledger,
        held={
            code: copies[code] for code, status in sorted(parts.items()) if status != "withdrawn"
        },
        astray=[code for code, found in copies.items() if found and code not in parts],
        others=len(copies) - len(parts),
        sent_now=sent_now,
    )


def _find_or_register(reached: Gateway, body: Json) -> Json:
    """Give the agreement of this title that is published, else our own draft, else a fresh one.

    A draft of somebody else is theirs to publish: ours has exactly the participants of `body`.
    """
    employer = find_or_register(reached, body.pop("employer"))
    same = [
        one
        for one in reached.every("/agreements", employerId=employer["id"])
        if one["title"] == body["title"]
    ]
    published = [one for one in same if one["status"] == "published"]
    ours = [
        one
        for one in same
        if one["status"] == "draft" and sorted(one["participants"]) == sorted(body["participants"])
    ]
    for one in published + ours:
        return one
    return reached.send("POST", "/agreements", {**body, "employerId": employer["id"]}).body


def _sent_before(agreement: Json) -> str:
    at = datetime.fromisoformat(agreement["publishedAt"]).astimezone()
    return (
        f"\nThis agreement was published at {at:%Y-%m-%d %H:%M:%S}; nothing is sent now. "
        "What its participants hold is compared again."
    )


def _held(reached: Gateway, code: str, agreement: str) -> str | None:
    """Give the hash that a region computed from its own copy; None when it has none."""
    try:
        return str(reached.get(f"/regions/{code}/agreements/{agreement}").body["hash"])
    except Refused as refused:
        if refused.problem.get("status") != NOT_THERE:
            raise
        return None


def _tell(outcome: Outcome) -> None:
    agreement = outcome.agreement
    console.print(f"\n[bold]{agreement['title']}[/] version {agreement['version']}")
    console.print(ledger_table(outcome.ledger.deliveries.values())())
    console.print(f"  published     {agreement['hash']}", soft_wrap=True)
    for code, found in outcome.held.items():
        console.print(f"  held by {code}  {found}", soft_wrap=True)
    holding = f"held by {', '.join(outcome.astray)}" if outcome.astray else "none holds it"
    console.print(f"  the other {outcome.others} regions: {holding}")
    verdict = "[bold green]proven[/]" if outcome.proven else "[bold red]not proven[/]"
    console.print(f"every participant holds exactly what was published: {verdict}\n")


def _written(outcome: Outcome, measured: Measurement | None) -> Json:
    return {
        "agreement": outcome.agreement["id"],
        "hash": outcome.agreement["hash"],
        "publishedAt": outcome.agreement["publishedAt"],
        "sentNow": outcome.sent_now,
        "held": outcome.held,
        "astray": list(outcome.astray),
        "ledger": outcome.ledger.to_json(),
        "proven": outcome.proven,
        "measurement": asdict(measured) if measured else None,
    }
