# SPDX-License-Identifier: EUPL-1.2
"""`schakel regions`: what each region holds and decides, and how its desk is reached."""

from typing import Annotated, Literal

import typer

from services.cli import desk as desk_of_places
from services.cli import leads, organisations
from services.cli.asking import (
    AgreementArgument,
    ReasonOption,
    RegionArgument,
    UrlOption,
    brief,
    day,
    facts,
    find_agreement,
    gateway,
    given,
    table,
)
from services.cli.output import JsonOption, emit, errors
from services.cli.progress import SHORT

app = typer.Typer(help="The 35 labour-market regions.", no_args_is_help=True)


def add_to(schakel: typer.Typer) -> None:
    """Add these commands to the command line."""
    desk_of_places.add_to(app)
    leads.add_to(app)
    organisations.add_to(app)
    schakel.add_typer(app, name="regions")


@app.command("list")
def list_all(*, as_json: JsonOption = False, url: UrlOption = None) -> None:
    """List the regions by code."""
    with gateway(url, as_json=as_json) as reached:
        items = list(reached.every("/regions"))
    rows = [(one["code"], one["name"], ", ".join(one["aliases"])) for one in items]
    emit({"items": items}, as_json=as_json, human=table(("code", "name", "also called"), rows))


@app.command()
def show(region: RegionArgument, *, as_json: JsonOption = False, url: UrlOption = None) -> None:
    """Show one region: municipalities, organisations, neighbours."""
    with gateway(url, as_json=as_json) as reached:
        body = reached.get(f"/regions/{region}").body
    brief = body | {
        name: ", ".join(one["name"] for one in body[name])
        for name in ("municipalities", "organisations")
    }
    emit(body, as_json=as_json, human=facts(brief))


@app.command()
def agreements(
    region: RegionArgument, *, as_json: JsonOption = False, url: UrlOption = None
) -> None:
    """List the agreements that a region holds, with the hash that it computed."""
    with gateway(url, as_json=as_json) as reached:
        items = list(reached.every(f"/regions/{region}/agreements"))
    rows = [
        (
            brief(one["agreementId"]),
            one["state"],
            one["sequence"],
            one["hash"][:SHORT],
            (one["participation"] or {}).get("status"),
            one["title"],
        )
        for one in items
    ]
    columns = ("agreement", "state", "sequence", "hash", "participation", "title")
    emit({"items": items}, as_json=as_json, human=table(columns, rows))


@app.command()
def desk(
    region: RegionArgument,
    *,
    telephone: Annotated[str | None, typer.Option("--telephone", help="Telephone number.")] = None,
    mailbox: Annotated[str | None, typer.Option("--mailbox", help="Shared mailbox.")] = None,
    deputy: Annotated[str | None, typer.Option("--deputy", help="Role that stands in.")] = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Show how a region's desk is reached; with an option, change that."""
    path = f"/regions/{region}/desk"
    changes = given(telephone=telephone, mailbox=mailbox, deputy=deputy)
    with gateway(url, as_json=as_json) as reached:
        present = reached.get(path)
        body = present.body
        if changes:
            kept = {name: body[name] for name in ("telephone", "mailbox", "deputy")}
            body = reached.send("PUT", path, kept | changes, present.etag).body
    emit(body, as_json=as_json, human=facts(body))


@app.command()
def decide(  # noqa: PLR0913 - a command's options
    region: RegionArgument,
    agreement: AgreementArgument,
    decision: Annotated[
        Literal["accepted", "declined", "considering"], typer.Argument(metavar="DECISION")
    ],
    *,
    version: Annotated[
        int | None, typer.Option("--version", help="Which version; the newest when left out.")
    ] = None,
    signed_on: Annotated[
        str | None, typer.Option("--signed-on", help="Day on which the region signed.")
    ] = None,
    employer_signed_on: Annotated[
        str | None, typer.Option("--employer-signed-on", help="Day on which the employer signed.")
    ] = None,
    expected_on: Annotated[
        str | None, typer.Option("--expected-on", help="Day on which a decision is expected.")
    ] = None,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Submit a region's decision: accepted, declined or considering."""
    with gateway(url, as_json=as_json) as reached:
        path = f"/regions/{region}/agreements/{find_agreement(reached, agreement)}"
        held = reached.get(path).body
        if lacking := held["promiseCheck"]["missing"]:
            errors.print(f"{region} lacks what is promised: {', '.join(lacking)}")
        body = given(
            decision=decision,
            version=version or held["version"],
            signedOn=day(signed_on),
            employerSignedOn=day(employer_signed_on),
            expectedOn=day(expected_on),
            reason=reason,
        )
        decided = reached.send("POST", f"{path}/decisions", body).body
    said = f"{region} {decided['decision']} version {decided['version']}: {decided['state']}"
    emit(decided, as_json=as_json, human=lambda: said)
