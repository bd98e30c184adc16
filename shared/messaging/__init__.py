# SPDX-License-Identifier: EUPL-1.2
"""Delivery: journal, outbox, relay, gate, ledger, consumer. It knows no word of the domain.

A service publishes states with `journal.publish` and applies them in methods marked with
`@consumes`; everything between the two is done here.
"""

from shared.messaging import journal, ledger, tasks
from shared.messaging.consumes import consumes
from shared.messaging.gate import Arrival, StoredHashes
from shared.messaging.hints import Hints, SlowListener
from shared.messaging.journal import Outgoing, Published
from shared.messaging.letters import Awaiting
from shared.messaging.operations import Operations
from shared.messaging.streams import Stream

__all__ = [
    "Arrival",
    "Awaiting",
    "Hints",
    "Operations",
    "Outgoing",
    "Published",
    "SlowListener",
    "StoredHashes",
    "Stream",
    "consumes",
    "journal",
    "ledger",
    "tasks",
]
