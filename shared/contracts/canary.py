# SPDX-License-Identifier: EUPL-1.2
"""The canary: one synthetic agreement that goes to every region, and that nobody works with.

It is told apart by its identity alone, which stands here and nowhere else but in two migrations.
"""

from shared.contracts.topology import GROUPS

CANARY = "00000000-0000-4000-8000-000000000000"
"""The agreement's identity, and that of its employer: neither is stored by who would own it."""

SUBJECT = f"agreement/{CANARY}"
AUDIENCE = GROUPS["all"]
