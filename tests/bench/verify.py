# SPDX-License-Identifier: EUPL-1.2
"""A run counts only if everything arrived: every ledger row received, and every hash equal.

The hashes are computed here anew, from the bytes that stand in the recipients' tables.
"""

from datetime import datetime

import psycopg

from tests.bench.ground import HOLDER, OWNER, Place

LEDGER = """
SELECT d.recipient, d.subject, d.sequence, j.hash
FROM deliveries AS d JOIN journal AS j USING (subject, sequence)
WHERE d.created_at >= %s
"""
OPEN = """
SELECT count(*)
FROM deliveries AS d JOIN journal AS j USING (subject, sequence)
WHERE d.created_at >= %s AND (d.state <> 'received' OR d.received_hash <> j.hash)
"""
COPIES = """
SELECT c.region, 'agreement/' || c.agreement_id, c.sequence, encode(sha256(c.content), 'hex')
FROM region_agreements AS c
JOIN gate AS g ON g.recipient = c.region AND g.subject = 'agreement/' || c.agreement_id
    AND g.sequence = c.sequence AND g.hash = c.hash
WHERE c.applied_at >= %s
"""


class NotDelivered(Exception):
    """A run that does not count, and why."""


def verify(place: Place, since: datetime, states: int) -> int:
    """Give the deliveries made since a moment; raises NotDelivered unless each was and is right."""
    with psycopg.connect(place.watched[OWNER]) as owner:
        owed = set(owner.execute(LEDGER, [since]))
        [[still_open]] = owner.execute(OPEN, [since])
    with psycopg.connect(place.watched[HOLDER]) as holder:
        held = set(holder.execute(COPIES, [since]))
    if still_open or len(owed) != states * len(place.recipients):
        raise NotDelivered(f"{still_open} of {len(owed)} rows of the ledger are not received")
    if held != owed:
        raise NotDelivered(f"{len(owed - held)} copies are missing or other than published")
    return len(owed)
