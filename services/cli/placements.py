# SPDX-License-Identifier: EUPL-1.2
"""`schakel placements`: offer places, report what becomes of them, count them."""

from typing import Annotated

import typer

from services.cli.asking import (
    AgreementArgument,
    ReasonOption,
    UrlOption,
    brief,
    day,
    facts,
    find_agreement,
    gateway,
    given,
    path_of,
    table,
)
from services.cli.client import Json
from services.cli.output import JsonOption, emit
from shared.contracts import reference

app = typer.Typer(help="Places offered, and what becomes of them.", no_args_is_help=True)
PLACEMENTS = "/placements"
COLUMNS = ("placement", "state", "region", "needed by", "hours", "where", "function")

Place = Annotated[str, typer.Argument(metavar="PLACEMENT", help="Its id, or the beginning of it.")]
OnOption = Annotated[str | None, typer.Option("--on", help="The day; today when left out.")]
AgreementOption = Annotated[
    str | None, typer.Option("--agreement", help="Only under this agreement.")
]
RegionOption = Annotated[str | None, typer.Option("--region", help="Only in this region.")]

OF_THE_REGION = frozenset({"starts", "check-ins", "endings"})
"""Steps at work: the region knows how it goes."""


def add_to(schakel: typer.Typer) -> None:
    """Add these commands to the command line."""
    schakel.add_typer(app, name="placements")


