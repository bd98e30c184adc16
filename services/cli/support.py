# SPDX-License-Identifier: EUPL-1.2
"""`schakel support`: providers, and support for somebody at work."""

from typing import Annotated

import typer

from services.cli.asking import (
    ReasonOption,
    UrlOption,
    brief,
    day,
    facts,
    gateway,
    given,
    id_of,
    path_of,
    table,
)
from services.cli.client import Gateway, Json, Refused
from services.cli.output import JsonOption, emit

app = typer.Typer(help="Support for somebody at work, and who gives it.", no_args_is_help=True)
REQUESTS, PROVIDERS, PLACEMENTS = "/support-requests", "/support-providers", "/placements"
COLUMNS = ("id", "state", "need", "region", "provider", "until", "placement")

Request = Annotated[str, typer.Argument(metavar="REQUEST", help="Its id, or the beginning of it.")]
Name = Annotated[str, typer.Argument(metavar="PROVIDER", help="Its id or its name.")]
Code = Annotated[str | None, typer.Option("--code", help="Why, as a code; see the glossary.")]
Needed = Annotated[str, typer.Option("--code", help="Why, as a code; see the glossary.")]

OF_THE_REGION = frozenset({"approvals", "declines"})
OF_THE_PROVIDER = frozenset({"acceptances", "first-contacts", "escalations", "hand-backs"})
"""Whose step it is; all others are the coordinator's too."""


def add_to(schakel: typer.Typer) -> None:
    """Add these commands to the command line."""
    schakel.add_typer(app, name="support")


