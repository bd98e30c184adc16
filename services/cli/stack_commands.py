# SPDX-License-Identifier: EUPL-1.2
"""`schakel run|up|down|status` and `schakel topology`: the stack on this machine and its broker."""

import os
import subprocess
import sys
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from services.cli.output import REFUSED, JsonOption, emit, refusing
from services.cli.stack import background, condition, prometheus
from services.cli.stack.foreground import supervise, supervisor_pid
from services.cli.stack.home import Home, find_home, open_home
from services.cli.stack.jobs import check_settings
from services.cli.stack.stack import Stack, topology_url
from services.cli.stack.trouble import StackRefused
from services.cli.stack.voice import Narrator

topology = typer.Typer(help="Exchanges, queues and bindings of the broker.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of the stack to the command line."""
    for command in (run, up, down, status):
        app.command()(command)
    app.add_typer(topology, name="topology")


def run() -> None:
    """Start everything in the foreground and do the main job; Ctrl-C stops it all."""
    with refusing(StackRefused, as_json=False):
        check_settings(os.environ)
        raise typer.Exit(supervise(open_home(), Narrator(), _demonstrate))


def up(*, as_json: JsonOption = False) -> None:
    """Start everything in the background, and return when it is ready."""
    with refusing(StackRefused, as_json=as_json):
        check_settings(os.environ)
        home = open_home()
        started = background.up(home)
        told = background.status(home)
    words = "ready" if started else "already running"
    emit(told, as_json=as_json, human=lambda: f"{words}: {told['url']}")


def down(
    *,
    forget_data: Annotated[
        bool, typer.Option("--forget-data", help="Remove all that the stack has stored.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Stop what `up` or `run` started, and return when nothing of it runs."""
    with refusing(StackRefused, as_json=as_json):
        home = open_home()
        stopped = background.down(home)
        if forget_data:
            home.forget()
    emit(
        {"stopped": stopped}, as_json=as_json, human=lambda: "stopped" if stopped else "not running"
    )


def status(*, as_json: JsonOption = False) -> None:
    """Ask every program whether it is ready; exit status 1 when anything is not."""
    with refusing(StackRefused, as_json=as_json):
        told = _told(find_home())
    emit(told, as_json=as_json, human=lambda: _table(told))
    if told["state"] != "ready":
        raise typer.Exit(1)


@topology.command()
def apply(*, as_json: JsonOption = False) -> None:
    """Declare what the contracts name at the broker; what is there already stays."""
    _topology("apply", as_json=as_json)


@topology.command()
def diff(*, as_json: JsonOption = False) -> None:
    """Show where the broker differs from the contracts; exit status 1 when it does."""
    _topology("diff", as_json=as_json)


@topology.command()
def renew(
    queue: Annotated[str, typer.Argument(help="Its name, as the log line queue_set_aside has it.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Delete one queue and declare it anew; what it held is sent again by itself."""
    _topology("renew", queue, as_json=as_json)


def _topology(*words: str, as_json: bool) -> None:
    with refusing(StackRefused, as_json=as_json):
        home = find_home()
        url = topology_url(home if home and supervisor_pid(home) else None)
    form = ["--json"] if as_json else []
    # Without warnings: those of its libraries say nothing to who asks for the topology.
    done = subprocess.run(  # noqa: S603 - the product's own module
        [sys.executable, "-W", "ignore", "-m", "shared.messaging.topology", *words, *form],
        env={**os.environ, "SCHAKEL_AMQP_URL": url},
        check=False,
    )
    raise typer.Exit(done.returncode if done.returncode >= 0 else REFUSED)


def _demonstrate(stack: Stack) -> None:
    """Do the main job on real input; whatever comes of it, the stack stays up to be looked at."""
    subprocess.run(
        [sys.executable, "-m", "services.cli.main", "demo", "--measure", "0"],
        env={**os.environ, "SCHAKEL_URL": stack.url},
        check=False,
    )
    stack.voice("stack", f"log in with a browser at {stack.url}; Ctrl-C stops everything")


def _told(home: Home | None) -> dict[str, Any]:
    if home is None:
        return {"state": "stopped", "programs": {}, "home": None, "ports": {}, "alerts": []}
    ports = home.read("ports")
    told = condition.examine(background.status(home), ports, home.servers)
    watched = prometheus.PROMETHEUS in told["programs"]
    alerts = prometheus.firing(ports[prometheus.PROMETHEUS]) if watched else []
    return told | {"home": str(home.root), "ports": ports, "alerts": alerts}


def _table(told: dict[str, Any]) -> Table:
    alerts = Text("\n".join(f"alert: {name}" for name in told["alerts"]), "red")
    title = f"{told['state']}: {told['home'] or 'there is no stack here'}"
    table = Table(title=title, caption=alerts if told["alerts"] else None)
    for column in ("program", "process", "restarts", "port"):
        table.add_column(column, no_wrap=True)
    table.add_column("condition", overflow="fold")
    for name, program in told["programs"].items():
        port = told["ports"].get(condition.port_name(name), "")
        said = Text(program["condition"], "" if program["condition"] == condition.READY else "red")
        table.add_row(name, str(program["pid"] or "-"), str(program["restarts"]), str(port), said)
    return table
