# SPDX-License-Identifier: EUPL-1.2
"""What became of messages is counted, and what no queue had wanted is counted apart."""

from collections import Counter

from shared.messaging import consumer, metrics


def test_what_no_queue_wanted_is_counted_apart() -> None:
    applied = metrics.CONSUMER_MESSAGES_TOTAL.labels("regions.AM36", "applied")
    before = applied._value.get(), metrics.UNROUTED_TOTAL._value.get()

    consumer._count(Counter({("regions.AM36", "applied"): 3, ("unrouted", "buried"): 2}))

    after = applied._value.get(), metrics.UNROUTED_TOTAL._value.get()
    assert (after[0] - before[0], after[1] - before[1]) == (3, 2)
