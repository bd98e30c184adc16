# SPDX-License-Identifier: EUPL-1.2
"""Start a compose file in the order that it says itself, and wait as it says.

podman-compose leaves the waiting to podman, which knows nothing of health before 4.6. So we wait:
what may start now is started together, and then each is asked until it is as the others need it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

import yaml

from tests.containers.machine import PROJECT, Machine, say
from tests.waiting import wait_until

SECONDS = 300.0
PAUSE_SECONDS = 1.0
HEALTHY, COMPLETED = "service_healthy", "service_completed_successfully"
Service = dict[str, Any]


def container(service: str) -> str:
    """Give the name of a service's container."""
    return f"{PROJECT}_{service}_1"


def merged(machine: Machine, files: Sequence[Path], profiles: Sequence[str]) -> dict[str, Service]:
    """Give every service of the files as podman-compose reads them, of these profiles."""
    told = yaml.safe_load(machine.compose(files, "config", profiles=profiles))
    services: dict[str, Service] = told["services"]
    return {
        name: one
        for name, one in services.items()
        if not one.get("profiles") or set(one["profiles"]) & set(profiles)
    }


def waves(services: Mapping[str, Service]) -> Iterator[set[str]]:
    """Give what may start together, until everything has started."""
    started: set[str] = set()
    while len(started) < len(services):
        wave = {
            name for name, one in services.items() if name not in started and _needs(one) <= started
        }
        if not wave:
            message = f"nobody may start: {sorted(services.keys() - started)}"
            raise RuntimeError(message)
        yield wave
        started |= wave


def start(machine: Machine, files: Sequence[Path], profiles: Sequence[str]) -> dict[str, Service]:
    """Start everything, wave after wave, and return when each is healthy or has done its job."""
    services = merged(machine, files, profiles)
    awaited = {
        name: need["condition"]
        for one in services.values()
        for name, need in one.get("depends_on", {}).items()
    }
    for wave in waves(services):
        names = sorted(wave)
        say(f"  starting {', '.join(names)}")
        machine.compose(files, "up", "-d", "--no-deps", "--no-build", *names, profiles=profiles)
        for name in names:
            _wait(machine, name, job=awaited.get(name) == COMPLETED)
    return services


def _needs(one: Service) -> AbstractSet[str]:
    return set(one.get("depends_on", {}))


def _wait(machine: Machine, name: str, *, job: bool) -> None:
    try:
        wait_until(
            lambda: _done(machine, name) if job else _healthy(machine, name),
            SECONDS,
            every=PAUSE_SECONDS,
        )
    except AssertionError as late:
        said = machine.try_podman("logs", "--tail", "30", container(name))
        message = f"{name} {late}\n{said.stdout}{said.stderr}"
        raise RuntimeError(message) from late


def _done(machine: Machine, name: str) -> bool:
    state = machine.inspect(container(name))["State"]
    assert state["Status"] == "exited", state
    assert state["ExitCode"] == 0, state
    return True


def _healthy(machine: Machine, name: str) -> bool:
    asked = machine.try_podman("healthcheck", "run", container(name))
    assert asked.returncode == 0, json.dumps([asked.stdout, asked.stderr])
    return True
