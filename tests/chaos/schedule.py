# SPDX-License-Identifier: EUPL-1.2
"""When which fault strikes: drawn from a seed, the same every time."""

from collections.abc import Collection, Iterator
from random import Random

# Faults begin this far apart; many last longer, so that they overlap.
GAP_SECONDS = (4.0, 12.0)


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
