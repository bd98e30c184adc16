# SPDX-License-Identifier: EUPL-1.2
"""`schakel regions`, what a region arranges: instruments on offer, sector leads, concepts."""

from typing import Annotated
from urllib.parse import quote

import typer

from services.cli.asking import (
    ReasonOption,
    RegionArgument,
    UrlOption,
    brief,
    facts,
    gateway,
    given,
    table,
)
from services.cli.output import JsonOption, emit


def add_to(regions: typer.Typer) -> None:
    """Add these commands to those of regions."""
    regions.command()(instruments)
    regions.command("sector-leads")(sector_leads)
    regions.command("sector-lead")(sector_lead)
    regions.command()(consultations)


def instruments(
    region: RegionArgument,
    *,
    offer: Annotated[
        list[str] | None,
        typer.Option("--offer", help="All that is on offer from now on; comes again for each."),
    ] = None,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Show which instruments a region has on offer; with --offer, say so."""
    path = f"/regions/{region}/instruments"
    with gateway(url, as_json=as_json) as reached:
        present = reached.get(path)
        body = present.body
        if offer:
            said = {"offered": offer, **given(reason=reason)}
            body = reached.send("PUT", path, said, present.etag).body
    rows = [
        (
            one["code"],
            "yes" if one["offered"] else None,
            one["since"],
            ", ".join(part["name"] for part in one["particulars"]) or None,
        )
        for one in body["instruments"]
    ]
    columns = ("instrument", "on offer", "rules since", "particulars")
    emit(body, as_json=as_json, human=table(columns, rows))


def sector_leads(
    region: RegionArgument, *, as_json: JsonOption = False, url: UrlOption = None
) -> None:
    """List who takes the lead for each sector of a region."""
    with gateway(url, as_json=as_json) as reached:
        items = list(reached.every(f"/regions/{region}/sector-leads"))
    rows = [
        (one["sector"], one["organisation"], one["coordinator"], one["subRegion"], one["basis"])
        for one in items
    ]
    columns = ("sector", "organisation", "coordinator", "sub-region", "basis")
    emit({"items": items}, as_json=as_json, human=table(columns, rows))


def sector_lead(
    region: RegionArgument,
    sector: Annotated[str, typer.Argument(metavar="SECTOR", help="By its code or its name.")],
    *,
    organisation: Annotated[
        str | None, typer.Option("--organisation", help="Give the lead to this one.")
    ] = None,
    coordinator: Annotated[
        str | None, typer.Option("--coordinator", help="Centre municipality that coordinates.")
    ] = None,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Show who takes the lead for a sector; with --organisation, give it to another."""
    path = f"/regions/{region}/sector-leads/{quote(sector, safe='')}"
    with gateway(url, as_json=as_json) as reached:
        present = reached.get(path)
        body = present.body
        if organisation:
            said = given(organisation=organisation, coordinator=coordinator, reason=reason)
            body = reached.send("PUT", path, said, present.etag).body
    emit(body, as_json=as_json, human=facts(body))


def consultations(
    region: RegionArgument, *, as_json: JsonOption = False, url: UrlOption = None
) -> None:
    """List the concepts that a region may comment on, and what it lacks for them."""
    with gateway(url, as_json=as_json) as reached:
        items = list(reached.every(f"/regions/{region}/consultations"))
    rows = [
        (
            brief(one["agreementId"]),
            one["state"],
            one["respondBy"],
            ", ".join(one["promiseCheck"]["missing"]) or None,
            one["title"],
        )
        for one in items
    ]
    columns = ("agreement", "state", "respond by", "lacks", "title")
    emit({"items": items}, as_json=as_json, human=table(columns, rows))
