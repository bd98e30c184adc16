# SPDX-License-Identifier: EUPL-1.2
"""When the certificates end that a process depends on, so that nobody is surprised by it."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from prometheus_client import Gauge

UNREADABLE = 0.0
EXPIRY = Gauge(
    "schakel_certificate_expiry_timestamp_seconds",
    "When the first certificate of a file ends; 0 where it cannot be read.",
    ["file"],
)


def watch_certificates(files: Iterable[Path]) -> None:
    """Have the end of each file told. It is read anew each time: a renewal needs no restart."""
    for file in files:
        EXPIRY.labels(str(file)).set_function(partial(_expiry, file))


def _expiry(file: Path) -> float:
    # Most processes have no certificates, and start without what reads them.
    from cryptography import x509  # noqa: PLC0415

    try:
        read = x509.load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError):
        return UNREADABLE
    return min(one.not_valid_after_utc.timestamp() for one in read)
