# SPDX-License-Identifier: EUPL-1.2
"""How a door proves to its clients who is behind it, and agrees on keys with each."""

import ssl
from pathlib import Path
from typing import Any

import eventlet


def tls_of(certificate: Path | None, key: Path | None) -> ssl.SSLContext | None:
    """Read a certificate and its key; None where a door is to speak plain text."""
    if certificate is None or key is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    return context


def secured(tls: ssl.SSLContext, client: Any, seconds: float) -> ssl.SSLSocket:  # noqa: ANN401
    """Agree on keys with a client, in this very thread and in time, or raise OSError."""
    with eventlet.Timeout(seconds, TimeoutError):
        return tls.wrap_socket(client, server_side=True)
