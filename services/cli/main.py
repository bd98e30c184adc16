# SPDX-License-Identifier: EUPL-1.2
"""The `schakel` command: every group of commands is a module that adds itself here."""

from typing import Annotated

import typer

from services.cli import (
    agreements,
    annexes,
    audit,
    calls,
    conflicts,
    dead_letters,
    deliveries,
    demo,
    employers,
    outbox,
    placements,
    privacy,
    reconcile,
    regions,
    stack_commands,
    support,
    tasks,
    token,
    work,
)
from services.cli.asking import ACTING_AS

app = typer.Typer(
    name="schakel",
    help="Carries every state of a placement agreement to every region that takes part.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
GROUPS = (
    *(stack_commands, token, demo, agreements, employers, regions),
    *(annexes, work, placements, calls, support),
    *(tasks, deliveries, dead_letters, reconcile, conflicts, outbox, audit, privacy),
)
for commands in GROUPS:
    commands.add_to(app)


@app.callback()
def act_as(
    acting_as: Annotated[
        str | None,
        typer.Option(
            "--as",
            envvar="SCHAKEL_ACTING_AS",
            metavar="ROLE",
            help='The role in which to ask a local stack, such as "wsp-officer; region=AM23"; '
            "else the one whose work it is.",
        ),
    ] = None,
) -> None:
    """Carries every state of a placement agreement to every region that takes part."""
    ACTING_AS.set(acting_as)


def run() -> None:
    """Run the command line: exit status 0 done, 1 refused or failed, 2 wrong usage."""
    app()


if __name__ == "__main__":
    run()
