# SPDX-License-Identifier: EUPL-1.2
"""`schakel regions`, what concerns places: a desk lists them, picks up, confirms and decides."""

import json
from typing import Annotated, Any

import typer

from services.cli.asking import (
    ReasonOption,
    RegionArgument,
    UrlOption,
    brief,
    facts,
    gateway,
    given,
    path_of,
    table,
)
from services.cli.client import Gateway, Json
from services.cli.output import JsonOption, emit

PlaceArgument = Annotated[
    str, typer.Argument(metavar="PLACEMENT", help="Its id, or the beginning of it.")
]
WhyOption = Annotated[str, typer.Option("--reason", help="Why; kept in the history.")]
CandidateOption = Annotated[
    str | None, typer.Option("--candidate", help="A reference that the region made.")
]
GroupsOption = Annotated[
    list[str] | None, typer.Option("--group", help="A group of the candidate; may come again.")
]
RegisterOption = Annotated[
    bool | None,
    typer.Option("--in-register/--not-in-register", help="Whether in the doelgroepregister."),
]
CriterionOption = Annotated[
    bool | None,
    typer.Option("--criterion-met/--criterion-not-met", help="Whether the criteria are met."),
]
InstrumentsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--instrument",
        metavar="CODE[:NAME=VALUE,…]",
        help="As loonkostensubsidie:wageValue=60,hoursPerWeek=25.5; may come again.",
    ),
]


def add_to(regions: typer.Typer) -> None:
    """Add these commands to those of regions."""
    regions.command()(placements)
    regions.command()(placement)
    regions.command("pick-up")(pick_up)
    regions.command()(candidate)
    regions.command()(confirm)
    regions.command()(correct)
    regions.command("decline-place")(decline_place)
    regions.command("hand-over")(hand_over)


def placements(  # noqa: PLR0913 - a command's options
    region: RegionArgument,
    *,
    state: Annotated[str | None, typer.Option("--state", help="Only those that stand so.")] = None,
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only those that nobody picked up in time.")
    ] = False,
    sector: Annotated[str | None, typer.Option("--sector", help="Only in this sector.")] = None,
    organisation: Annotated[
        str | None, typer.Option("--organisation", help="Only what this one has in hand.")
    ] = None,
    newest: Annotated[bool, typer.Option("--newest", help="The latest first.")] = False,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """List the places at a region's desk, by the day until which picking up is in time."""
    filters = given(
        state=state,
        sector=sector,
        organisation=organisation,
        overdue="true" if overdue else None,
        sort="newest" if newest else None,
    )
    with gateway(url, as_json=as_json) as reached:
        items = list(reached.every(f"/regions/{region}/placements", **filters))
    rows = [
        (
            brief(one["placementId"]),
            one["state"],
            f"{one['pickUpBy']}{' late' if one['overdue'] else ''}",
            one["organisation"],
            one["sector"],
            one["workplace"]["municipalityName"],
            one["function"],
        )
        for one in items
    ]
    columns = ("placement", "state", "pick up by", "in hand", "sector", "where", "function")
    emit({"items": items}, as_json=as_json, human=table(columns, rows))


