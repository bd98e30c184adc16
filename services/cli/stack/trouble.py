# SPDX-License-Identifier: EUPL-1.2
"""The one way in which the local stack says that it cannot go on."""

from collections.abc import Sequence


class StackRefused(Exception):
    """The stack cannot start or stop as asked; the message says why, `ways_out` what helps."""

    exit_status = 1

    def __init__(self, why: str, ways_out: Sequence[str] = ()) -> None:
        super().__init__(why)
        self.why = why
        self.ways_out = tuple(ways_out)

    def __str__(self) -> str:
        return "\n".join([self.why, *(f"  - {way}" for way in self.ways_out)])


class WrongSettings(StackRefused):
    """The environment holds settings that cannot be; each is named, and nothing was started."""

    exit_status = 2
