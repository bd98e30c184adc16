# SPDX-License-Identifier: EUPL-1.2
"""`schakel agreements`: register, publish, change, and see who holds what."""

from typing import Annotated, Literal

import typer

from services.cli import consulting, fan_out
from services.cli.asking import (
    AgreementArgument,
    FileArgument,
    ReasonOption,
    UrlOption,
    act,
    brief,
    day,
    facts,
    find_agreement,
    gateway,
    given,
    read_file,
    table,
)
from services.cli.client import Gateway, Json
from services.cli.employers import find_or_register
from services.cli.output import REFUSED, JsonOption, console, emit
from services.cli.progress import WATCH_SECONDS, follow

app = typer.Typer(help="Agreements with national employers.", no_args_is_help=True)

WhyOption = Annotated[str, typer.Option("--reason", help="Why; kept in the history.")]
PublishOption = Annotated[bool, typer.Option("--publish", help="Publish it too.")]
WatchOption = Annotated[
    bool, typer.Option("--watch", help="Show the fan-out until every region has it.")
]


def add_to(schakel: typer.Typer) -> None:
    """Add these commands to the command line."""
    fan_out.add_to(app)
    consulting.add_to(app)
    schakel.add_typer(app, name="agreements")


@app.command()
def register(
    file: FileArgument,
    *,
    publish: PublishOption = False,
    watch: WatchOption = False,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Register the agreement in a file; `employer` in it is found by name, or registered first."""
    with gateway(url, as_json=as_json) as reached:
        body = read_file(file) | given(reason=reason)
        if "employer" in body and "employerId" not in body:
            body["employerId"] = find_or_register(reached, str(body.pop("employer")))["id"]
        agreement = reached.send("POST", "/agreements", body).body
        if publish:
            agreement = act(reached, agreement["id"], "publications", given(reason=reason))
        _tell(reached, agreement, watch=watch and publish, as_json=as_json)


@app.command("list")
def list_all(
    *,
    status: Annotated[str | None, typer.Option("--status", help="Only in this state.")] = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """List the agreements, newest first."""
    with gateway(url, as_json=as_json) as reached:
        items = list(reached.every("/agreements", status=status))
    rows = [
        (brief(one["id"]), one["status"], one["version"], len(one["participants"]), one["title"])
        for one in items
    ]
    columns = ("id", "status", "version", "regions", "title")
    emit({"items": items}, as_json=as_json, human=table(columns, rows))


@app.command()
def show(
    agreement: AgreementArgument,
    *,
    version: Annotated[
        int | None,
        typer.Option("--version", min=1, help="As it was published then, and what that changed."),
    ] = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Show one agreement."""
    with gateway(url, as_json=as_json) as reached:
        path = f"/agreements/{find_agreement(reached, agreement)}"
        body = reached.get(f"{path}/versions/{version}" if version else path).body
    emit(body, as_json=as_json, human=facts(body))


@app.command()
def edit(
    agreement: AgreementArgument,
    file: FileArgument,
    *,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Change the draft: only the fields in the file."""
    with gateway(url, as_json=as_json) as reached:
        path = f"/agreements/{find_agreement(reached, agreement)}"
        body = read_file(file) | given(reason=reason)
        _tell(reached, reached.change("PATCH", path, body, of=path).body, as_json=as_json)


@app.command()
def amend(  # noqa: PLR0913 - a command's options
    agreement: AgreementArgument,
    file: FileArgument,
    *,
    change: Annotated[
        Literal["material", "editorial"] | None,
        typer.Option(
            "--change",
            help="A material change asks every region to confirm again. Left out, `change` in the "
            "file says it.",
        ),
    ] = None,
    publish: PublishOption = False,
    watch: WatchOption = False,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Draft the next version: only the fields in the file differ.

    To publish a material change the employer agrees anew: `employerConsentOn` and
    `employerConsentRole` in the file say so.
    """
    with gateway(url, as_json=as_json) as reached:
        identity = find_agreement(reached, agreement)
        body = read_file(file) | given(change=change, reason=reason)
        changed = act(reached, identity, "amendments", body)
        if publish:
            changed = act(reached, identity, "publications", given(reason=reason))
        _tell(reached, changed, watch=watch and publish, as_json=as_json)


@app.command()
def publish(  # noqa: PLR0913 - a command's options
    agreement: AgreementArgument,
    *,
    consent_on: Annotated[
        str | None, typer.Option("--employer-consent-on", help="Day on which the employer agreed.")
    ] = None,
    consent_role: Annotated[
        str | None, typer.Option("--employer-consent-role", help="In which role it agreed.")
    ] = None,
    previous_valid_until: Annotated[
        str | None,
        typer.Option("--previous-valid-until", help="Last day of the version before."),
    ] = None,
    watch: WatchOption = False,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Publish the draft to every region that takes part."""
    body = given(
        employerConsentOn=day(consent_on),
        employerConsentRole=consent_role,
        previousValidUntil=day(previous_valid_until),
        reason=reason,
    )
    with gateway(url, as_json=as_json) as reached:
        published = act(reached, find_agreement(reached, agreement), "publications", body)
        _tell(reached, published, watch=watch, as_json=as_json)


@app.command()
def suspend(
    agreement: AgreementArgument,
    *,
    reason: WhyOption,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Make no new placements for now; running ones go on."""
    _step(agreement, "suspensions", given(reason=reason), as_json=as_json, url=url)


@app.command()
def resume(
    agreement: AgreementArgument,
    *,
    reason: WhyOption,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Make new placements again."""
    _step(agreement, "resumptions", given(reason=reason), as_json=as_json, url=url)


@app.command()
def end(
    agreement: AgreementArgument,
    *,
    reason: WhyOption,
    ends_on: Annotated[str | None, typer.Option("--ends-on", help="Last day.")] = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """End the agreement: in 3 months, or on the day given."""
    body = given(reason=reason, endsOn=day(ends_on))
    _step(agreement, "endings", body, as_json=as_json, url=url)


@app.command()
def withdraw(
    agreement: AgreementArgument,
    *,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Withdraw a draft that no region has seen."""
    with gateway(url, as_json=as_json) as reached:
        path = f"/agreements/{find_agreement(reached, agreement)}"
        body = reached.change("DELETE", path, given(reason=reason), of=path).body
        _tell(reached, body, as_json=as_json)


def _step(agreement: str, step: str, body: Json, *, as_json: bool, url: str | None) -> None:
    with gateway(url, as_json=as_json) as reached:
        _tell(
            reached, act(reached, find_agreement(reached, agreement), step, body), as_json=as_json
        )


def _tell(reached: Gateway, agreement: Json, *, watch: bool = False, as_json: bool) -> None:
    """Tell what an agreement has become, and with `watch` who holds it."""
    if not as_json:
        version = f", version {agreement['version']}" if agreement["version"] else ""
        console.print(f"{agreement['id']}: {agreement['status']}{version}", highlight=False)
    ledger = None
    if watch:
        ledger = follow(reached, agreement["id"], seconds=WATCH_SECONDS, drawn=not as_json)
    if as_json:
        progress = {"progress": ledger.progress} if ledger else {}
        emit(agreement | progress, as_json=True, human=str)
    if ledger and not ledger.agreed:
        raise typer.Exit(REFUSED)
