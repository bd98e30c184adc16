# SPDX-License-Identifier: EUPL-1.2
"""What delivery tells Prometheus. A region is a label on gauges only, an id never is."""

import time
from bisect import bisect_left
from collections.abc import Iterable

from prometheus_client import Counter, Gauge, Histogram, Metric
from prometheus_client.samples import Exemplar

from shared.runtime import tracing

LAG_BUCKETS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300)
SIZE_BUCKETS = (1, 2, 5, 10, 35, 70, 100, 200, 350, 500)


class Moment(Gauge):
    """A moment in Unix seconds; there is no sample of it where it is not known.

    An alert on its age would else fire at once, in every process that never sets it.
    """

    _known = False

    def set(self, value: float) -> None:
        """Set the moment."""
        self._known = True
        super().set(value)

    def collect(self) -> Iterable[Metric]:
        """Give the one sample, or none."""
        return super().collect() if self._known else []


OUTBOX_UNSENT_ROWS = Gauge("schakel_outbox_unsent_rows", "Rows that still must go out.")
OUTBOX_OLDEST_UNSENT_AGE_SECONDS = Gauge(
    "schakel_outbox_oldest_unsent_age_seconds", "Age of the oldest row that must go out."
)
OUTBOX_BLOCKED_ROWS = Gauge(
    "schakel_outbox_blocked_rows", "Rows that the broker refused for good, and nobody sends now."
)
OUTBOX_PUBLISHED_TOTAL = Counter(
    "schakel_outbox_published_total", "Outbox rows by what came of sending them.", ["outcome"]
)
RELAY_CONFIRM_SECONDS = Histogram(
    "schakel_relay_confirm_seconds", "From the first publish of a window to its last confirm."
)
RELAY_LOCK_HELD = Gauge("schakel_relay_lock_held", "1 where this process owns its outbox.")
DELIVERIES_OPEN = Gauge(
    "schakel_deliveries_open", "Deliveries still owed, by state.", ["state", "region"]
)
DELIVERY_OLDEST_OPEN_AGE_SECONDS = Gauge(
    "schakel_delivery_oldest_open_age_seconds", "Age of the oldest open delivery.", ["region"]
)
FANOUT_LAG_SECONDS = Histogram(
    "schakel_fanout_lag_seconds", "From commit to receipt recorded.", buckets=LAG_BUCKETS
)
FANOUT_COMPLETE_SECONDS = Histogram(
    "schakel_fanout_complete_seconds",
    "From commit to the receipt of the last recipient.",
    buckets=LAG_BUCKETS,
)
CANARY_RECEIVED_TIMESTAMP_SECONDS = Gauge(
    "schakel_canary_received_timestamp_seconds",
    "When what the region confirmed last of the canary was published.",
    ["region"],
)
CANARY_LAG_SECONDS = Histogram(
    "schakel_canary_lag_seconds",
    "From commit to receipt recorded, of the canary alone.",
    buckets=LAG_BUCKETS,
)
CONSUMER_MESSAGES_TOTAL = Counter(
    "schakel_consumer_messages_total", "Arrivals by what came of them.", ["queue", "outcome"]
)
CONSUMER_BATCH_SECONDS = Histogram(
    "schakel_consumer_batch_seconds", "From the first message of a batch to its ack."
)
CONSUMER_BATCH_SIZE = Histogram(
    "schakel_consumer_batch_size", "Messages in a batch.", buckets=SIZE_BUCKETS
)
RETRIES_TOTAL = Counter("schakel_retries_total", "Attempts after the first one.", ["stage"])
PARKED_ROWS = Gauge("schakel_parked_rows", "Parked messages, by reason.", ["reason"])
PARKED_OLDEST_AGE_SECONDS = Gauge(
    "schakel_parked_oldest_age_seconds", "Age of the oldest parked message, by reason.", ["reason"]
)
UNROUTED_TOTAL = Counter(
    "schakel_unrouted_total", "Messages that no queue wanted, found in the last net."
)
DEAD_LETTERS_OPEN = Gauge(
    "schakel_dead_letters_open", "Dead letters that wait for somebody, by origin.", ["origin"]
)
RECONCILE_DIVERGENT_ROWS = Gauge(
    "schakel_reconcile_divergent_rows",
    "Subjects that a recipient does not hold as it must, by how.",
    ["region", "class"],
)
RECONCILE_LAST_SUCCESS_TIMESTAMP_SECONDS = Moment(
    "schakel_reconcile_last_success_timestamp_seconds",
    "When everything was last compared to the end; until then, when that was first asked for.",
)
CONFLICTS_OPEN = Gauge(
    "schakel_conflicts_open",
    "Subjects on which recipients contradict their owner, by how: somebody has to decide.",
    ["kind"],
)
CONSUMER_QUEUES_ASIDE = Gauge(
    "schakel_consumer_queues_aside",
    "Queues that the broker does not serve; they are tried again and again.",
)
BREAKER_STATE = Gauge(
    "schakel_breaker_state",
    "0 closed, 1 open: the database is away, 2 half open: one message at a time.",
)
LAST_DRAIN_TIMESTAMP_SECONDS = Moment(
    "schakel_last_drain_timestamp_seconds",
    "When the consumer last asked the broker for more; at first, when the process started.",
)

for _outcome in ("confirmed", "nacked", "returned", "unconfirmed"):
    OUTBOX_PUBLISHED_TOTAL.labels(_outcome)
for _reason in ("retry", "awaiting", "schema"):
    PARKED_ROWS.labels(_reason)
    PARKED_OLDEST_AGE_SECONDS.labels(_reason)
for _origin in ("undecodable", "unknown", "invalid", "too-large", "exhausted", "broker"):
    DEAD_LETTERS_OPEN.labels(_origin)
for _kind in ("ahead", "differs"):
    CONFLICTS_OPEN.labels(_kind)
for _stage in ("immediate", "parked", "watchdog"):
    RETRIES_TOTAL.labels(_stage)


def observe(histogram: Histogram, value: float, *, times: int) -> None:
    """Observe one value many times, at the price of once."""
    if times > 0:
        histogram._sum.inc(value * times)  # noqa: SLF001 - the library has no word for it
        bound = bisect_left(histogram._upper_bounds, value)  # noqa: SLF001
        bucket = histogram._buckets[bound]  # noqa: SLF001
        bucket.inc(times)
        if (trace := tracing.exemplar()) is not None:
            bucket.set_exemplar(Exemplar(trace, value, time.time()))
