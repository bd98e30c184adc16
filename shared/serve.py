# SPDX-License-Identifier: EUPL-1.2
"""Run one service: `python -m shared.serve agreements`.

It stands outside the packages, because the hub must be in place before anything else is
imported: a lock or socket taken earlier would block every worker of the process.
"""

import warnings

# Said at every import of eventlet, and known: docs/adr/0001.
warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

import eventlet  # noqa: E402

eventlet.monkey_patch()

import sys  # noqa: E402

from shared.runtime.process import run  # noqa: E402

if __name__ == "__main__":
    sys.exit(run(sys.argv[1]))
