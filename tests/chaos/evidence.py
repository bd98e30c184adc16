# SPDX-License-Identifier: EUPL-1.2
"""The evidence: what the databases hold after a campaign, as records for the checker."""

from collections.abc import Iterator
from typing import Any

from tests.chaos.counting import COUNTED
from tests.faults.proof import Proof

Record = dict[str, Any]
POISON = b"chaos-poison"

# Decisions stand in the owner's history too, under the region's reason; their mark is their own.
MARKS = {
    "agreements": """
SELECT 'mark' AS record, reason AS mark FROM agreement_changes
WHERE reason LIKE 'chaos %%' AND step NOT LIKE 'decision%%'
""",
    "employers": """
SELECT 'mark' AS record, reason AS mark FROM employer_changes WHERE reason LIKE 'chaos %%'
""",
    "placements": """
SELECT 'mark' AS record, reason AS mark FROM placement_changes
WHERE reason LIKE 'chaos %%' AND role <> 'system' AND (step IN ('withdrawn', 'ended_early') OR
    step = 'offered' AND placement_id IN (SELECT id FROM placements WHERE call_id IS NULL))
UNION ALL SELECT 'mark', reason FROM calls WHERE reason LIKE 'chaos %%'
""",
    "providers": """
SELECT 'mark' AS record, reason AS mark FROM support_changes
WHERE reason LIKE 'chaos %%' AND step IN ('requested', 'closed')
UNION ALL SELECT 'mark', reason FROM provider_changes WHERE reason LIKE 'chaos %%'
""",
    "regions": """
SELECT 'mark' AS record, reason AS mark FROM decisions WHERE reason LIKE 'chaos %%'
UNION ALL SELECT 'mark', reason FROM placement_decisions WHERE reason LIKE 'chaos %%'
UNION ALL SELECT 'mark', reason FROM instrument_offers WHERE reason LIKE 'chaos %%'
""",
}
JOURNAL = "SELECT 'journal' AS record, subject, sequence, hash FROM journal"
OWED = """
SELECT 'owed' AS record, recipient, subject, max(sequence) AS sequence FROM deliveries
GROUP BY recipient, subject
"""
HELD = "SELECT 'held' AS record, recipient, subject, sequence, hash FROM holdings"
APPLIED = """
SELECT 'applied' AS record, place, recipient, subject, sequence FROM witnessed ORDER BY id
"""
TROUBLE = """
SELECT 'trouble' AS record, 'dead letter of ' || origin AS what,
    concat_ws(' ', queue, subject, error, (SELECT 'and tried again: ' || string_agg(i.error, '; ')
        FROM replay_items AS i WHERE i.letter_id = l.id)) AS why
FROM dead_letters AS l WHERE position(%(poison)s::bytea IN body) = 0 AND state = 'open'
UNION ALL SELECT 'trouble', 'anomaly', concat_ws(' ', kind, recipient, subject, sequence)
FROM anomalies
UNION ALL SELECT 'trouble', 'parked', concat_ws(' ', recipient, subject, last_error) FROM parked
UNION ALL SELECT 'trouble', 'blocked', blocked_reason FROM outbox WHERE blocked_reason IS NOT NULL
"""
UNRESTED = """
SELECT 'pending ' || subject || ' ' || recipient || ' sent ' || sends AS what FROM deliveries
WHERE state = 'pending'
UNION ALL SELECT 'unsent ' || id FROM outbox WHERE sent_at IS NULL AND blocked_reason IS NULL
UNION ALL SELECT 'parked ' || subject FROM parked
"""
REFUSED = """
SELECT 'trouble' AS record, 'delivery ' || state AS what, concat_ws(' ', recipient, subject, reason)
    AS why
FROM deliveries AS d WHERE state IN ('refused', 'pending') AND NOT EXISTS (
    SELECT 1 FROM deliveries AS later WHERE later.subject = d.subject
        AND later.recipient = d.recipient AND later.sequence > d.sequence)
"""
EVERYWHERE = (JOURNAL, OWED, HELD, TROUBLE, REFUSED)
DELIVERED = "SELECT count(*) AS rows FROM deliveries WHERE state IN ('received', 'superseded')"
POISONED = "SELECT 1 FROM dead_letters WHERE position(%(poison)s::bytea IN body) > 0"
RECEIVED = """
SELECT recipient FROM deliveries WHERE subject = %(subject)s AND state = 'received'
"""


def unrest(proof: Proof) -> list[str]:
    """Say what is still on its way."""
    return [row["what"] for name in proof.services for row in proof.rows(name, UNRESTED)]


def delivered(proof: Proof) -> int:
    """Count the deliveries that have ended as they should."""
    return sum(int(proof.rows(name, DELIVERED)[0]["rows"]) for name in proof.services)


def gather(proof: Proof) -> Iterator[Record]:
    """Read everything that the checker needs."""
    for name in proof.services:
        poison = {"poison": POISON}
        for question in (MARKS.get(name), *EVERYWHERE, *COUNTED.get(name, ())):
            if question is not None:
                yield from proof.rows(name, question, poison)
    for name in proof.services:
        # One database's order says nothing about another's; their recipients differ.
        yield from proof.rows(name, APPLIED)
