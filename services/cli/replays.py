# SPDX-License-Identifier: EUPL-1.2
"""`schakel dead-letters replay|discard`: somebody deals with what could not be applied."""

import time
from collections.abc import Iterable
from typing import Annotated

import typer

from services.cli.asking import UrlOption, gateway, given, table
from services.cli.client import Gateway, Json, Refused
from services.cli.output import REFUSED, JsonOption, emit, errors, tell_silent

PLACE = "/operations/dead-letters"
RESULTS = ("resolved", "superseded", "failed", "discarded", "waiting")
JOB_SECONDS = 600.0
POLL_SECONDS = 0.3

LettersArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[ID]...", help="As listed: regions-17.")
]
AllOption = Annotated[bool, typer.Option("--all", help="All that are open.")]
CauseOption = Annotated[
    str | None, typer.Option("--cause", help="All of one cause, as `causes` lists it.")
]
WhyOption = Annotated[str, typer.Option("--reason", help="Why; kept with the letters.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Only tell which letters are meant.")]


def add_to(dead_letters: typer.Typer) -> None:
    """Add these commands to those about dead letters."""
    for command in (causes, replay, discard, jobs):
        dead_letters.command()(command)


def causes(*, as_json: JsonOption = False, url: UrlOption = None) -> None:
    """List why letters were given up, the most frequent cause of each service first."""
    with gateway(url, as_json=as_json) as reached:
        items = list(reached.every(f"{PLACE}/causes"))
    names = ("cause", "service", "letters", "origin", "queue", "lastAt", "errorClass")
    rows = [[one[name] for name in names] for one in items]
    columns = ("cause", "service", "letters", "origin", "queue", "last", "error")
    emit({"items": items}, as_json=as_json, human=table(columns, rows))


def replay(  # noqa: PLR0913 - each is an option of the command line
    letters: LettersArgument = None,
    *,
    reason: WhyOption,
    cause: CauseOption = None,
    everything: AllOption = False,
    dry_run: DryRunOption = False,
    per_second: Annotated[
        int | None, typer.Option("--per-second", min=1, help="Letters a second at most.")
    ] = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Try dead letters again, and tell what came of each.

    Ends with status 1 when one of them failed again or was not open.
    """
    body = _body(letters, cause, reason, everything=everything, dry_run=dry_run)
    _deal(body | given(perSecond=per_second), "replays", url, as_json=as_json)


def discard(
    letters: LettersArgument = None,
    *,
    reason: WhyOption,
    cause: CauseOption = None,
    everything: AllOption = False,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """Put dead letters aside: they are kept, and wait for nobody any more."""
    body = _body(letters, cause, reason, everything=everything, dry_run=dry_run)
    _deal(body, "discards", url, as_json=as_json)


def jobs(*, as_json: JsonOption = False, url: UrlOption = None) -> None:
    """List who dealt with which dead letters, when and why."""
    with gateway(url, as_json=as_json) as reached:
        items = list(reached.every(f"{PLACE}/replays"))
    names = ("id", "action", "requestedBy", "requestedAt", "letters", *RESULTS, "reason")
    rows = [[one[name] for name in names] for one in items]
    columns = ("id", "action", "by", "at", "letters", *RESULTS, "reason")
    emit({"items": items}, as_json=as_json, human=table(columns, rows))


def _body(
    letters: list[str] | None, cause: str | None, reason: str, *, everything: bool, dry_run: bool
) -> Json:
    if sum(map(bool, (letters, cause, everything))) != 1:
        raise typer.BadParameter("say which letters: some IDs, --cause or --all")
    said = given(letters=letters or None, cause=cause)
    return {**said, "all": everything, "reason": reason, "dryRun": dry_run}


def _deal(body: Json, what: str, url: str | None, *, as_json: bool) -> None:
    with gateway(url, as_json=as_json) as reached:
        started = reached.send("POST", f"{PLACE}/{what}", body).body
        ids = [one["id"] for one in started["items"] if one["id"]]
        ended = [_ended(reached, job) for job in ids]
    meant = [letter for one in started["items"] for letter in one["letters"]]
    skipped = [letter for one in started["items"] for letter in one["skipped"]]
    whole = {"letters": meant, "skipped": skipped, "jobs": ended, **_away(started)}
    rows = _rows(ended) if ended else [(letter, None, None) for letter in meant]
    emit(whole, as_json=as_json, human=table(("letter", "result", "error"), rows))
    if skipped:
        errors.print(f"not open: {', '.join(skipped)}", style="yellow")
    aside = skipped or started["unanswered"] or started["refused"]
    if aside or any(one["failed"] for one in ended):
        raise typer.Exit(REFUSED)


def _away(started: Json) -> Json:
    """Tell which services do nothing."""
    tell_silent(started["unanswered"])
    for one in started["refused"]:
        errors.print(f"{one['service']} refuses: {one['detail']}", style="red", markup=False)
    return {name: started[name] for name in ("unanswered", "refused")}


def _ended(reached: Gateway, job: str) -> Json:
    """Wait for the end of a job, and give what came of it."""
    until = time.monotonic() + JOB_SECONDS
    while True:
        found = reached.get(f"{PLACE}/replays/{job}").body
        if found["finishedAt"]:
            return found
        if time.monotonic() > until:
            detail = f"it goes on: GET /v1{PLACE}/replays/{job} tells how far it is"
            raise Refused({"title": f"{job} takes longer than a command waits", "detail": detail})
        time.sleep(POLL_SECONDS)


def _rows(ended: Iterable[Json]) -> list[tuple[object, ...]]:
    return [
        (item["letter"], item["result"], item["error"]) for one in ended for item in one["results"]
    ]
