# SPDX-License-Identifier: EUPL-1.2
"""`schakel audit`: who did what, and whether anybody touched that since."""

import csv
import io
import json
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Group, RenderableType

from services.cli.asking import WHOLE_ID, UrlOption, brief, gateway, given, table
from services.cli.client import Gateway, Json, Refused
from services.cli.output import REFUSED, JsonOption, console, emit, errors, tell_silent
from shared.contracts.chain import Check, keeper_of, links_in
from shared.contracts.topology import SERVICES

app = typer.Typer(help="Who did what, and whether that still stands there.", no_args_is_help=True)
PLACE = "/operations/audit"
SETTLED_SECONDS = 60
MOST = 200
COLUMNS = (
    *("id", "at", "subject", "role", "scope", "operation", "aggregate", "version"),
    *("origin", "status", "problem", "trace"),
)
SHOWN = ("at (UTC)", "subject", "role", "operation", "on", "result")
HEAD = re.compile(r"(?P<service>[a-z]+):(?P<seq>[1-9][0-9]*):(?P<hash>[0-9a-f]{64})", re.ASCII)
HOW = (
    "is no head. Give --head SERVICE:PLACE:HASH, with all 64 digits of the hash: the log of a "
    "service has them (audit_head), or an earlier `schakel audit verify --json` (links, hash)"
)
# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")

ServiceOption = Annotated[str | None, typer.Option("--service", help="Only of this service.")]
SubjectOption = Annotated[str | None, typer.Option("--subject", help="Only what they did.")]
OperationOption = Annotated[str | None, typer.Option("--operation", help="Only this operation.")]
AggregateOption = Annotated[
    str | None, typer.Option("--aggregate", help="Only what begins so: agreement/ID.")
]
SinceOption = Annotated[
    str | None, typer.Option("--since", help="From then on: 2026-12-01, or a moment with zone.")
]
ResultOption = Annotated[str | None, typer.Option("--result", help="done or refused.")]


def add_to(schakel: typer.Typer) -> None:
    """Add these commands to the command line."""
    schakel.add_typer(app, name="audit")


