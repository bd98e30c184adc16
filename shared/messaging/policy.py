# SPDX-License-Identifier: EUPL-1.2
"""Policy as data: how often, how long and how much. docs/delivery-guarantees.md prints it."""

import random
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Backoff:
    """Delays that grow by a factor up to a cap, in seconds, with jitter."""

    first_seconds: float
    factor: float
    cap_seconds: float

    def ceiling(self, attempt: int) -> float:
        """Give the longest delay before the attempt after this one, counted from 1."""
        # The exponent is bounded, because a float overflows long before a patient watchdog.
        return min(self.cap_seconds, self.first_seconds * self.factor ** min(attempt - 1, 60))

    def after(self, attempt: int) -> timedelta:
        """Choose a delay between half of the ceiling and the ceiling.

        Half is kept as a floor: a check that comes at once tells nothing.
        """
        return timedelta(seconds=self.ceiling(attempt) * random.uniform(0.5, 1))  # nosec B311 # noqa: S311 - jitter


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one batch may hold, and how long it waits for more."""

    messages: int
    bytes: int
    linger_seconds: float


# A parked message: about 5 s, then three times as long each time, at most 15 minutes.
PARKED = Backoff(first_seconds=5, factor=3, cap_seconds=900)
PARKED_ATTEMPTS = 8

# What waits for something else to arrive is no failure: whoever owns that may be away for a day.
AWAITING_FOR = timedelta(hours=24)

# An open delivery: looked at after 30 s, then twice as long each time, at most 15 minutes.
WATCHDOG = Backoff(first_seconds=30, factor=2, cap_seconds=900)

# The broker or the database is away.
RECONNECT = Backoff(first_seconds=0.1, factor=2, cap_seconds=5)

# A serialisation failure or a deadlock passes by itself.
IMMEDIATE = Backoff(first_seconds=0.01, factor=3, cap_seconds=0.3)
IMMEDIATE_ATTEMPTS = 4

BATCH = Bounds(messages=500, bytes=1_500_000, linger_seconds=0.001)
PREFETCH = 200
BATCH_SECONDS = 15
# After the database was away, and nothing comes that would have to be written.
QUIET_SECONDS = 2
PACK = Bounds(messages=100, bytes=256_000, linger_seconds=0)
WINDOW = 200
CONFIRM_SECONDS = 10
# Of one whose message no queue took before: all others wait as long.
SUSPECT_SECONDS = 1
# A queue that answers later than this is set aside, so that it holds up no other.
CONSUME_SECONDS = 5
# How often the broker is asked whether it still has this consumer for each of its queues.
FORGOTTEN_SECONDS = 15
MOST_BYTES = 16_000_000
DEFINITE_FAILURES = 5
UNCONFIRMED_BEFORE_SPLIT = 2

# A repair is never a storm: the rest waits for the next round.
REPAIRS_OF_A_ROUND = 500
BUCKETS_AT_A_TIME = 16

# A replay leaves room for what comes in meanwhile.
REPLAYS_PER_SECOND = 50
LETTERS_OF_A_JOB = 10_000

# An owner that is moved past its recipients leaves room for what it forgot and is still in a queue.
ADVANCE_ROOM = 1000
