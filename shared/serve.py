# SPDX-License-Identifier: EUPL-1.2
"""Run one service: `python -m shared.serve agreements`.

It stands outside the packages, because the hub must be in place before anything else is
imported: a lock or socket taken earlier would block every worker of the process.
"""

import os
import sys
import warnings

# Said at every import of eventlet, and known: docs/adr/0001.
warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

# What is imported is what a killed process waits for: these two were four tenths of it. Hosts are
# looked up by the system (shared/runtime/lookup.py), and a service has no terminal to colour.
os.environ["EVENTLET_NO_GREENDNS"] = "yes"
sys.modules["rich"] = None  # type: ignore[assignment]

import eventlet  # noqa: E402

eventlet.monkey_patch()

from shared.runtime import lookup  # noqa: E402
from shared.runtime.process import run  # noqa: E402

lookup.install()

if __name__ == "__main__":
    sys.exit(run(sys.argv[1]))
