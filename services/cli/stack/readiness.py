# SPDX-License-Identifier: EUPL-1.2
"""Waiting for facts: a question is asked again at short intervals until it is answered."""

import threading
import time
from collections.abc import Callable
from http.client import HTTPException
from urllib.error import URLError
from urllib.request import urlopen

from services.cli.stack.ports import LOOPBACK
from services.cli.stack.trouble import StackRefused

INTERVAL_SECONDS = 0.05


class Interrupted(Exception):
    """The stack is being stopped while it was still starting."""


def wait_for(what: str, fact: Callable[[], bool], *, seconds: float, halt: threading.Event) -> None:
    """Return as soon as the fact holds; refuse by name when it never does."""
    until = time.monotonic() + seconds
    while not fact():
        if halt.wait(INTERVAL_SECONDS):
            raise Interrupted
        if time.monotonic() > until:
            raise StackRefused(f"{what} is not ready after {seconds:g} s.")


def answers(port: int, path: str) -> bool:
    """Tell whether a page of this machine answers 200."""
    try:
        with urlopen(f"http://{LOOPBACK}:{port}{path}", timeout=2) as reply:  # nosec B310
            return bool(reply.status == 200)  # noqa: PLR2004
    except (URLError, HTTPException, OSError):
        return False
