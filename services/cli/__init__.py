# SPDX-License-Identifier: EUPL-1.2
"""The `schakel` command: a client of the gateway, and the local stack on one machine."""

import sys

# httpx brings a command line of its own along wherever it can be loaded, which would be a fifth of
# what `schakel` loads before it does anything.
sys.modules["httpx._main"] = None  # type: ignore[assignment]
