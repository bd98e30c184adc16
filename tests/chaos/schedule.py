# SPDX-License-Identifier: EUPL-1.2
"""When which fault strikes: drawn from a seed, the same every time."""

from collections.abc import Collection, Iterator
from random import Random

# Faults begin this far apart; many last longer, so that they overlap.
GAP_SECONDS = (3.0, 12.0)


def schedule(kinds: Collection[str], seed: int, seconds: float) -> Iterator[tuple[float, str]]:
    """Give moments and kinds until the time is up; every kind once before any comes again."""
    chance = Random(seed)  # noqa: S311 - a campaign must be repeatable
    moment = 0.0
    while True:
        for kind in chance.sample(sorted(kinds), len(kinds)):
            moment += chance.uniform(*GAP_SECONDS)
            if moment >= seconds:
                return
            yield moment, kind


def rounds(kinds: Collection[str], seed: int, times: int) -> Iterator[str]:
    """Give every kind so many times, each once before any again.

    So the same process is not killed again and again: its keeper would wait longer each time.
    """
    chance = Random(seed)  # noqa: S311 - a campaign must be repeatable
    for _ in range(times):
        yield from chance.sample(sorted(kinds), len(kinds))
