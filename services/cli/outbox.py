# SPDX-License-Identifier: EUPL-1.2
"""`schakel outbox`: what the broker refused for good, and sending it once more."""

from typing import Annotated

import typer

from services.cli.asking import UrlOption, gateway, table
from services.cli.output import REFUSED, JsonOption, console, emit, errors, tell_silent

app = typer.Typer(help="What the broker refused five times.", no_args_is_help=True)
PLACE = "/operations/outbox"


def add_to(schakel: typer.Typer) -> None:
    """Add these commands to the command line."""
    schakel.add_typer(app, name="outbox")


@app.command("list")
def list_all(*, as_json: JsonOption = False, url: UrlOption = None) -> None:
    """List what the broker refused for good, in every service, oldest first."""
    with gateway(url, as_json=as_json) as reached:
        whole = reached.everywhere(PLACE)
    rows = [
        (one["id"], one["since"], one["reason"], " ".join(one["recipients"]), one["subject"])
        for one in whole["items"]
    ]
    columns = ("id", "since", "reason", "recipients", "subject")
    emit(whole, as_json=as_json, human=table(columns, rows))
    if not as_json:
        tell_silent(whole["unanswered"])


@app.command()
def release(
    *,
    reason: Annotated[str, typer.Option("--reason", help="Why; it stands in the log.")],
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Send what the broker refused once more, in every service; twice does no harm.

    Ends with status 1 when a service did not answer.
    """
    with gateway(url, as_json=as_json) as reached:
        told = reached.send("POST", f"{PLACE}/releases", {"reason": reason}).body
    if as_json:
        emit(told, as_json=True, human=str)
    else:
        console.print(f"{sum(one['released'] for one in told['items'])} sent again")
    silent = [*told["unanswered"], *(one["service"] for one in told["refused"])]
    if silent:
        errors.print(f"did nothing: {', '.join(silent)}", style="red")
        raise typer.Exit(REFUSED)
