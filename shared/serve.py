# SPDX-License-Identifier: EUPL-1.2
"""Run one service: `python -m shared.serve agreements`.

It stands outside the packages, because the hub must be in place before anything else is
imported: a lock or socket taken earlier would block every worker of the process.
"""

import gc
import sys
import warnings

# Said at every import of eventlet, and known: docs/adr/0001.
warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

# What is imported is what a killed process waits for. All of it stays, so the collector need not
# look for what goes (`shared.runtime.process` has it begin); and these three would come along with
# libraries that do without: a service has no terminal to colour or to read, and speaks no YAML.
gc.disable()
for unused in ("rich", "click", "yaml"):
    sys.modules[unused] = None  # type: ignore[assignment]

import eventlet  # noqa: E402

eventlet.monkey_patch()

from shared.runtime import lookup  # noqa: E402
from shared.runtime.process import run  # noqa: E402

lookup.install()

if __name__ == "__main__":
    sys.exit(run(sys.argv[1]))
