# SPDX-License-Identifier: EUPL-1.2
"""`schakel employers`: the national employers."""

from typing import Annotated

import typer

from services.cli.asking import ReasonOption, UrlOption, facts, gateway, given, table
from services.cli.client import Gateway, Json
from services.cli.output import JsonOption, emit

app = typer.Typer(help="National employers.", no_args_is_help=True)


def add_to(schakel: typer.Typer) -> None:
    """Add these commands to the command line."""
    schakel.add_typer(app, name="employers")


def find_or_register(reached: Gateway, name: str) -> Json:
    """Give the employer of exactly this name, registering it when there is none."""
    for employer in reached.every("/employers", name=name):
        if employer["name"] == name:
            return employer
    return reached.send("POST", "/employers", {"name": name}).body


@app.command()
def register(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    *,
    kvk: Annotated[str | None, typer.Option("--kvk", help="Number in the trade register.")] = None,
    sbi: Annotated[list[str] | None, typer.Option("--sbi", help="SBI code; may repeat.")] = None,
    profile: Annotated[str | None, typer.Option("--profile", help="What it adapts.")] = None,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Register a national employer."""
    body = given(name=name, kvkNumber=kvk, sbiCodes=sbi or None, profile=profile, reason=reason)
    with gateway(url, as_json=as_json) as reached:
        employer = reached.send("POST", "/employers", body).body
    emit(employer, as_json=as_json, human=lambda: f"{employer['id']}: {employer['name']}")


@app.command("list")
def list_all(*, as_json: JsonOption = False, url: UrlOption = None) -> None:
    """List the employers by name."""
    with gateway(url, as_json=as_json) as reached:
        items = list(reached.every("/employers"))
    rows = [(one["id"], one["name"], one["kvkNumber"]) for one in items]
    emit({"items": items}, as_json=as_json, human=table(("id", "name", "KvK"), rows))


@app.command()
def show(
    employer: Annotated[str, typer.Argument(metavar="EMPLOYER", help="Its id.")],
    *,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Show one employer."""
    with gateway(url, as_json=as_json) as reached:
        body = reached.get(f"/employers/{employer}").body
    emit(body, as_json=as_json, human=facts(body))


@app.command()
def change(
    employer: Annotated[str, typer.Argument(metavar="EMPLOYER", help="Its id.")],
    *,
    name: Annotated[str | None, typer.Option("--name", help="Its name from now on.")] = None,
    profile: Annotated[str | None, typer.Option("--profile", help="What it adapts.")] = None,
    adapts: Annotated[
        list[str] | None, typer.Option("--adapts", help="The same as a code; may repeat.")
    ] = None,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Change an employer; codes of what it adapts replace all that it had."""
    body = given(name=name, profile=profile, adaptations=adapts or None, reason=reason)
    place = f"/employers/{employer}"
    with gateway(url, as_json=as_json) as reached:
        changed = reached.change("PATCH", place, body, of=place).body
    emit(changed, as_json=as_json, human=facts(changed))