def placement(
    region: RegionArgument,
    place: PlaceArgument,
    *,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Show one place, with the region's own file of it."""
    with gateway(url, as_json=as_json) as reached:
        body = reached.get(path_of(reached, f"/regions/{region}/placements", place)).body
    emit(body, as_json=as_json, human=facts(body))


def pick_up(
    region: RegionArgument,
    place: PlaceArgument,
    *,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Pick up a place: the region looks for a candidate."""
    _decide(region, place, {"decision": "picked-up"}, as_json=as_json, url=url)


def candidate(
    region: RegionArgument, *, as_json: JsonOption = False, url: UrlOption = None
) -> None:
    """Make a reference for a candidate; the region alone knows whose it is."""
    with gateway(url, as_json=as_json) as reached:
        made = _reference(reached, region)
    emit(made, as_json=as_json, human=lambda: str(made["candidateReference"]))


def confirm(  # noqa: PLR0913 - a command's options
    region: RegionArgument,
    place: PlaceArgument,
    *,
    candidate: CandidateOption = None,
    group: GroupsOption = None,
    in_register: RegisterOption = None,
    criterion_met: CriterionOption = None,
    instrument: InstrumentsOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Confirm a candidate for a place; without a reference a new one is made."""
    said = _confirmation(candidate, group, in_register, criterion_met, instrument)
    with gateway(url, as_json=as_json) as reached:
        path = path_of(reached, f"/regions/{region}/placements", place)
        if candidate is None:
            said["candidateReference"] = _reference(reached, region)["candidateReference"]
        told = reached.send("POST", f"{path}/decisions", {"decision": "confirmed", **said}).body
    _tell(told, as_json=as_json, more=f" {said['candidateReference']}")


def correct(  # noqa: PLR0913 - a command's options
    region: RegionArgument,
    place: PlaceArgument,
    *,
    reason: WhyOption,
    candidate: CandidateOption = None,
    group: GroupsOption = None,
    in_register: RegisterOption = None,
    criterion_met: CriterionOption = None,
    instrument: InstrumentsOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Correct what was confirmed: only what is given differs."""
    said = _confirmation(candidate, group, in_register, criterion_met, instrument)
    body = {"decision": "corrected", "reason": reason, **said}
    _decide(region, place, body, as_json=as_json, url=url)


def decline_place(
    region: RegionArgument,
    place: PlaceArgument,
    why: Annotated[str, typer.Argument(metavar="WHY", help="As no_candidate.")],
    *,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Give a place back to the employer."""
    body = {"decision": "declined", "reasonCode": why, **given(reason=reason)}
    _decide(region, place, body, as_json=as_json, url=url)


def hand_over(
    region: RegionArgument,
    place: PlaceArgument,
    to: Annotated[str, typer.Argument(metavar="TO", help="A region that shares a border.")],
    *,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Hand a place over to a neighbouring region that takes part."""
    body = {"decision": "handed-over", "toRegion": to, **given(reason=reason)}
    _decide(region, place, body, as_json=as_json, url=url)


def _decide(region: str, place: str, body: Json, *, as_json: bool, url: str | None) -> None:
    with gateway(url, as_json=as_json) as reached:
        path = path_of(reached, f"/regions/{region}/placements", place)
        told = reached.send("POST", f"{path}/decisions", body).body
    _tell(told, as_json=as_json)


def _tell(told: Json, *, as_json: bool, more: str = "") -> None:
    said = f"{told['region']} {told['decision']} {brief(told['placementId'])}{more}"
    emit(told, as_json=as_json, human=lambda: f"{said}: {told['state']}")


def _reference(reached: Gateway, region: str) -> Json:
    return reached.send("POST", f"/regions/{region}/candidate-references", {}).body


def _confirmation(
    candidate: str | None,
    groups: list[str] | None,
    in_register: bool | None,  # noqa: FBT001 - three answers: yes, no, not said
    criterion_met: bool | None,  # noqa: FBT001 - the same
    instruments: list[str] | None,
) -> Json:
    return given(
        candidateReference=candidate,
        targetGroups=groups or None,
        inRegister=in_register,
        criterionMet=criterion_met,
        instruments=[_instrument(one) for one in instruments] if instruments else None,
    )


def _instrument(said: str) -> Json:
    """Read `loonkostensubsidie:wageValue=60`."""
    code, _, rest = said.partition(":")
    pairs = [pair.partition("=") for pair in rest.split(",") if pair]
    if any(not sign for _, sign, _ in pairs):
        raise typer.BadParameter(f"{said} is not CODE:NAME=VALUE,…")
    return {"code": code, **{name: _value(value) for name, _, value in pairs}}


def _value(text: str) -> Any:  # noqa: ANN401 - a JSON value
    try:
        return json.loads(text)
    except ValueError:
        return text
