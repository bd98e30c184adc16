# SPDX-License-Identifier: EUPL-1.2
"""Look at what was built and at what runs: does each hold to what its files promise?

Each look gives what is wrong, in words; nothing is as it must be.
"""

import json
import socket
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg

from tests.collector import Collector
from tests.containers.machine import Machine
from tests.containers.order import Service, container
from tests.waiting import wait_until

OURS = "schakel/"
ACCOUNT = "10001"
SECRETS = "/run/secrets"
SCRAPED_SECONDS = 90.0
TRACED_SECONDS = 30.0
# Whom a published agreement passes.
PUBLISHED = frozenset({"gateway", "agreements", "regions"})
PROMETHEUS = "http://127.0.0.1:9090"
GATEWAY = "127.0.0.1:8080"
COMPILERS = ("cc", "gcc", "g++", "c++", "clang", "tcc", "ld", "as", "make", "rustc", "go")
INSTALLERS = "import importlib.util as u; print(*filter(u.find_spec, ('pip', 'setuptools')))"
# What an image has that it must not, and which services it holds.
INSIDE = f"""
for one in {" ".join(COMPILERS)}; do command -v $one; done
set -e
for python in python /usr/local/bin/python; do $python -c "{INSTALLERS}"; done
echo --
ls services
"""
# What a process may do, in its own words; and that it can make no file but in /tmp.
RIGHTS = """
import os, pathlib, json
said = dict(line.split(":\\t", 1) for line in open("/proc/1/status").read().splitlines())
def writes(folder):
    try:
        (pathlib.Path(folder) / "trial").write_text("")
    except OSError:
        return False
    return True
places = ("/", "/app", "/app/shared", "/opt/venv", "/etc", "/var/tmp", "/usr/local/bin")
print(json.dumps({
    "account": said["Uid"].split(),
    "capabilities": int(said["CapEff"], 16),
    "no_new_privileges": said["NoNewPrivs"],
    "written": [one for one in places if writes(one)],
    "temporary": writes("/tmp"),
    "secrets": sorted(os.listdir("/run/secrets")) if os.path.isdir("/run/secrets") else [],
}))
"""
Services = Mapping[str, Service]


def of_images(machine: Machine, services: Services) -> Iterator[str]:
    """Say which image of ours runs as root, can compile or install, or holds another service."""
    images = {one["image"] for one in services.values() if one["image"].startswith(OURS)}
    for image in sorted(images):
        name = image.removeprefix(OURS)
        [told] = json.loads(machine.podman("image", "inspect", image))
        if told["Config"].get("User") != ACCOUNT:
            yield f"{image} runs as {told['Config'].get('User')}"
        if not told.get("Healthcheck"):
            yield f"{image} has no health check"
        found, _, held = _in(machine, image, INSIDE).partition("--")
        if found.split():
            yield f"{image} has {found.split()}"
        if set(held.split()) != {"__init__.py", "__pycache__", name}:
            yield f"{image} holds {held.split()}"


def of_rights(machine: Machine, services: Services) -> Iterator[str]:
    """Say which container of ours has a right that it does not need, or can change itself."""
    for name, one in running(services).items():
        told = json.loads(machine.podman("exec", container(name), "python", "-c", RIGHTS))
        expected = {
            "account": [ACCOUNT] * 4,
            "capabilities": 0,
            "no_new_privileges": "1",
            "written": [],
            "temporary": True,
            "secrets": sorted(one.get("secrets", [])),
        }
        if told != expected:
            yield f"{name}: {told}, not {expected}"
        if not machine.inspect(container(name))["HostConfig"]["ReadonlyRootfs"]:
            yield f"{name} has a root file system that can be written"


def of_secrets(machine: Machine, services: Services, folder: Path) -> Iterator[str]:
    """Say whose environment, command or log has a secret in it."""
    secrets = {path.name: path.read_text().strip() for path in folder.iterdir()}
    for name in services:
        known = json.dumps(machine.inspect(container(name)))
        known += machine.try_podman("logs", container(name)).stdout
        for secret, text in secrets.items():
            # A certificate is shown to anybody.
            if not secret.endswith(("-certificate", "authority")) and text in known:
                yield f"{name} shows {secret}"


def of_profiles(plain: Services, watching: Services) -> Iterator[str]:
    """Say whether watching adds what it must, and nothing else changes."""
    added = watching.keys() - plain.keys()
    if added != {"prometheus", "alertmanager"}:
        yield f"the profile watching adds {sorted(added)}"


