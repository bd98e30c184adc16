# SPDX-License-Identifier: EUPL-1.2
"""`schakel annexes`: what a region adds for itself, and what ran there before."""

from typing import Annotated

import typer

from services.cli.asking import (
    AgreementArgument,
    FileArgument,
    ReasonOption,
    UrlOption,
    facts,
    find_agreement,
    gateway,
    given,
    read_file,
    table,
)
from services.cli.client import Json
from services.cli.consulting import ForOption
from services.cli.output import JsonOption, emit

app = typer.Typer(
    help="What a region adds to an agreement, and what ran there before.", no_args_is_help=True
)
NumberArgument = Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="As the list shows.")]


def add_to(schakel: typer.Typer) -> None:
    """Add these commands to the command line."""
    schakel.add_typer(app, name="annexes")


@app.command("list")
def list_all(
    agreement: AgreementArgument,
    *,
    region: ForOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """List annexes and what each adds to the national terms."""
    with gateway(url, as_json=as_json) as reached:
        path = f"/agreements/{find_agreement(reached, agreement)}/annexes"
        items = list(reached.every(path, region=region))
    rows = [
        (
            one["number"],
            one["region"],
            one["status"],
            ", ".join(difference["path"].strip("/") for difference in one["differences"]),
        )
        for one in items
    ]
    emit(
        {"items": items},
        as_json=as_json,
        human=table(("number", "region", "status", "adds"), rows),
    )


@app.command()
def propose(
    agreement: AgreementArgument,
    file: FileArgument,
    *,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Propose the annex in a file: `instruments`, `projects`, `notes`, and `region`."""
    _send(agreement, "annexes", read_file(file), as_json=as_json, url=url)


@app.command()
def agree(
    agreement: AgreementArgument,
    number: NumberArgument,
    *,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Agree to an annex as the employer."""
    body = given(reason=reason)
    _send(agreement, f"annexes/{number}/agreements", body, as_json=as_json, url=url)


@app.command()
def decline(
    agreement: AgreementArgument,
    number: NumberArgument,
    *,
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Decline an annex as the employer."""
    body = given(reason=reason)
    _send(agreement, f"annexes/{number}/refusals", body, as_json=as_json, url=url)


@app.command()
def record_earlier(
    agreement: AgreementArgument,
    file: FileArgument,
    *,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Record an earlier arrangement: `title`, `description`, `since`, `replacedFrom`."""
    _send(agreement, "earlier-arrangements", read_file(file), as_json=as_json, url=url)


@app.command()
def earlier(
    agreement: AgreementArgument, *, as_json: JsonOption = False, url: UrlOption = None
) -> None:
    """List what ran in regions before the national agreement."""
    with gateway(url, as_json=as_json) as reached:
        path = f"/agreements/{find_agreement(reached, agreement)}/earlier-arrangements"
        items = list(reached.every(path))
    rows = [(one["region"], one["title"], one["since"], one["replacedFrom"]) for one in items]
    columns = ("region", "title", "since", "replaced from")
    emit({"items": items}, as_json=as_json, human=table(columns, rows))


def _send(agreement: str, step: str, body: Json, *, as_json: bool, url: str | None) -> None:
    with gateway(url, as_json=as_json) as reached:
        path = f"/agreements/{find_agreement(reached, agreement)}"
        if "region" in body:
            reached.speak_for("wsp-manager", region=str(body["region"]))
        elif step.startswith("annexes/"):
            reached.speak_for("employer", employer=reached.get(path).body["employerId"])
        path = f"{path}/{step}"
        made = reached.send("POST", path, body).body
    emit(made, as_json=as_json, human=facts(made))
