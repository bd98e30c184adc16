# SPDX-License-Identifier: EUPL-1.2
"""`schakel agreements`, what regions say: comments on a concept, and whether they can deliver."""

from typing import Annotated

import typer

from services.cli.asking import (
    AgreementArgument,
    ReasonOption,
    UrlOption,
    act,
    day,
    facts,
    find_agreement,
    gateway,
    given,
    table,
)
from services.cli.output import JsonOption, emit

ForOption = Annotated[
    str | None, typer.Option("--region", help="For this region; your own when left out.")
]


def add_to(agreements: typer.Typer) -> None:
    """Add these commands to those of agreements."""
    for command in (consult, close_consultation, comment, comments, promises):
        agreements.command()(command)


def consult(
    agreement: AgreementArgument,
    *,
    respond_by: Annotated[
        str | None, typer.Option("--respond-by", help="Last day; 10 working days when left out.")
    ] = None,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Put the draft to the invited regions for comment; until it is closed it stands still."""
    body = given(respondBy=day(respond_by), reason=reason)
    with gateway(url, as_json=as_json) as reached:
        changed = act(reached, find_agreement(reached, agreement), "consultations", body)
    emit(changed, as_json=as_json, human=lambda: str(changed["status"]))


def close_consultation(
    agreement: AgreementArgument,
    *,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Wait for no more comments."""
    with gateway(url, as_json=as_json) as reached:
        identity = find_agreement(reached, agreement)
        changed = act(reached, identity, "consultations/closings", given(reason=reason))
    emit(changed, as_json=as_json, human=lambda: str(changed["status"]))


def comment(
    agreement: AgreementArgument,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What the region says.")],
    *,
    region: ForOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Comment on the concept that is open, for a region."""
    with gateway(url, as_json=as_json) as reached:
        path = f"/agreements/{find_agreement(reached, agreement)}/comments"
        if region is not None:
            reached.speak_for("wsp-manager", region=region)
        said = reached.send("POST", path, given(region=region, text=text)).body
    emit(said, as_json=as_json, human=facts(said))


def comments(
    agreement: AgreementArgument, *, as_json: JsonOption = False, url: UrlOption = None
) -> None:
    """List what regions said of the concepts of an agreement."""
    with gateway(url, as_json=as_json) as reached:
        path = f"/agreements/{find_agreement(reached, agreement)}/comments"
        items = list(reached.every(path))
    rows = [(one["saidAt"][:10], one["region"], one["version"], one["text"]) for one in items]
    columns = ("on", "region", "version", "text")
    emit({"items": items}, as_json=as_json, human=table(columns, rows))


def promises(
    agreement: AgreementArgument,
    *,
    region: Annotated[str | None, typer.Option("--region", help="Only of this region.")] = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Compare the instruments that are promised with those that each region offers."""
    with gateway(url, as_json=as_json) as reached:
        path = f"/agreements/{find_agreement(reached, agreement)}/promise-check"
        items = list(reached.every(path, region=region))
    rows = [
        (
            one["region"],
            one["name"],
            one["participation"],
            ", ".join(one["gaps"]) or "none" if one["known"] else "not told",
        )
        for one in items
    ]
    columns = ("region", "name", "part", "missing")
    emit({"items": items}, as_json=as_json, human=table(columns, rows))