def of_doors(machine: Machine) -> Iterator[str]:
    """Say who answers without TLS, or is believed without proof."""
    broker = _address(machine, "rabbitmq")
    if _opens(broker, 5672) or not _opens(broker, 5671):
        yield "the broker does not listen for TLS alone"
    if not _refused(lambda: httpx.get(f"http://{GATEWAY}/")):
        yield "the gateway answers without TLS"
    if not _refused(lambda: httpx.get(f"https://{GATEWAY}/", verify=True)):
        yield "the gateway's certificate is believed by anybody"
    url = f"postgresql://postgres:x@{_address(machine, 'postgres')}/postgres?connect_timeout=10"
    try:
        psycopg.connect(f"{url}&sslmode=disable")
    except psycopg.OperationalError as refused:
        if "no encryption" not in str(refused):
            yield f"PostgreSQL without TLS: {refused}"


def of_watching() -> Iterator[str]:
    """Say which process Prometheus cannot scrape, once it has tried."""

    def scraped() -> list[dict[str, str]]:
        told = httpx.get(f"{PROMETHEUS}/api/v1/targets").json()["data"]["activeTargets"]
        assert told
        assert all(one["health"] != "unknown" for one in told), told
        return [{"target": one["scrapeUrl"], **one} for one in told]

    for one in wait_until(scraped, SCRAPED_SECONDS, every=1.0):
        if one["health"] != "up":
            yield f"Prometheus: {one['target']}: {one['lastError']}"
    groups = httpx.get(f"{PROMETHEUS}/api/v1/rules").json()["data"]["groups"]
    if not groups or any(rule["health"] == "err" for one in groups for rule in one["rules"]):
        yield "Prometheus has no rules, or some that are wrong"
    managers = httpx.get(f"{PROMETHEUS}/api/v1/alertmanagers").json()["data"]
    if [urlsplit(one["url"]).netloc for one in managers["activeAlertmanagers"]] != [
        "alertmanager:9093"
    ]:
        yield f"Prometheus tells {managers}"


def outside(machine: Machine) -> str:
    """Give the address by which a container reaches what it runs on."""
    return str(_network(machine, "gateway")["Gateway"])


def of_traces(collector: Collector, services: Services) -> Iterator[str]:
    """Say who sent no trace, or that none goes from the door to a region."""
    passed: defaultdict[bytes, set[str]] = defaultdict(set)

    def told() -> bool:
        for service, span in collector.spans:
            passed[span.trace_id].add(service)
        assert set().union(*passed.values()) == running(services).keys(), passed.values()
        assert any(one >= PUBLISHED for one in passed.values()), passed.values()
        return True

    try:
        wait_until(told, TRACED_SECONDS, every=1.0)
    except AssertionError as late:
        yield f"traces: {late}"


def of_ends(machine: Machine, services: Services) -> Iterator[str]:
    """Say which stopped process of ours did not end by itself, with status 0."""
    for name in running(services):
        state = machine.inspect(container(name))["State"]
        if (state["Status"], state["ExitCode"]) != ("exited", 0):
            yield f"{name} ended as {state['Status']} with {state['ExitCode']}"


def of_remains(machine: Machine) -> Iterator[str]:
    """Say what is still there when everything was taken down."""
    for what in ("container", "volume"):
        if left := machine.podman(what, "ls", "--quiet").split():
            yield f"left behind: {what} {left}"


def running(services: Services) -> dict[str, Service]:
    """Give the services of ours that are no job."""
    return {
        name: one
        for name, one in services.items()
        if one["image"] == f"{OURS}{name}" and "build" in one
    }


def _in(machine: Machine, image: str, script: str) -> str:
    return machine.podman("run", "--rm", "--network=none", "--entrypoint=sh", image, "-c", script)


def _address(machine: Machine, name: str) -> str:
    return str(_network(machine, name)["IPAddress"])


def _network(machine: Machine, name: str) -> dict[str, object]:
    [network] = machine.inspect(container(name))["NetworkSettings"]["Networks"].values()
    return dict(network)


def _opens(host: str, port: int) -> bool:
    with socket.socket() as trial:
        trial.settimeout(5)
        return trial.connect_ex((host, port)) == 0


def _refused(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except httpx.TransportError:
        return True
    return False
