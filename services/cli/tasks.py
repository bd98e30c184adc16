# SPDX-License-Identifier: EUPL-1.2
"""`schakel tasks`: what waits for somebody."""

from typing import Annotated

import typer

from services.cli.asking import UrlOption, gateway, table
from services.cli.client import Json
from services.cli.output import JsonOption, emit

COLUMNS = ("due", "for", "what", "about", "since")


def add_to(schakel: typer.Typer) -> None:
    """Add this command to the command line."""
    schakel.command()(tasks)


def tasks(
    *,
    assignee: Annotated[
        str | None,
        typer.Option("--for", help="slw, a region such as AM23, employer:ID or provider:ID."),
    ] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="Only of this kind.")] = None,
    closed: Annotated[bool, typer.Option("--closed", help="What is done instead.")] = False,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """List what waits for somebody, what is due first on top."""
    open_ = "false" if closed else "true"
    with gateway(url, as_json=as_json) as reached:
        found = reached.every("/tasks", assignee=assignee, kind=kind, open=open_)
        items = sorted(found, key=_due)
    emit({"items": items}, as_json=as_json, human=table(COLUMNS, [_row(one) for one in items]))


def _due(task: Json) -> tuple[bool, str, str]:
    """Order over all services: by day, and what has none last."""
    return (task["dueOn"] is None, task["dueOn"] or "", task["openedAt"])


def _row(task: Json) -> tuple[object, ...]:
    since = task["openedAt"].partition("T")[0]
    return task["dueOn"], task["assignee"], task["kind"], task["subject"], since
