# SPDX-License-Identifier: EUPL-1.2
"""A past: a million deliveries that were made long ago, of agreements that still live."""

from datetime import UTC, datetime

import psycopg

from shared.contracts import canonical, content_hash
from tests.bench.ground import HOLDER, OWNER, Place
from tests.bench.load import AGREEMENT_CHANGED, states

AGREEMENTS = 2_000
MILLION = 1_000_000
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)

_JOURNAL = """
INSERT INTO journal (subject, sequence, type, hash, body, recorded_at, sent_at)
SELECT 'agreement/' || md5(a::text)::uuid, s, %(type)s, %(hash)s, %(body)s,
    %(long_ago)s::timestamptz + s * interval '1 day',
    %(long_ago)s::timestamptz + s * interval '1 day'
FROM generate_series(1, %(agreements)s) AS a, generate_series(1, %(sequences)s) AS s
"""
_LEDGER = """
INSERT INTO deliveries (subject, sequence, recipient, state, created_at, received_at,
    received_hash, next_check_at)
SELECT j.subject, j.sequence, r.recipient, 'received', j.recorded_at, j.recorded_at, j.hash,
    j.recorded_at
FROM journal AS j, unnest(%(recipients)s::text[]) AS r (recipient)
ORDER BY j.recorded_at, j.subject
"""
_GATE = """
INSERT INTO gate (recipient, subject, sequence, hash, applied_at)
SELECT r.recipient, 'agreement/' || md5(a::text)::uuid, %(sequences)s, %(hash)s,
    %(long_ago)s::timestamptz + interval '20 days'
FROM generate_series(1, %(agreements)s) AS a, unnest(%(recipients)s::text[]) AS r (recipient)
"""
_COPIES = """
INSERT INTO region_agreements
    (region, agreement_id, sequence, content, status, employer_id, applied_at)
SELECT r.recipient, md5(a::text)::uuid, %(sequences)s, %(content)s, 'published',
    md5(a::text)::uuid, %(long_ago)s::timestamptz + interval '20 days'
FROM generate_series(1, %(agreements)s) AS a, unnest(%(recipients)s::text[]) AS r (recipient)
"""


def remember(place: Place, *, deliveries: int = MILLION) -> int:
    """Fill the tables of both ends as if so many deliveries had been made; give how many it is."""
    [state] = states(1)
    of_each = AGREEMENTS * len(place.recipients)
    told = {
        "long_ago": LONG_AGO,
        "type": AGREEMENT_CHANGED,
        "hash": content_hash(state),
        "body": canonical(state),
        "content": canonical(state),
        "agreements": AGREEMENTS,
        "sequences": -(-deliveries // of_each),
        "recipients": list(place.recipients),
    }
    for database, statements in ((OWNER, (_JOURNAL, _LEDGER)), (HOLDER, (_GATE, _COPIES))):
        with psycopg.connect(place.watched[database], autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement, told)
            # As it would be by itself after so long a time.
            connection.execute("VACUUM ANALYZE")
    return of_each * int(str(told["sequences"]))