@app.command("list")
def list_some(  # noqa: PLR0913 - each is an option of the command line
    *,
    service: ServiceOption = None,
    subject: SubjectOption = None,
    operation: OperationOption = None,
    aggregate: AggregateOption = None,
    since: SinceOption = None,
    result: ResultOption = None,
    page: Annotated[int, typer.Option("--page", min=1, help="Which page, from 1.")] = 1,
    page_size: Annotated[int, typer.Option("--page-size", min=1, max=200)] = 50,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """List who did what, by service, newest first."""
    asked = _filters(service, subject, operation, aggregate, since, result)
    with gateway(url, as_json=as_json) as reached:
        body = reached.get(PLACE, **asked, page=page, pageSize=page_size).body
    emit(body, as_json=as_json, human=lambda: _listed(body, page, page_size))
    _complete(body["unanswered"])


@app.command()
def export(  # noqa: PLR0913 - each is an option of the command line
    *,
    form: Annotated[str, typer.Option("--format", help="csv or json.")] = "csv",
    service: ServiceOption = None,
    subject: SubjectOption = None,
    operation: OperationOption = None,
    aggregate: AggregateOption = None,
    since: SinceOption = None,
    result: ResultOption = None,
    url: UrlOption = None,
) -> None:
    """Write all that a list would show, to standard output; each service's lines newest first."""
    if form not in {"csv", "json"}:
        raise typer.BadParameter("--format is csv or json")
    asked = _filters(service, subject, operation, aggregate, since, result)
    asked["until"] = datetime.now(UTC).isoformat()
    with gateway(url, as_json=form == "json") as reached:
        lines = [line for one in _services(service) for line in _lines(reached, one, asked)]
    if form == "json":
        sys.stdout.write(json.dumps({"items": lines}, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write(as_csv(lines))


@app.command()
def verify(
    *,
    service: ServiceOption = None,
    head: Annotated[
        list[str] | None,
        typer.Option("--head", help="Noted elsewhere, as SERVICE:PLACE:HASH; may come again."),
    ] = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Recompute every link here, and tell what was altered, added, reordered or taken away.

    Ends with status 1 when anything is found, or when not everything could be read.
    """
    noted = [_noted(one) for one in head or []]
    with gateway(url, as_json=as_json) as reached:
        checked = [_checked(reached, one, noted) for one in _services(service)]
    found = [finding for one in checked for finding in one["findings"]]
    if as_json:
        emit({"services": checked}, as_json=True, human=str)
    else:
        _tell(checked, found)
    if found or not all(one["anchored"] for one in checked):
        raise typer.Exit(REFUSED)


def as_csv(lines: Iterable[Json]) -> str:
    """Write lines as CSV (RFC 4180) in which no text can pass for a formula."""
    sheet = io.StringIO()
    rows = csv.writer(sheet)
    rows.writerow(("service", *COLUMNS))
    for line in lines:
        rows.writerow([_harmless(_word(line[name])) for name in ("service", *COLUMNS)])
    return sheet.getvalue()


def _checked(reached: Gateway, service: str, noted: list[tuple[str, int, str]]) -> Json:
    kept = list(_kept(reached, service))
    heads = kept + [(seq, digest) for of, seq, digest in noted if of == service]
    check = Check(heads)
    check.walk(links_in(_every(reached, f"{PLACE}/links", service)))
    findings: list[Json] = [
        {"service": service, "kind": one.kind, "seq": one.seq, "detail": one.detail}
        for one in check.findings()
    ]
    findings += _outside(reached, service)
    anchored = check.seq == 0 or bool(heads)
    return {
        "service": service,
        "links": check.seq,
        "hash": check.last,
        "anchored": anchored,
        "heads": len(heads),
        "findings": findings,
    }


def _kept(reached: Gateway, service: str) -> Iterator[tuple[int, str]]:
    """Give what another service was told of this one's chain."""
    for one in _every(reached, f"{PLACE}/heads", keeper_of(service)):
        if one["of"] == service:
            yield one["seq"], one["hash"]


def _outside(reached: Gateway, service: str) -> Iterator[Json]:
    """Find lines that no link holds and that had time enough to get one."""
    until = datetime.fromtimestamp(datetime.now(UTC).timestamp() - SETTLED_SECONDS, UTC)
    asked = {"sealed": "false", "until": until.isoformat()}
    for line in _lines(reached, service, asked):
        detail = f"line {line['id']} stands outside the chain"
        yield {"service": service, "kind": "added", "seq": None, "detail": detail}


def _lines(reached: Gateway, service: str, asked: Json) -> Iterator[Json]:
    """Read on behind the last line that came: what is told meanwhile moves none of it."""
    filters = {name: value for name, value in asked.items() if name != "service"}
    while True:
        body = _page(reached, PLACE, service, **filters)
        yield from body["items"]
        if len(body["items"]) < MOST:
            return
        filters["before"] = body["items"][-1]["id"].rpartition("-")[2]


def _every(reached: Gateway, path: str, service: str, **query: str) -> Iterator[Json]:
    """Read a whole list of one service, or refuse: half of it would prove nothing."""
    page, seen = 1, 0
    while True:
        body = _page(reached, path, service, page=page, **query)
        yield from body["items"]
        seen += len(body["items"])
        if seen >= body["total"] or not body["items"]:
            return
        page += 1


def _page(reached: Gateway, path: str, service: str, **query: str | int | None) -> Json:
    body = reached.get(path, service=service, pageSize=MOST, **query).body
    if body["unanswered"]:
        raise Refused({"title": f"{service} does not answer", "detail": "ask again"})
    return body


def _listed(body: Json, page: int, page_size: int) -> RenderableType:
    """Draw a page, and say how much of all it is."""
    first, shown, total = (page - 1) * page_size, len(body["items"]), body["total"]
    if not shown:
        where = f"; there are {total}, so look at an earlier page" if total else ""
        return f"no line of the audit here{where}"
    of = f"{first + 1} to {first + shown} of {total}: all of each, and where from, by --json"
    return Group(table(SHOWN, map(_shown, body["items"]))(), of)


def _shown(line: Json) -> tuple[object, ...]:
    """Give a line as it fits a terminal; `--aggregate` takes the beginning of an id too."""
    on = WHOLE_ID.sub(lambda found: brief(found[0]), line["aggregate"] or "")
    revision = "" if line["version"] is None else f"rev {line['version']}"
    problem = (line["problem"] or "").rpartition("/")[2]
    return (
        line["at"][:19],
        line["subject"],
        f"{line['role']} {_word(line['scope'])}".strip(),
        line["operation"],
        f"{on} {revision}".strip() or None,
        f"{line['status']} {problem}".strip(),
    )


def _tell(checked: list[Json], found: list[Json]) -> None:
    columns = ("service", "links", "heads kept elsewhere", "newest hash", "found")
    rows = [
        (one["service"], one["links"], one["heads"], one["hash"][:12], len(one["findings"]))
        for one in checked
    ]
    console.print(table(columns, rows)())
    for one in found:
        where = one["service"] if one["seq"] is None else f"{one['service']} link {one['seq']}"
        errors.print(f"{one['kind']}: {where}: {one['detail']}", style="red", markup=False)
    for one in checked:
        if not one["anchored"]:
            errors.print(f"{one['service']}: no other service was told of its chain", style="red")


def _complete(unanswered: list[str]) -> None:
    tell_silent(unanswered)
    if unanswered:
        raise typer.Exit(REFUSED)


def _services(one: str | None) -> tuple[str, ...]:
    if one is not None and one not in SERVICES:
        raise typer.BadParameter(f"{one} is not one of {', '.join(SERVICES)}")
    return SERVICES if one is None else (one,)


def _filters(
    service: str | None,
    subject: str | None,
    operation: str | None,
    aggregate: str | None,
    since: str | None,
    result: str | None,
) -> Json:
    _services(service)
    said = given(service=service, subject=subject, operation=operation, aggregate=aggregate)
    return said | given(since=_moment(since), result=result)


def _moment(text: str | None) -> str | None:
    """Read a date as its first moment in the Netherlands, or a moment as it is."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text} is neither a date nor a moment") from error
    if moment.tzinfo is None:
        moment = datetime.combine(moment.date(), time(), ZoneInfo("Europe/Amsterdam"))
    return moment.isoformat()


def _noted(text: str) -> tuple[str, int, str]:
    found = HEAD.fullmatch(text)
    if found is None:
        raise typer.BadParameter(f"{text} {HOW}")
    _services(found["service"])
    return found["service"], int(found["seq"]), found["hash"]


def _word(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name}={one}" for name, one in sorted(value.items()))
    return "" if value is None else str(value)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
