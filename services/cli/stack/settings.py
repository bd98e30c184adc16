# SPDX-License-Identifier: EUPL-1.2
"""A job: reads the settings as every process will, and names each one that cannot be.

Ends with status 2 and a fault a line on standard output, or with 0 and nothing.
"""

import os
import sys

from shared.runtime.config import SettingsRefused, read_settings


def faults() -> list[str]:
    """Name what is wrong with the environment."""
    try:
        port = read_settings(os.environ).http_port
    except SettingsRefused as refused:
        return refused.faults
    # A process by itself may take any port; a stack must know where its gateway is.
    return [] if port else ["SCHAKEL_HTTP_PORT must be a port other than 0"]


if __name__ == "__main__":
    wrong = faults()
    sys.stdout.write("".join(f"{fault}\n" for fault in wrong))
    sys.exit(2 if wrong else 0)
