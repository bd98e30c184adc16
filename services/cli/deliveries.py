# SPDX-License-Identifier: EUPL-1.2
"""`schakel deliveries`: what is still owed, in every service."""

from typing import Annotated

import typer

from services.cli.asking import UrlOption, a_region, gateway, table
from services.cli.output import JsonOption, emit, tell_silent

PLACE = "/operations/deliveries"


def add_to(schakel: typer.Typer) -> None:
    """Add this command to the command line."""
    schakel.command()(deliveries)


def deliveries(
    *,
    region: Annotated[
        str | None, typer.Option("--region", callback=a_region, help="Only to this region.")
    ] = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """List the deliveries that are open, in every service, the oldest of each first."""
    with gateway(url, as_json=as_json) as reached:
        whole = reached.everywhere(PLACE)
    items = [one for one in whole["items"] if region in {None, one["recipient"]}]
    names = ("service", "recipient", "subject", "sequence", "state", "sends", "owedSince", "reason")
    columns = ("service", "to", "subject", "sequence", "state", "sends", "owed since", "reason")
    rows = [[one[name] for name in names] for one in items]
    emit(whole | {"items": items}, as_json=as_json, human=table(columns, rows))
    if not as_json:
        tell_silent(whole["unanswered"])
