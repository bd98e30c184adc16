# SPDX-License-Identifier: EUPL-1.2
"""Run the stack in the foreground: `python -m services.cli.stack`."""

import sys

from services.cli.stack.foreground import supervise
from services.cli.stack.home import open_home
from services.cli.stack.trouble import StackRefused
from services.cli.stack.voice import Narrator


def main() -> int:
    """Supervise the stack of SCHAKEL_HOME until a signal ends it."""
    voice = Narrator()
    try:
        return supervise(open_home(), voice, lambda _stack: None)
    except StackRefused as refused:
        for line in str(refused).splitlines():
            voice("stack", line)
        return 1


if __name__ == "__main__":
    sys.exit(main())
