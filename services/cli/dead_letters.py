# SPDX-License-Identifier: EUPL-1.2
"""`schakel dead-letters`: what could not be applied, in every service."""

import base64
from typing import Annotated

import typer

from services.cli import replays
from services.cli.asking import UrlOption, facts, gateway, table
from services.cli.output import JsonOption, emit, errors

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
        first = reached.get("/operations/dead-letters", service=service, pageSize=1).body
        items = list(reached.every("/operations/dead-letters", service=service))
    unanswered = first["unanswered"]
    rows = [
        (one["id"], one["state"], one["queue"], one["subject"], one["lastAt"], one["error"])
        for one in items
    ]
    columns = ("id", "state", "queue", "subject", "last", "error")
    whole = {"items": items, "unanswered": unanswered}
    emit(whole, as_json=as_json, human=table(columns, rows))
    if unanswered and not as_json:
        errors.print(f"did not answer: {', '.join(unanswered)}", style="yellow")


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
