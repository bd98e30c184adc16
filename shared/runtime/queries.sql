-- claim_key: take an idempotency key for this attempt; no row means that it was taken before.
INSERT INTO idempotency (principal, operation, key, fingerprint, created_at)
VALUES (%(principal)s, %(operation)s, %(key)s, %(fingerprint)s, %(now)s)
ON CONFLICT (principal, operation, key) DO NOTHING
RETURNING key

-- answer_of_key: what was answered before, and to which request.
SELECT fingerprint, answer
FROM idempotency
WHERE principal = %(principal)s AND operation = %(operation)s AND key = %(key)s

-- settle_key: keep the answer beside its key, in the transaction that made it true.
UPDATE idempotency SET answer = %(answer)s::json
WHERE principal = %(principal)s AND operation = %(operation)s AND key = %(key)s
