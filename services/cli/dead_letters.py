# SPDX-License-Identifier: EUPL-1.2
"""`schakel dead-letters`: what could not be applied, in every service."""

import base64
from typing import Annotated

import typer

from services.cli import replays
from services.cli.asking import UrlOption, facts, gateway, table
from services.cli.output import JsonOption, emit, tell_silent

app = typer.Typer(help="Messages that could not be applied.", no_args_is_help=True)


def add_to(schakel: typer.Typer) -> None:
    """Add these commands to the command line."""
    replays.add_to(app)
    schakel.add_typer(app, name="dead-letters")


@app.command("list")
def list_all(
    *,
    service: Annotated[str | None, typer.Option("--service", help="Only of this service.")] = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """List the dead letters of every service."""
    with gateway(url, as_json=as_json) as reached:
        whole = reached.everywhere("/operations/dead-letters", service=service)
    rows = [
        (one["id"], one["state"], one["queue"], one["subject"], one["lastAt"], one["error"])
        for one in whole["items"]
    ]
    columns = ("id", "state", "queue", "subject", "last", "error")
    emit(whole, as_json=as_json, human=table(columns, rows))
    if not as_json:
        tell_silent(whole["unanswered"])


@app.command()
def show(
    letter: Annotated[str, typer.Argument(metavar="ID", help="As listed: regions-17.")],
    *,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Show one dead letter with the bytes that came."""
    with gateway(url, as_json=as_json) as reached:
        body = reached.get(f"/operations/dead-letters/{letter}").body
    raw = base64.b64decode(body["body"])
    readable = body | {"body": raw[:2000].decode("utf-8", errors="backslashreplace")}
    emit(body, as_json=as_json, human=facts(readable))
