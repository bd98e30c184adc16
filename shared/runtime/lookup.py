# SPDX-License-Identifier: EUPL-1.2
"""Hosts are looked up by the system, in a thread: a slow answer holds up only who asked."""

import ipaddress
import socket
from typing import Any

from eventlet import tpool

_of_the_system = socket.getaddrinfo


def install() -> None:
    """Let every lookup of this process go this way."""
    socket.getaddrinfo = getaddrinfo


def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the system's own
    """Look a host up; what is an address already needs no thread."""
    if _is_address(host):
        return _of_the_system(host, *args, **kwargs)
    return tpool.execute(_of_the_system, host, *args, **kwargs)


def _is_address(host: object) -> bool:
    if not isinstance(host, str):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
