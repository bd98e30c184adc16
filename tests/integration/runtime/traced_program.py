# SPDX-License-Identifier: EUPL-1.2
"""A process that records spans as a service does: for tests of what becomes of them.

    python -m tests.integration.runtime.traced_program SPANS

Its settings say where they go. It prints how long it worked meanwhile, and how long it took to
stop, in seconds.
"""

import sys
import threading
import time
import warnings

warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

import eventlet  # noqa: E402

eventlet.monkey_patch()

from shared.runtime import tracing  # noqa: E402

TURNS = 50
PAUSE_SECONDS = 0.02
STOP_SECONDS = 1.0


def main() -> None:
    """Record so many spans, then let others work, then stop."""
    tracing.start("regions")
    for _ in range(int(sys.argv[1])):
        with tracing.request("GET /v1/agreements", None):
            tracing.ended(200)
    started, pause = time.monotonic(), threading.Event()
    for _ in range(TURNS):
        pause.wait(PAUSE_SECONDS)
    worked = time.monotonic()
    tracing.stop(STOP_SECONDS)
    sys.stdout.write(f"{worked - started:.3f} {time.monotonic() - worked:.3f}\n")


if __name__ == "__main__":
    main()
