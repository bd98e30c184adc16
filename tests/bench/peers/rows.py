# SPDX-License-Identifier: EUPL-1.2
"""What every peer that handles one message at a time says to the product's own tables.

The statements are as a careful programmer would write them for one row. The hash of a receipt is
that of the stored bytes, and only what is newer passes the gate.
"""

import os
from collections.abc import Mapping
from typing import Any

import orjson

from shared.contracts.reference import region_codes

OWNER_URL = os.environ.get("BENCH_OWNER_URL", "")
HOLDER_URL = os.environ.get("BENCH_HOLDER_URL", "")
AMQP_URL = os.environ.get("BENCH_AMQP_URL", "")
RECIPIENTS = region_codes()
WINDOW = 100
QUORUM = {"x-queue-type": "quorum"}

Row = Mapping[str, Any]

NEXT_SEQUENCE = "SELECT coalesce(max(sequence), 0) + 1 FROM journal WHERE subject = %s"
JOURNAL = """
INSERT INTO journal (subject, sequence, type, hash, body, recorded_at, sent_at)
VALUES (%(subject)s, %(sequence)s, 'agreement-changed.v1', %(hash)s, %(body)s, now(), now())
"""
OWE = """
INSERT INTO deliveries (subject, sequence, recipient, created_at, next_check_at)
SELECT %(subject)s, %(sequence)s, one.recipient, now(), now() + interval '30 seconds'
FROM unnest(%(audience)s::text[]) AS one (recipient)
"""
UNSENT = """
SELECT o.id, o.exchange, o.audience, o.subject, o.sequence, j.hash, coalesce(o.body, j.body) AS body
FROM outbox AS o LEFT JOIN journal AS j ON j.subject = o.subject AND j.sequence = o.sequence
WHERE o.sent_at IS NULL AND o.blocked_reason IS NULL ORDER BY o.id LIMIT %(window)s
"""
MARK_SENT = "UPDATE outbox SET sent_at = now() WHERE id = ANY(%(ids)s)"
ADMIT = """
INSERT INTO gate (recipient, subject, sequence, hash, applied_at)
VALUES (%(recipient)s, %(subject)s, %(sequence)s, %(hash)s, now())
ON CONFLICT (recipient, subject) DO UPDATE
SET sequence = excluded.sequence, hash = excluded.hash, applied_at = excluded.applied_at
WHERE gate.sequence < excluded.sequence
RETURNING sequence
"""
STORE = """
INSERT INTO region_agreements
    (region, agreement_id, sequence, content, status, employer_id, applied_at)
VALUES (%(recipient)s, %(id)s, %(sequence)s, %(content)s, %(status)s, %(employer)s, now())
ON CONFLICT (region, agreement_id) DO UPDATE SET
    sequence = excluded.sequence, content = excluded.content, status = excluded.status,
    employer_id = excluded.employer_id, applied_at = excluded.applied_at
RETURNING hash
"""
HELD = """
SELECT sequence, hash FROM gate WHERE recipient = %(recipient)s AND subject = %(subject)s
"""
SEND_RECEIPT = """
INSERT INTO outbox (exchange, routing_key, body, created_at)
VALUES ('notices', 'receipts.agreements', %(body)s, now())
"""
CLOSE = """
UPDATE deliveries AS d SET
    state = CASE WHEN d.sequence < %(sequence)s THEN 'superseded' ELSE 'received' END,
    received_at = now(),
    received_hash = CASE WHEN d.sequence = %(sequence)s THEN %(hash)s END
FROM journal AS j
WHERE d.subject = %(subject)s AND d.recipient = %(recipient)s AND d.sequence <= %(sequence)s
    AND d.state IN ('pending', 'refused')
    AND j.subject = d.subject AND j.sequence = d.sequence
    AND (d.sequence < %(sequence)s OR j.hash = %(hash)s)
"""


def taken(recipient: str, event: Row) -> dict[str, Any]:
    """Give the values of one copy: what a state on the wire says, for one recipient."""
    data = event["data"]
    return {
        "recipient": recipient,
        "subject": event["subject"],
        "sequence": int(event["sequence"]),
        "hash": event["contenthash"],
        "id": data["id"],
        "status": data["status"],
        "employer": data["employer"]["id"],
        "content": orjson.dumps(data, option=orjson.OPT_SORT_KEYS),
    }


def receipt(copy: Row, sequence: int, digest: str) -> dict[str, Any]:
    """Say what a recipient holds of a subject."""
    return {
        "recipient": copy["recipient"],
        "subject": copy["subject"],
        "sequence": sequence,
        "hash": digest,
    }
