# SPDX-License-Identifier: EUPL-1.2
"""What every command that asks the gateway does alike: where it is, how a refusal is told."""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
import yaml
from rich import box
from rich.table import Table

from services.cli.client import Gateway, Json, Refused, address
from services.cli.output import REFUSED, errors
from services.cli.tokens import TokenRefused, auth_for
from shared.contracts import reference

UrlOption = Annotated[
    str | None,
    typer.Option(
        "--url",
        help="Address of the gateway; else SCHAKEL_URL, else the local stack's.",
        show_default=False,
    ),
]
ReasonOption = Annotated[str | None, typer.Option("--reason", help="Why; kept in the history.")]
AgreementArgument = Annotated[
    str, typer.Argument(metavar="AGREEMENT", help="Its id, the beginning of it, or its title.")
]
RegionArgument = Annotated[str, typer.Argument(metavar="REGION", help="Code, such as AM36.")]
FileArgument = Annotated[
    Path,
    typer.Argument(
        metavar="FILE.yaml",
        help="YAML or JSON; - reads standard input.",
    ),
]

ACTING_AS: ContextVar[str | None] = ContextVar("acting_as", default=None)
"""The role that `schakel --as` names: an option of the whole command line."""

HELPS: Mapping[int, str] = {
    401: "Put a token of the gateway's issuer in SCHAKEL_TOKEN, or name its file in "
    "SCHAKEL_TOKEN_FILE.",
    403: "docs/who-may-what.md says who may. On a local stack, ask in that role: "
    'schakel --as "wsp-manager; region=AM23" …',
}
"""What helps who is not known, or may not."""

WHOLE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
BRIEF = 8


@contextmanager
def gateway(url: str | None, *, as_json: bool) -> Iterator[Gateway]:
    """Reach the gateway, and end with status 1 and every fault told when it refuses."""
    try:
        where = address(url)
        with Gateway(where, auth_for(where, ACTING_AS.get())) as reached:
            yield reached
    except TokenRefused as refused:
        _tell({"title": "There is no token to ask with", "detail": str(refused)}, as_json=as_json)
        raise typer.Exit(REFUSED) from refused
    except Refused as refused:
        _tell(refused.problem, as_json=as_json)
        raise typer.Exit(REFUSED) from refused


def _tell(problem: Json, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps({"problem": problem}, indent=2) + "\n")
        return
    lines = Refused(problem).lines()
    lines += [HELPS[problem["status"]]] if problem.get("status") in HELPS else []
    errors.print("\n".join(lines), style="red", markup=False, soft_wrap=True)


def read_file(path: Path) -> Json:
    """Read a mapping out of a YAML file; anything else is wrong usage."""
    try:
        said = yaml.safe_load(sys.stdin.read() if str(path) == "-" else path.read_text("utf-8"))
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{path} is not YAML: {error}") from error
    if not isinstance(said, dict):
        raise typer.BadParameter(f"{path} does not hold fields and their values")
    return dated(said)


def dated(said: Json) -> Json:
    """Read `today` as a date, where a file says that the employer agrees today."""
    if said.get("employerConsentOn") == "today":
        return {**said, "employerConsentOn": today()}
    return said


def today() -> str:
    """Give the date in the Netherlands."""
    return datetime.now(ZoneInfo("Europe/Amsterdam")).date().isoformat()


def a_region(code: str | None) -> str | None:
    """Check the code of a region; anything else is wrong usage."""
    if code is not None and (objection := reference.objection(code)) is not None:
        raise typer.BadParameter(objection)
    return code


def day(text: str | None) -> str | None:
    """Check a date as 2026-12-01; anything else is wrong usage."""
    if text is not None:
        try:
            date.fromisoformat(text)
        except ValueError as error:
            raise typer.BadParameter(f"{text} is not a date like 2026-12-01") from error
    return text


def given(**values: Any) -> Json:  # noqa: ANN401 - whatever the options hold
    """Keep what was given: an option that was left out says nothing."""
    return {name: value for name, value in values.items() if value is not None}


def find_agreement(reached: Gateway, said: str) -> str:
    """Give the id of the one agreement meant, or refuse with the candidates."""
    if WHOLE_ID.fullmatch(said.lower()):
        return said.lower()
    found = [
        one
        for one in reached.every("/agreements", q=said)
        if one["title"] == said or one["id"].startswith(said.lower())
    ]
    if len(found) == 1:
        return str(found[0]["id"])
    names = ", ".join(f"{one['id']} ({one['title']})" for one in found[:5]) or "none"
    raise Refused({"title": f"{len(found)} agreements answer to {said}", "detail": names})


def id_of(reached: Gateway, among: str, said: str) -> str:
    """Give the id of the one in a list whose id begins so, or refuse with the candidates."""
    if WHOLE_ID.fullmatch(said.lower()):
        return said.lower()
    ids = [one.get("id") or one["placementId"] for one in reached.every(among, q=said.lower())]
    found = [one for one in ids if one.startswith(said.lower())]
    if len(found) == 1:
        return str(found[0])
    names, what = ", ".join(found[:5]) or "none", among.rpartition("/")[2].replace("-", " ")
    raise Refused({"title": f"{len(found)} {what} begin with {said}", "detail": names})


def path_of(reached: Gateway, among: str, said: str) -> str:
    """Name the path of the one in a list whose id begins so, or refuse with the candidates."""
    return f"{among}/{id_of(reached, among, said)}"


def act(reached: Gateway, agreement: str, step: str, body: Json) -> Json:
    """Take a step in the life of an agreement, from its newest revision."""
    path = f"/agreements/{agreement}"
    return reached.change("POST", f"{path}/{step}", body, of=path).body


def brief(identity: str) -> str:
    """Give the beginning of an id, by which commands know it too."""
    return identity[:BRIEF]


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Callable[[], Table]:
    """Give what draws rows as a table; nothing is a dash.

    Where it is too wide for the terminal its widest columns fold, and nothing is cut off.
    """
    cells = [["-" if cell is None else str(cell) for cell in row] for row in rows]

    def draw() -> Table:
        drawn = Table(box=box.SIMPLE_HEAD)
        for name in columns:
            drawn.add_column(name, overflow="fold")
        for row in cells:
            drawn.add_row(*row)
        return drawn

    return draw


def facts(of: Json) -> Callable[[], Table]:
    """Give what draws one thing: a line for each of its fields."""
    return table(("field", "value"), [(name, _plain(value)) for name, value in of.items()])


def _plain(value: Any) -> object:  # noqa: ANN401 - any JSON
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value) or None
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, indent=1)
    return value