@app.command()
def register(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As agreements name it.")],
    region: Annotated[
        list[str] | None, typer.Option("--region", help="Where it works; may repeat. Else all.")
    ] = None,
    *,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Register a support provider."""
    body = given(name=name, regions=region or "all", reason=reason)
    with gateway(url, as_json=as_json) as reached:
        made = reached.send("POST", PROVIDERS, body).body
    emit(made, as_json=as_json, human=lambda: f"{made['id']}: {made['name']}")


@app.command()
def move(
    provider: Name,
    region: Annotated[list[str], typer.Option("--region", help="Where it works; may repeat.")],
    *,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Change the regions in which a provider works."""
    with gateway(url, as_json=as_json) as reached:
        place = f"{PROVIDERS}/{_provider(reached, provider)}"
        body = given(regions=region, reason=reason)
        changed = reached.change("PATCH", place, body, of=place).body
    emit(changed, as_json=as_json, human=facts(changed))


@app.command()
def providers(*, as_json: JsonOption = False, url: UrlOption = None) -> None:
    """List the support providers by name."""
    with gateway(url, as_json=as_json) as reached:
        items = list(reached.every(PROVIDERS))
    rows = [(one["id"], one["name"], len(one["regions"])) for one in items]
    emit({"items": items}, as_json=as_json, human=table(("id", "name", "regions"), rows))


@app.command()
def request(
    placement: Annotated[
        str, typer.Argument(metavar="PLACEMENT", help="Its id, or the beginning of it.")
    ],
    need: Annotated[str, typer.Option("--need", help="zwaar or specialistisch.")],
    paid_by: Annotated[str, typer.Option("--paid-by", help="employer, region or uwv.")],
    code: Needed = "outgrew_buddy",
    *,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Ask for support at a placement."""
    told = {"need": need, "fundedBy": paid_by, "reasonCode": code, **given(reason=reason)}
    with gateway(url, as_json=as_json) as reached:
        there = id_of(reached, PLACEMENTS, placement)
        made = reached.send("POST", REQUESTS, {"placementId": there, **told}).body
    emit(made, as_json=as_json, human=lambda: f"{made['id']}: {made['state']}")


@app.command("list")
def list_all(
    *,
    region: Annotated[str | None, typer.Option("--region", help="Only in this region.")] = None,
    state: Annotated[str | None, typer.Option("--state", help="Only in this state.")] = None,
    placement: Annotated[
        str | None, typer.Option("--placement", help="Only for this placement.")
    ] = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """List the requests for support, newest first."""
    with gateway(url, as_json=as_json) as reached:
        at = id_of(reached, PLACEMENTS, placement) if placement else None
        items = list(reached.every(REQUESTS, region=region, state=state, placementId=at))
    emit({"items": items}, as_json=as_json, human=table(COLUMNS, [_row(one) for one in items]))


@app.command()
def show(request: Request, *, as_json: JsonOption = False, url: UrlOption = None) -> None:
    """Show one request for support."""
    with gateway(url, as_json=as_json) as reached:
        body = reached.get(path_of(reached, REQUESTS, request)).body
    emit(body, as_json=as_json, human=facts(body))


@app.command()
def history(request: Request, *, as_json: JsonOption = False, url: UrlOption = None) -> None:
    """Show who took which step of a request, when and why."""
    with gateway(url, as_json=as_json) as reached:
        items = list(reached.every(f"{path_of(reached, REQUESTS, request)}/history"))
    columns = ("at", "step", "state", "role", "by", "why")
    rows = [
        (one["at"], one["step"], one["state"], one["role"], one["by"], one["reasonCode"])
        for one in items
    ]
    emit({"items": items}, as_json=as_json, human=table(columns, rows))


@app.command()
def approve(
    request: Request,
    *,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Let the region pay."""
    _step(request, "approvals", given(reason=reason), as_json=as_json, url=url)


@app.command()
def decline(
    request: Request,
    code: Needed = "no_budget",
    *,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Let the region not pay."""
    body = given(reasonCode=code, reason=reason)
    _step(request, "declines", body, as_json=as_json, url=url)


@app.command()
def assign(
    request: Request,
    provider: Name,
    code: Code = None,
    *,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Ask a provider that works in the region."""
    with gateway(url, as_json=as_json) as reached:
        found = _provider(reached, provider)
    body = given(providerId=found, reasonCode=code, reason=reason)
    _step(request, "assignments", body, as_json=as_json, url=url)


@app.command()
def accept(request: Request, *, as_json: JsonOption = False, url: UrlOption = None) -> None:
    """Take a request on, as its provider."""
    _step(request, "acceptances", {}, as_json=as_json, url=url)


@app.command()
def contact(
    request: Request,
    on: Annotated[str, typer.Option("--on", help="Day of the first contact.", callback=day)],
    *,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Tell the day of the first contact."""
    _step(request, "first-contacts", {"on": on}, as_json=as_json, url=url)


@app.command()
def escalate(
    request: Request,
    need: Annotated[str | None, typer.Option("--need", help="The need from now on.")] = None,
    code: Needed = "need_grew",
    *,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Say that this support is not enough."""
    body = given(need=need, reasonCode=code, reason=reason)
    _step(request, "escalations", body, as_json=as_json, url=url)


@app.command()
def resume(
    request: Request,
    *,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Go on after an escalation."""
    _step(request, "resumptions", given(reason=reason), as_json=as_json, url=url)


@app.command("hand-back")
def hand_back(
    request: Request,
    code: Needed = "no_capacity",
    *,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Give a request back, as its provider."""
    body = given(reasonCode=code, reason=reason)
    _step(request, "hand-backs", body, as_json=as_json, url=url)


@app.command()
def close(
    request: Request,
    closing: Annotated[
        str, typer.Option("--closing", help="returned_to_buddy, ended or transferred.")
    ],
    code: Code = None,
    *,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """End the support."""
    body = given(closing=closing, reasonCode=code, reason=reason)
    _step(request, "closures", body, as_json=as_json, url=url)


@app.command()
def withdraw(
    request: Request,
    code: Needed = "not_needed",
    *,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Take a request back before anybody works on it."""
    body = given(reasonCode=code, reason=reason)
    _step(request, "withdrawals", body, as_json=as_json, url=url)


def _step(request: str, noun: str, body: Json, *, as_json: bool, url: str | None) -> None:
    """Take a step at the newest revision, and tell where it led."""
    with gateway(url, as_json=as_json) as reached:
        place = path_of(reached, REQUESTS, request)
        found = reached.get(place)
        provider = found.body["provider"]
        if noun in OF_THE_REGION:
            reached.speak_for("wsp-manager", region=found.body["region"])
        elif noun in OF_THE_PROVIDER and provider:
            reached.speak_for("support-provider", provider=provider["id"])
        after = reached.send("POST", f"{place}/{noun}", body, found.etag).body
    emit(after, as_json=as_json, human=lambda: f"{after['id']}: {after['state']}")


def _provider(reached: Gateway, said: str) -> str:
    """Give the id of the one provider meant, or refuse with the candidates."""
    items = list(reached.every(PROVIDERS))
    found = [one for one in items if said.lower() in {one["id"], one["name"].lower()}]
    if len(found) != 1:
        names = ", ".join(one["name"] for one in items[:10]) or "none"
        raise Refused({"title": f"No provider answers to {said}", "detail": f"known: {names}"})
    return str(found[0]["id"])


def _row(one: Json) -> tuple[object, ...]:
    provider = one["provider"]["name"] if one["provider"] else None
    until = one["acceptBy"] or one["firstContactBy"]
    placement = brief(one["placementId"])
    return one["id"], one["state"], one["need"], one["region"], provider, until, placement
