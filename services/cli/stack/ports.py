# SPDX-License-Identifier: EUPL-1.2
"""Free ports on loopback, the same ones again after a restart where they are still free."""

import secrets
import socket
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from itertools import chain, filterfalse
from pathlib import Path

from services.cli.stack.trouble import StackRefused

LOOPBACK = "127.0.0.1"
LOWEST = 20_000
EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")
TRIES = 1_000

_GIVEN: set[int] = set()


def choose(names: Iterable[str], before: Mapping[str, int]) -> dict[str, int]:
    """Give each name a port that nothing listens on, keeping earlier choices that are free.

    All are held at once while choosing, so that no two names get the same one; and what was given
    is not given again, since nothing listens on it until its program has begun.
    """
    chosen: dict[str, int] = {}
    with ExitStack() as held:
        for name in names:
            kept = [before[name]] if name in before else []
            others = filterfalse(_GIVEN.__contains__, (anywhere() for _ in range(TRIES)))
            chosen[name] = next(port for port in chain(kept, others) if _hold(held, port))
        _GIVEN.update(chosen.values())
    return chosen


def require_free(port: int, setting: str) -> None:
    """Refuse, by the name of its setting, a port that another program has."""
    with ExitStack() as held:
        if not _hold(held, port):
            raise StackRefused(
                f"Port {port} is taken by another program.",
                [f"choose another: {setting}={port + 1}", "stop the program that has it"],
            )


def is_open(port: int) -> bool:
    """Tell whether something accepts connections on a port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def anywhere() -> int:
    """Draw a port that no outgoing connection is given."""
    # Below the range of outgoing connections: a client that keeps knocking at a port inside it
    # may be given that very port as its own, connect to itself, and keep the server out.
    lowest_outgoing = int(EPHEMERAL.read_text().split()[0]) if EPHEMERAL.exists() else 32_768
    return LOWEST + secrets.randbelow(max(lowest_outgoing - LOWEST, 1_000))


def _hold(held: ExitStack, port: int) -> bool:
    listener = held.enter_context(socket.socket())
    # As servers do; otherwise a port just left would count as taken for a minute.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
        # Two that only bound it could both have it; of two that listen, the second is refused.
        listener.listen()
    except OSError:
        return False
    return True
