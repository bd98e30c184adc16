# SPDX-License-Identifier: EUPL-1.2
"""Asks every program of the stack how it is; that a process lives says little: it may be stuck.

A service is asked over HTTP, a server in the first words of its own protocol.
"""

import json
import shutil
import socket
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

from services.cli.stack.broker import FREE_MB
from services.cli.stack.ports import LOOPBACK

READY = "ready"
ANSWER_SECONDS = 1.0
MB = 1_000_000
# A service waits so long for its own database before it says that it is away, and some more.
NEEDS_SECONDS = 8.0
# What a server answers at once, whoever asks: its port, and the words.
GREETINGS: Mapping[str, tuple[str, bytes]] = {
    "broker": ("amqp", b"AMQP\x00\x00\x09\x01"),
    "epmd": ("broker-epmd", b"\x00\x01n"),
    "prometheus": ("prometheus", b"GET /-/ready HTTP/1.0\r\n\r\n"),
    "postgres": ("postgres", b"\x00\x00\x00\x08\x04\xd2\x16\x2f"),
}
# A server with a full disk answers, and takes nothing. PostgreSQL writes its log by 16 MB.
WANTED_MB: Mapping[str, int] = {"broker": FREE_MB, "postgres": 16}
SILENT = f"does not answer within {ANSWER_SECONDS:g} s"


def port_name(program: str) -> str:
    """Name the port on which a program is asked."""
    if program in GREETINGS:
        return GREETINGS[program][0]
    # The issuer tells its health where it does its work.
    return program if program == "issuer" else f"{program}-admin"


def examine(told: Mapping[str, Any], ports: Mapping[str, int], servers: Path) -> dict[str, Any]:
    """Add to what the supervisor wrote down what each program answers now.

    `servers` is the folder of the servers' data. `condition` is `ready` or what is wrong. The
    stack is ready when all of them are.
    """
    programs = told["programs"]
    with ThreadPoolExecutor(max(len(programs), 1)) as threads:
        answers = threads.map(
            lambda name: _condition(name, programs[name], ports, servers), programs
        )
        asked = {
            name: {**programs[name], "condition": answer}
            for name, answer in zip(programs, answers, strict=True)
        }
    state = told["state"]
    if state == READY and any(program["condition"] != READY for program in asked.values()):
        state = "not ready"
    return {**told, "state": state, "programs": asked}


def _condition(
    name: str, program: Mapping[str, Any], ports: Mapping[str, int], servers: Path
) -> str:
    if program["pid"] is None:
        return "dead; it is started again"
    port = ports.get(port_name(name))
    if port is None:
        return "has no port yet"
    if name not in GREETINGS:
        return served(port)
    told = greeted(port, GREETINGS[name][1])
    wanted = WANTED_MB.get(name, 0)
    return roomy(servers / name, wanted) if told == READY and wanted else told


def served(port: int) -> str:
    """Ask a service whether it goes round and can do its work: `ready`, or what is wrong."""
    try:
        health = _page(port, "/healthz", ANSWER_SECONDS)
        if health["silent"]:
            return f"stuck: {', '.join(health['silent'])}; kill it"
        unmet = "; ".join(f"{need}: {fault}" for need, fault in _unmet(port).items())
    except TimeoutError:
        return f"{SILENT}: stuck, kill it"
    except (OSError, HTTPException) as error:
        if isinstance(getattr(error, "reason", None), TimeoutError):
            return f"{SILENT}: stuck, kill it"
        return "does not listen: it is starting, or dying"
    except (ValueError, KeyError, TypeError, AttributeError):
        return "another program answers on its port"
    return unmet or READY


def _unmet(port: int) -> Mapping[str, str]:
    """Ask a service that goes round what it lacks; one that is slow to say so is not stuck."""
    try:
        unmet: Mapping[str, str] = _page(port, "/readyz", NEEDS_SECONDS)["unmet"]
    except TimeoutError:
        return {"process": f"alive, and did not say within {NEEDS_SECONDS:g} s what it needs"}
    return unmet


def greeted(port: int, words: bytes) -> str:
    """Greet a server: `ready` when it answers anything, or what is wrong."""
    try:
        with socket.create_connection((LOOPBACK, port), ANSWER_SECONDS) as server:
            server.sendall(words)
            return READY if server.recv(1) else "closes its connections"
    except TimeoutError:
        return f"{SILENT}: stuck, kill it"
    except OSError:
        return "does not listen: it is starting, or dying"


def roomy(folder: Path, wanted_mb: int) -> str:
    """Look at the disk of a server that answers: `ready`, or that it takes nothing."""
    try:
        free_mb = shutil.disk_usage(folder).free // MB
    except OSError:
        # Only its own account may look there.
        return READY
    if free_mb >= wanted_mb:
        return READY
    return f"takes nothing: {free_mb} MB of its disk are free, and it wants {wanted_mb}"


def _page(port: int, path: str, seconds: float) -> dict[str, Any]:
    try:
        with urlopen(f"http://{LOOPBACK}:{port}{path}", timeout=seconds) as reply:  # nosec B310
            return dict(json.load(reply))
    except HTTPError as refused:
        with refused:
            return dict(json.load(refused))
