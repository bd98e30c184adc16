# SPDX-License-Identifier: EUPL-1.2
"""`schakel privacy`: what is kept of candidates, forgetting one, and looking for what leaked."""

import subprocess
import sys
from typing import Annotated

import typer

from services.cli.asking import RegionArgument, UrlOption, gateway, table
from services.cli.output import REFUSED, JsonOption, emit, errors
from services.cli.stack.home import find_home

app = typer.Typer(help="What is kept of candidates, and for how long.", no_args_is_help=True)
SCAN = (sys.executable, "-m", "shared.runtime.leaks")


def add_to(schakel: typer.Typer) -> None:
    """Add these commands to the command line."""
    schakel.add_typer(app, name="privacy")


@app.command()
def report(
    *,
    region: Annotated[str | None, typer.Option("--region", help="Only of this region.")] = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Tell how much is kept of candidates, until when, and what was forgotten: nobody's reference.

    Ends with status 1 where something is kept longer than its period.
    """
    with gateway(url, as_json=as_json) as reached:
        told = reached.get("/operations/retention", region=region).body
    days = {one["state"]: one["days"] for one in told["periods"]}
    rows = [
        (
            one["region"],
            one["state"],
            one["files"],
            days[one["state"]],
            one["oldestOn"],
            f"{one['keptUntil']}{' (overdue)' if one['overdue'] else ''}",
            *("-" * 2),
        )
        for one in told["held"]
    ]
    rows += [
        (one["region"], "forgotten", one["files"], "-", "-", "-", one["cause"], one["candidates"])
        for one in told["forgotten"]
    ]
    columns = ("region", "state", "files", "days", "oldest", "kept until", "cause", "references")
    emit(told, as_json=as_json, human=table(columns, rows))
    if any(one["overdue"] for one in told["held"]):
        raise typer.Exit(REFUSED)


@app.command()
def erase(region: RegionArgument, *, as_json: JsonOption = False, url: UrlOption = None) -> None:
    """Forget a candidate of a region; the reference is asked for, or read, and never shown."""
    # As an option it would stand in the history of the shell, and in the list of processes.
    asked = sys.stdin.isatty()
    said = typer.prompt("Reference", hide_input=True) if asked else sys.stdin.readline()
    path = f"/regions/{region}/candidate-references/erasures"
    with gateway(url, as_json=as_json) as reached:
        told = reached.send("POST", path, {"candidateReference": said.strip()}).body
    emit(told, as_json=as_json, human=lambda: f"forgotten in {told['files']} files of {region}")


@app.command()
def scan(
    places: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PLACE", help="postgresql://…, a file, or - for what comes in; may repeat."
        ),
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Look for a BSN, a date of birth, or a field for who somebody is; else in the stack's logs.

    Tells where it stands and never what; ends with status 1 where anything was found.
    """
    home = find_home() if not places else None
    looked = places or sorted(map(str, home.logs.glob("*.log") if home else ()))
    done = subprocess.run([*SCAN, *looked], check=False, stdout=subprocess.PIPE, text=True)  # noqa: S603
    if done.returncode not in {0, REFUSED} or not looked:
        errors.print("nothing was looked through" if not looked else "the scan broke off")
        raise typer.Exit(REFUSED)
    lines = [line.rpartition(": ") for line in done.stdout.splitlines()]
    found = [(place, *said.removesuffix(" times").split(", ")) for place, _, said in lines]
    items = [{"place": place, "kind": kind, "times": int(count)} for place, kind, count in found]
    told = {"looked": len(looked), "items": items}
    emit(told, as_json=as_json, human=table(("place", "kind", "times"), found))
    raise typer.Exit(done.returncode)
