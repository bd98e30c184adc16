# SPDX-License-Identifier: EUPL-1.2
"""`schakel regions`, who serves employers there: shown, added and said anew."""

from typing import Annotated
from urllib.parse import quote

import typer

from services.cli.asking import (
    ReasonOption,
    RegionArgument,
    UrlOption,
    facts,
    gateway,
    given,
    table,
)
from services.cli.output import JsonOption, emit

KEPT = ("kind", "status", "audiences", "sectors", "source")


def add_to(regions: typer.Typer) -> None:
    """Add these commands to those of regions."""
    regions.command()(organisations)
    regions.command()(organisation)


def organisations(
    region: RegionArgument, *, as_json: JsonOption = False, url: UrlOption = None
) -> None:
    """List who serves employers in a region."""
    with gateway(url, as_json=as_json) as reached:
        items = list(reached.every(f"/regions/{region}/organisations"))
    rows = [
        (
            one["name"],
            one["kind"],
            one["status"],
            ", ".join(one["audiences"]),
            ", ".join(one["sectors"]) or None,
        )
        for one in items
    ]
    columns = ("organisation", "kind", "status", "serves", "sectors")
    emit({"items": items}, as_json=as_json, human=table(columns, rows))


def organisation(  # noqa: PLR0913 - a command's options
    region: RegionArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the organisation.")],
    *,
    kind: Annotated[str | None, typer.Option("--kind", help="What it is, such as wsp.")] = None,
    status: Annotated[
        str | None, typer.Option("--status", help="Whether it is at work yet: actief, in_opbouw.")
    ] = None,
    serves: Annotated[
        list[str] | None,
        typer.Option("--serves", help="Whom it serves, such as werkgevers; again for each."),
    ] = None,
    sectors: Annotated[
        list[str] | None, typer.Option("--sector", help="A sector it serves; again for each.")
    ] = None,
    source: Annotated[str | None, typer.Option("--source", help="Where that can be read.")] = None,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Show an organisation of a region; with an option, change it; with --kind, add a new one."""
    path = f"/regions/{region}/organisations/{quote(name, safe='')}"
    said = given(
        kind=kind, status=status, audiences=serves or None, sectors=sectors or None, source=source
    )
    with gateway(url, as_json=as_json) as reached:
        known = reached.every(f"/regions/{region}/organisations")
        present = next((one for one in known if one["name"].casefold() == name.casefold()), None)
        if not said:
            body = reached.get(path).body
        else:
            kept = {field: present[field] for field in KEPT} if present else {}
            etag = f'"{present["revision"]}"' if present else None
            sent = {field: value for field, value in kept.items() if value} | said
            body = reached.send("PUT", path, sent | given(reason=reason), etag).body
    emit(body, as_json=as_json, human=facts(body))
