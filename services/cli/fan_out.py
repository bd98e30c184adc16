# SPDX-License-Identifier: EUPL-1.2
"""`schakel agreements`, what concerns regions: who takes part, who holds what, what happened."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Annotated

import typer

from services.cli.asking import (
    AgreementArgument,
    ReasonOption,
    RegionArgument,
    UrlOption,
    act,
    brief,
    day,
    find_agreement,
    gateway,
    given,
    table,
)
from services.cli.client import Json
from services.cli.output import REFUSED, JsonOption, emit
from services.cli.progress import WATCH_SECONDS, follow, ledger_table

SecondsOption = Annotated[
    float, typer.Option("--seconds", min=1, help="How long to watch at most.")
]


def add_to(agreements: typer.Typer) -> None:
    """Add these commands to those of agreements."""
    for command in (watch, join, leave, participants, matrix, history, deliveries):
        agreements.command()(command)


def watch(
    agreement: AgreementArgument,
    *,
    seconds: SecondsOption = WATCH_SECONDS,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Show the fan-out of the newest state; exit status 0 only when every region has it."""
    with gateway(url, as_json=as_json) as reached:
        ledger = follow(
            reached, find_agreement(reached, agreement), seconds=seconds, drawn=not as_json
        )
    if as_json:
        emit(ledger.to_json(), as_json=True, human=str)
    if not ledger.agreed:
        raise typer.Exit(REFUSED)


def join(
    agreement: AgreementArgument,
    regions: Annotated[list[str], typer.Argument(metavar="REGION...", help="Codes, or all.")],
    *,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Invite regions; a late one gets the current state."""
    invited = "all" if regions == ["all"] else regions
    with gateway(url, as_json=as_json) as reached:
        identity = find_agreement(reached, agreement)
        body = {"regions": invited, **given(reason=reason)}
        _participants(act(reached, identity, "participants", body), as_json=as_json)


def leave(
    agreement: AgreementArgument,
    region: RegionArgument,
    *,
    leaves_on: Annotated[
        str | None, typer.Option("--leaves-on", help="Its last day; at once when left out.")
    ] = None,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Let a region leave, at once or with notice; it may be invited again."""
    with gateway(url, as_json=as_json) as reached:
        path = f"/agreements/{find_agreement(reached, agreement)}"
        body = given(leavesOn=day(leaves_on), reason=reason)
        left = reached.change("DELETE", f"{path}/participants/{region}", body, of=path).body
    _participants(left, as_json=as_json)


def participants(
    agreement: AgreementArgument, *, as_json: JsonOption = False, url: UrlOption = None
) -> None:
    """List the regions that are or were invited, and what each of them answered."""
    with gateway(url, as_json=as_json) as reached:
        path = f"/agreements/{find_agreement(reached, agreement)}/participants"
        items = list(reached.every(path))
    names = ("region", "name", "status", "version", "respondBy", "activeFrom", "reason")
    rows = [[one[name] for name in names] for one in items]
    columns = ("region", "name", "status", "accepted", "answers by", "active from", "reason")
    emit({"items": items}, as_json=as_json, human=table(columns, rows))


def matrix(
    *,
    region: Annotated[
        str | None, typer.Option("--region", help="Only agreements of this region.")
    ] = None,
    status: Annotated[str | None, typer.Option("--status", help="Only in this state.")] = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Show all employers' agreements against the regions: who takes part, and how far they are."""
    with gateway(url, as_json=as_json) as reached:
        items = list(reached.every("/matrix", region=region, status=status))
    rows = [(*_agreement(one), *_cells(one["cells"], region)) for one in items]
    columns = ("id", "employer", "agreement", "version", "regions")
    emit({"items": items}, as_json=as_json, human=table(columns, rows))


def history(
    agreement: AgreementArgument, *, as_json: JsonOption = False, url: UrlOption = None
) -> None:
    """Show who changed what, when and why."""
    with gateway(url, as_json=as_json) as reached:
        path = f"/agreements/{find_agreement(reached, agreement)}/history"
        items = list(reached.every(path))
    rows = [(one["at"][:19], one["actor"], one["action"], one["reason"]) for one in items]
    columns = ("at (UTC)", "actor", "action", "reason")
    emit({"items": items}, as_json=as_json, human=table(columns, rows))


def deliveries(
    agreement: AgreementArgument,
    *,
    sequence: Annotated[
        int | None,
        typer.Option("--sequence", min=1, help="Of this state; of the newest when left out."),
    ] = None,
    state: Annotated[str | None, typer.Option("--state", help="Only in this state.")] = None,
    region: Annotated[str | None, typer.Option("--region", help="Only to this region.")] = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Show the ledger of one state: its delivery to each region, and the hash computed there."""
    with gateway(url, as_json=as_json) as reached:
        path = f"/agreements/{find_agreement(reached, agreement)}/deliveries"
        items = list(reached.every(path, sequence=sequence, state=state, region=region))
    emit({"items": items}, as_json=as_json, human=ledger_table(items))


def _agreement(row: Json) -> tuple[object, ...]:
    agreement = row["agreement"]
    status = agreement["status"]
    return brief(agreement["id"]), row["employer"]["name"], status, agreement["version"]


def _cells(cells: Iterable[Json], region: str | None) -> tuple[str]:
    """Give the regions by their answer; of those asked for."""
    by_status = defaultdict[str, list[str]](list)
    for cell in cells:
        if region in {None, cell["region"]}:
            by_status[cell["status"]].append(cell["region"])
    return ("; ".join(f"{status}: {' '.join(who)}" for status, who in by_status.items()),)


def _participants(body: Json, *, as_json: bool) -> None:
    rows = [
        (one["region"], one["name"], one["status"], one["version"], one["delivery"])
        for one in body["items"]
    ]
    columns = ("region", "name", "status", "accepted", "delivery")
    emit(body, as_json=as_json, human=table(columns, rows))
