# SPDX-License-Identifier: EUPL-1.2
"""`schakel calls`: places in many regions at once."""

from typing import Annotated

import typer

from services.cli.asking import (
    FileArgument,
    ReasonOption,
    UrlOption,
    brief,
    find_agreement,
    gateway,
    given,
    read_file,
    table,
)
from services.cli.client import Json
from services.cli.output import JsonOption, emit
from services.cli.placements import COLUMNS, municipality_code, row

app = typer.Typer(help="Calls for places in many regions.", no_args_is_help=True)
CALLS = "/calls"


def add_to(schakel: typer.Typer) -> None:
    """Add these commands to the command line."""
    schakel.add_typer(app, name="calls")


@app.command()
def make(
    file: FileArgument,
    *,
    agreement: Annotated[
        str | None, typer.Option("--agreement", help="Its id or title, where the file has none.")
    ] = None,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Offer every place of a call in a file; municipalities may be named or said by their code."""
    body = read_file(file) | given(reason=reason)
    body["lines"] = [_placed(line) for line in body.get("lines") or []]
    with gateway(url, as_json=as_json) as reached:
        under = agreement or body.pop("agreement", None)
        if under:
            body["agreementId"] = find_agreement(reached, str(under))
        made = reached.send("POST", CALLS, body).body
    rows = [row(one) for one in made["placements"]]
    emit(made, as_json=as_json, human=table(COLUMNS, rows))


@app.command("list")
def list_all(
    *,
    region: Annotated[str | None, typer.Option("--region", help="Only with places there.")] = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """List the calls, newest first."""
    with gateway(url, as_json=as_json) as reached:
        items = list(reached.every(CALLS, **given(region=region)))
    rows = [
        (one["id"], one["employer"]["name"], one["places"], ", ".join(one["regions"]))
        for one in items
    ]
    columns = ("call", "employer", "places", "regions")
    emit({"items": items}, as_json=as_json, human=table(columns, rows))


@app.command()
def show(
    call: Annotated[str, typer.Argument(metavar="CALL", help="Its id.")],
    *,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Show a call with its places."""
    with gateway(url, as_json=as_json) as reached:
        body = reached.get(f"{CALLS}/{call}").body
    rows = [(*row(one)[:-1], brief(one["agreementId"])) for one in body["placements"]]
    emit(body, as_json=as_json, human=table((*COLUMNS[:-1], "agreement"), rows))


def _placed(line: Json) -> Json:
    there = dict(line.get("workplace") or {})
    if "municipality" in there:
        there["municipality"] = municipality_code(str(there["municipality"]))
    return line | {"workplace": there}