@app.command()
def offer(  # noqa: PLR0913 - a command's options
    agreement: AgreementArgument,
    *,
    function: Annotated[str, typer.Option("--function", help="The work, in a few words.")],
    sector: Annotated[str, typer.Option("--sector", help="The sector.")],
    municipality: Annotated[
        str, typer.Option("--municipality", help="Where, by name or code (GM0505).")
    ],
    hours: Annotated[float, typer.Option("--hours", help="Hours a week.")],
    needed_by: Annotated[str, typer.Option("--needed-by", help="Last day to find somebody.")],
    places: Annotated[int, typer.Option("--places", help="How many of them.")] = 1,
    group: Annotated[
        list[str] | None, typer.Option("--group", help="Whom you have in mind; may repeat.")
    ] = None,
    path: Annotated[str | None, typer.Option("--path", help="breadth or specialisation.")] = None,
    site: Annotated[str | None, typer.Option("--site", help="The site, by name.")] = None,
    client: Annotated[
        str | None, typer.Option("--client", help="For whom the work is done there.")
    ] = None,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Offer a place, or several of one kind, in one municipality."""
    there = given(municipality=municipality_code(municipality), site=site, client=client)
    with gateway(url, as_json=as_json) as reached:
        body = given(
            agreementId=find_agreement(reached, agreement),
            function=function,
            sector=sector,
            workplace=there,
            hoursPerWeek=hours,
            neededBy=day(needed_by),
            places=places,
            targetGroups=group,
            developmentPath=path,
            reason=reason,
        )
        made = reached.send("POST", PLACEMENTS, body).body
    emit(made, as_json=as_json, human=lambda: f"{made['id']}: {made['state']} in {made['region']}")


@app.command("list")
def list_all(
    *,
    agreement: AgreementOption = None,
    region: RegionOption = None,
    state: Annotated[str | None, typer.Option("--state", help="Only in this state.")] = None,
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only what a region is late in picking up.")
    ] = False,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """List the placements, newest first."""
    late = "true" if overdue else None
    with gateway(url, as_json=as_json) as reached:
        under = find_agreement(reached, agreement) if agreement else None
        filters = given(agreementId=under, region=region, state=state, overdue=late)
        items = list(reached.every(PLACEMENTS, **filters))
    emit({"items": items}, as_json=as_json, human=table(COLUMNS, [row(one) for one in items]))


@app.command()
def show(placement: Place, *, as_json: JsonOption = False, url: UrlOption = None) -> None:
    """Show one placement."""
    with gateway(url, as_json=as_json) as reached:
        body = reached.get(path_of(reached, PLACEMENTS, placement)).body
    emit(body, as_json=as_json, human=facts(body))


@app.command()
def history(placement: Place, *, as_json: JsonOption = False, url: UrlOption = None) -> None:
    """Show what happened to a placement, who said so and when."""
    with gateway(url, as_json=as_json) as reached:
        items = list(reached.every(f"{path_of(reached, PLACEMENTS, placement)}/history"))
    rows = [
        (one["happenedAt"], one["step"], one["role"], one["by"], one["reason"] or one["reasonCode"])
        for one in items
    ]
    columns = ("at", "step", "role", "by", "why")
    emit({"items": items}, as_json=as_json, human=table(columns, rows))


@app.command()
def start(
    placement: Place,
    *,
    on: OnOption = None,
    guidance: Annotated[
        str | None, typer.Option("--guidance", help="Who guides; the agreement's own else.")
    ] = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Report that somebody started, or confirm it for the region."""
    _step(
        placement,
        "starts",
        given(on=day(on), guidance=guidance),
        as_json=as_json,
        url=url,
    )


@app.command("check-in")
def check_in(
    placement: Place,
    outcome: Annotated[
        str, typer.Argument(metavar="OUTCOME", help="going_well, concerns or stopped.")
    ],
    *,
    month: Annotated[int | None, typer.Option("--month", help="1, 3, 6 or 12.")] = None,
    on: OnOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Report how it goes."""
    body = given(outcome=outcome, month=month, on=day(on))
    _step(placement, "check-ins", body, as_json=as_json, url=url)


@app.command()
def end(
    placement: Place,
    outcome: Annotated[str, typer.Argument(metavar="OUTCOME", help="completed or ended_early.")],
    *,
    code: Annotated[
        str | None, typer.Option("--code", help="Why it ends early; see the glossary.")
    ] = None,
    on: OnOption = None,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Complete a placement, or end it early."""
    body = given(outcome=outcome, reasonCode=code, on=day(on), reason=reason)
    _step(placement, "endings", body, as_json=as_json, url=url)


@app.command()
def withdraw(
    placement: Place,
    *,
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the history.")],
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Take a place back before anybody started."""
    _step(placement, "withdrawals", {"reason": reason}, as_json=as_json, url=url)


@app.command()
def counts(
    *,
    agreement: AgreementOption = None,
    region: RegionOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Count how many places got how far, by agreement and region."""
    with gateway(url, as_json=as_json) as reached:
        under = find_agreement(reached, agreement) if agreement else None
        filters = given(agreementId=under, region=region)
        items = list(reached.every("/placement-counts", **filters))
    words = ("offered", "pickedUp", "confirmed", "started", "sustained")
    columns = ("agreement", "region", "offered", "picked up", "confirmed", "started", "sustained")
    rows = [
        (brief(one["agreementId"]), one["region"], *(one[word] for word in words)) for one in items
    ]
    emit({"items": items}, as_json=as_json, human=table(columns, rows))


def municipality_code(said: str) -> str:
    """Give the code of a municipality that is named, or said by its code."""
    for one in reference.municipalities():
        if said.casefold() in (one.code.casefold(), one.name.casefold()):
            return one.code
    raise typer.BadParameter(f"{said} is no municipality of 2026")


def row(one: Json) -> tuple[object, ...]:
    """Write a placement as one line of a table."""
    late = " (late)" if one["overdue"] else ""
    return (
        brief(one["id"]),
        one["state"] + late,
        one["region"],
        one["neededBy"],
        one["hoursPerWeek"],
        one["workplace"]["municipalityName"],
        one["function"],
    )


def _step(placement: str, step: str, body: Json, *, as_json: bool, url: str | None) -> None:
    with gateway(url, as_json=as_json) as reached:
        path = path_of(reached, PLACEMENTS, placement)
        found = reached.get(path)
        if step in OF_THE_REGION:
            reached.speak_for("wsp-manager", region=found.body["region"])
        after = reached.send("POST", f"{path}/{step}", body, found.etag).body
    emit(after, as_json=as_json, human=lambda: f"{brief(after['id'])}: {after['state']}")
