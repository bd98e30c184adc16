# SPDX-License-Identifier: EUPL-1.2
"""`schakel conflicts`: recipients contradict an owner, and somebody decides that it is right."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Annotated

import typer
from rich.table import Table

from services.cli.asking import UrlOption, gateway, table
from services.cli.client import Gateway, Json, Refused
from services.cli.output import REFUSED, JsonOption, console, emit, errors

app = typer.Typer(
    help="Subjects on which recipients contradict their owner.",
    no_args_is_help=True,
)
PLACE = "/operations/advances"
NOTHING = "/problems/no-conflict"
AT_ONCE = 50

SubjectsArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[SUBJECT]...", help="As listed: agreement/…")
]


def add_to(schakel: typer.Typer) -> None:
    """Add these commands to the command line."""
    schakel.add_typer(app, name="conflicts")


@app.command("list")
def list_all(*, as_json: JsonOption = False, url: UrlOption = None) -> None:
    """List what is to decide in every service, the longest first."""
    with gateway(url, as_json=as_json) as reached:
        items = _conflicts(reached)
    names = ("service", "kind", "ownSequence", "heldSequence", "firstAt")
    rows = [
        (*(one[name] for name in names), len(one["recipients"]), one["subject"]) for one in items
    ]
    columns = ("service", "how", "owner has", "held", "since", "by", "subject")
    emit({"items": items}, as_json=as_json, human=table(columns, rows))


@app.command()
def advance(
    subjects: SubjectsArgument = None,
    *,
    reason: Annotated[str, typer.Option("--reason", help="Why; kept for ever.")],
    everything: Annotated[bool, typer.Option("--all", help="All that are listed.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what is held, and what would be done.")
    ] = False,
    as_json: JsonOption = False,
    url: UrlOption = None,
) -> None:
    """List what recipients hold, then publish what the owner has once more, above all of that.

    Ends with status 1 when a subject is in no conflict, or a service did not answer.
    """
    if bool(subjects) == everything:
        raise typer.BadParameter("say which subjects: some names, or --all")
    with gateway(url, as_json=as_json) as reached:
        named = subjects or [one["subject"] for one in _conflicts(reached)]
        done = _advance(reached, named, reason, dry_run=dry_run, drawn=not as_json)
    if as_json:
        emit({"subjects": done}, as_json=True, human=str)
    left = set(named) - {one["subject"] for one in done}
    if left or not named:
        what = f"in no conflict: {', '.join(sorted(left))}" if left else "there is no conflict"
        errors.print(what, style="yellow", soft_wrap=True)
        raise typer.Exit(REFUSED)


@app.command()
def history(*, as_json: JsonOption = False, url: UrlOption = None) -> None:
    """List who moved which owner past its recipients, when and why."""
    with gateway(url, as_json=as_json) as reached:
        items = list(reached.every(PLACE))
    names = ("requestedBy", "advancedAt", "ownSequence", "heldSequence", "sequence")
    rows = [[*(one[name] for name in names), one["subject"], one["reason"]] for one in items]
    columns = ("by", "at", "owner had", "held", "now", "subject", "reason")
    emit({"items": items}, as_json=as_json, human=table(columns, rows))


def _conflicts(reached: Gateway) -> list[Json]:
    """Give all conflicts; a service that does not answer is a failure."""
    place = "/operations/conflicts"
    _all_answered(reached.get(place, pageSize=1).body["unanswered"])
    return list(reached.every(place))


def _advance(
    reached: Gateway, named: Sequence[str], reason: str, *, dry_run: bool, drawn: bool
) -> list[Json]:
    """Move owners on, some subjects at a time, and give what was held of each and what came."""
    done: list[Json] = []
    remaining = iter(named)
    while some := list(islice(remaining, AT_ONCE)):
        body = {"subjects": some, "reason": reason}
        planned = _deal(reached, body | {"dryRun": True})
        if drawn:
            console.print(_held(planned))
        done += planned if dry_run else _deal(reached, body | {"dryRun": False})
        if drawn:
            verb = "would be moved on" if dry_run else "moved on"
            console.print(f"{len(done)} of {len(named)} {verb}")
    return done


def _deal(reached: Gateway, body: Json) -> list[Json]:
    """Have every service deal with those of the subjects that it owns, and give what it tells."""
    try:
        told = reached.send("POST", PLACE, body).body
    except Refused as refused:
        if refused.problem.get("type") == NOTHING:
            return []
        raise
    for one in told["refused"]:
        if one["type"] != NOTHING:
            raise Refused(one | {"detail": f"{one['service']}: {one['detail']}"})
    _all_answered(told["unanswered"])
    return [subject for one in told["items"] for subject in one["subjects"]]


def _all_answered(unanswered: Sequence[str]) -> None:
    if unanswered:
        detail = f"{', '.join(unanswered)}; what the others did stands"
        raise Refused({"title": "Not every service answered", "detail": detail})


def _held(told: Iterable[Json]) -> Table:
    """Draw what recipients hold of each subject: those that hold the same in one line."""
    named = ("gateSequence", "storedSequence", "storedHash")
    same = defaultdict[tuple[object, ...], list[str]](list)
    for one in told:
        for holder in one["held"] or [dict.fromkeys((*named, "recipient"))]:
            gate, stored, digest = (holder[name] for name in named)
            numbers = (one["ownSequence"], gate, stored, one["sequence"])
            same[one["subject"], *numbers, digest and digest[:10]].append(holder["recipient"])
    columns = ("subject", "owner has", "gate", "stored", "next", "hash", "recipients")
    rows = [(*key, " ".join(filter(None, who)) or None) for key, who in same.items()]
    return table(columns, rows)()
