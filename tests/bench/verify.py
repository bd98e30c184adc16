# SPDX-License-Identifier: EUPL-1.2
"""A run counts only if everything arrived: every ledger row received, and every hash equal.

The hashes are computed here anew, from the bytes that stand in the recipients' tables.
"""

from datetime import datetime

import psycopg

from tests.bench.ground import HOLDER, Place

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
AGREEMENTS = """
SELECT c.region, 'agreement/' || c.agreement_id, c.sequence, encode(sha256(c.content), 'hex')
FROM region_agreements AS c
JOIN gate AS g ON g.recipient = c.region AND g.subject = 'agreement/' || c.agreement_id
    AND g.sequence = c.sequence AND g.hash = c.hash
WHERE c.applied_at >= %s
"""
PLACEMENTS = """
SELECT c.region, 'placement/' || c.placement_id, c.sequence, encode(sha256(c.content), 'hex')
FROM region_placements AS c
JOIN gate AS g ON g.recipient = c.region AND g.subject = 'placement/' || c.placement_id
    AND g.sequence = c.sequence AND g.hash = c.hash
WHERE c.applied_at >= %s
"""
NEWEST = """
SELECT p.region, p.id::text, j.sequence, j.hash
FROM placements AS p
JOIN LATERAL (
    SELECT sequence, hash FROM journal WHERE subject = 'placement/' || p.id
    ORDER BY sequence DESC LIMIT 1
) AS j ON true
JOIN deliveries AS d ON d.subject = 'placement/' || p.id AND d.sequence = j.sequence
    AND d.recipient = p.region AND d.state = 'received' AND d.received_hash = j.hash
WHERE p.id = ANY(%s) AND p.state IN ('confirmed', 'started')
"""
HELD = """
SELECT region, placement_id::text, sequence, encode(sha256(content), 'hex')
FROM region_placements WHERE placement_id::text = ANY(%s)
"""
COPIES = {"agreements": AGREEMENTS, "placements": PLACEMENTS}


class NotDelivered(Exception):
    """A run that does not count, and why."""


def verify(place: Place, since: datetime, deliveries: int) -> int:
    """Give the deliveries made since a moment; raises NotDelivered unless each was and is right."""
    with psycopg.connect(place.watched[place.owner]) as owner:
        owed = set(owner.execute(LEDGER, [since]))
        [[still_open]] = owner.execute(OPEN, [since])
    with psycopg.connect(place.watched[HOLDER]) as holder:
        held = set(holder.execute(COPIES[place.owner], [since]))
    if still_open or len(owed) != deliveries:
        raise NotDelivered(f"{still_open} of {len(owed)} rows of the ledger are not received")
    if held != owed:
        raise NotDelivered(f"{len(owed - held)} copies are missing or other than published")
    return len(owed)


def verify_newest(owner_url: str, holder_url: str, ids: list[str]) -> bool:
    """Tell whether the newest state of each place is held, byte for byte, and its owner knows."""
    with psycopg.connect(owner_url) as owner:
        owed = set(owner.execute(NEWEST, [ids]))
    with psycopg.connect(holder_url) as holder:
        held = set(holder.execute(HELD, [ids]))
    return len(owed) == len(ids) and owed == held
