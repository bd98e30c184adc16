# SPDX-License-Identifier: EUPL-1.2
"""`schakel projects`, `bottlenecks` and `evaluations`: what is done and learnt under agreements."""

from collections.abc import Sequence
from typing import Annotated

import typer

from services.cli.annexes import NumberArgument
from services.cli.asking import (
    AgreementArgument,
    FileArgument,
    ReasonOption,
    UrlOption,
    day,
    facts,
    find_agreement,
    gateway,
    given,
    read_file,
    table,
)
from services.cli.client import Json
from services.cli.consulting import ForOption
from services.cli.output import JsonOption, emit

projects = typer.Typer(help="Projects under an agreement.", no_args_is_help=True)
bottlenecks = typer.Typer(help="What stands in the way, and what helps.", no_args_is_help=True)
evaluations = typer.Typer(help="Evaluations with frozen figures.", no_args_is_help=True)
TextArgument = Annotated[str, typer.Argument(metavar="TEXT", help="What is said.")]


def add_to(schakel: typer.Typer) -> None:
    """Add these commands to the command line."""
    schakel.add_typer(projects, name="projects")
    schakel.add_typer(bottlenecks, name="bottlenecks")
    schakel.add_typer(evaluations, name="evaluations")


@projects.command("list")
def list_projects(
    agreement: AgreementArgument, *, as_json: JsonOption = False, url: UrlOption = None
) -> None:
    """List the projects of an agreement."""
    columns = ("number", "region", "status", "started", "title")
    _list(agreement, "projects", columns, as_json=as_json, url=url)


@projects.command("register")
def register_project(
    agreement: AgreementArgument,
    file: FileArgument,
    *,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Register the project in a file: `kind`, `title`, `targetGroups`, `intake`, `region`."""
    _send(agreement, "projects", read_file(file), as_json=as_json, url=url)


@projects.command("start")
def start_project(
    agreement: AgreementArgument,
    number: NumberArgument,
    *,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Start a project."""
    _send(agreement, f"projects/{number}/starts", given(reason=reason), as_json=as_json, url=url)


@projects.command("report")
def report_result(  # noqa: PLR0913 - a command's options
    agreement: AgreementArgument,
    number: NumberArgument,
    *,
    quarter: Annotated[int, typer.Option("--quarter", min=1, max=4, help="The quarter.")],
    started: Annotated[int, typer.Option("--started", min=0, help="How many started in it.")],
    year: Annotated[int | None, typer.Option("--year", help="Its year, if known.")] = None,
    note: Annotated[str | None, typer.Option("--note", help="What came of it.")] = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Report how many people started in a quarter."""
    body = given(year=year, quarter=quarter, started=started, note=note)
    _send(agreement, f"projects/{number}/results", body, as_json=as_json, url=url)


@projects.command("complete")
def complete_project(
    agreement: AgreementArgument,
    number: NumberArgument,
    *,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Complete a project that has a result."""
    body = given(reason=reason)
    _send(agreement, f"projects/{number}/completions", body, as_json=as_json, url=url)


@bottlenecks.command("list")
def list_bottlenecks(
    agreement: AgreementArgument, *, as_json: JsonOption = False, url: UrlOption = None
) -> None:
    """List what stands in the way, and what helps."""
    columns = ("number", "region", "status", "text")
    _list(agreement, "bottlenecks", columns, as_json=as_json, url=url)


@bottlenecks.command("report")
def report_bottleneck(
    agreement: AgreementArgument,
    text: TextArgument,
    *,
    region: ForOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Report what stands in the way."""
    _send(agreement, "bottlenecks", given(region=region, text=text), as_json=as_json, url=url)


@bottlenecks.command("answer")
def answer_bottleneck(
    agreement: AgreementArgument,
    number: NumberArgument,
    text: TextArgument,
    *,
    region: ForOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Say what helps; every region of the agreement sees it."""
    body = given(region=region, text=text)
    _send(agreement, f"bottlenecks/{number}/solutions", body, as_json=as_json, url=url)


@evaluations.command("list")
def list_evaluations(
    agreement: AgreementArgument, *, as_json: JsonOption = False, url: UrlOption = None
) -> None:
    """List evaluations; --json shows their figures."""
    columns = ("number", "dueOn", "status", "note")
    _list(agreement, "evaluations", columns, as_json=as_json, url=url)


@evaluations.command("plan")
def plan_evaluation(
    agreement: AgreementArgument,
    due_on: Annotated[str, typer.Argument(metavar="DAY", help="Such as 2027-06-01.")],
    *,
    note: Annotated[str | None, typer.Option("--note", help="What it is for.")] = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Plan the day on which figures are frozen; today freezes them at once."""
    body = given(dueOn=day(due_on), note=note)
    _send(agreement, "evaluations", body, as_json=as_json, url=url)


def _list(
    agreement: str, what: str, columns: Sequence[str], *, as_json: bool, url: str | None
) -> None:
    with gateway(url, as_json=as_json) as reached:
        path = f"/agreements/{find_agreement(reached, agreement)}/{what}"
        items = list(reached.every(path))
    rows = [[one[column] for column in columns] for one in items]
    emit({"items": items}, as_json=as_json, human=table(columns, rows))


def _send(agreement: str, step: str, body: Json, *, as_json: bool, url: str | None) -> None:
    with gateway(url, as_json=as_json) as reached:
        path = f"/agreements/{find_agreement(reached, agreement)}/{step}"
        made = reached.send("POST", path, body).body
    emit(made, as_json=as_json, human=facts(made))
