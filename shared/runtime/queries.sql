-- claim_key: take an idempotency key for this attempt; no row means that it was taken before.
INSERT INTO idempotency (principal, operation, key, fingerprint, created_at)
VALUES (%(principal)s, %(operation)s, %(key)s, %(fingerprint)s, %(now)s)
ON CONFLICT (principal, operation, key) DO NOTHING
RETURNING key

-- answer_of_key: what was answered before, and to which request.
SELECT fingerprint, answer
FROM idempotency
WHERE principal = %(principal)s AND operation = %(operation)s AND key = %(key)s

-- settle_key: keep the answer beside its key, and who did what, in the transaction of both.
WITH settled AS (
    UPDATE idempotency SET answer = %(answer)s::json
    WHERE principal = %(principal)s AND operation = %(operation)s AND key = %(key)s
),
told AS (
    INSERT INTO audit (at, subject, role, scope, operation, aggregate, version, origin, status,
        problem, trace)
    SELECT at, subject, role, scope, operation, aggregate, version, origin, status, problem, trace
    FROM jsonb_to_recordset(%(lines)s::jsonb) AS line(at timestamptz, subject text, role text,
        scope jsonb, operation text, aggregate text, version bigint, origin text, status integer,
        problem text, trace text)
    RETURNING id
)
INSERT INTO audit_unsealed (audit_id) SELECT id FROM told

-- set_timers: have these happen at their moments, whatever was set for them before.
INSERT INTO timers (kind, subject, due_at, next_at)
SELECT kind, subject, due_at, due_at
FROM jsonb_to_recordset(%(timers)s::jsonb) AS told(kind text, subject text, due_at timestamptz)
ORDER BY kind, subject
ON CONFLICT (kind, subject) DO UPDATE SET
    due_at = excluded.due_at,
    next_at = excluded.next_at,
    attempts = 0

-- cancel_timers: let nothing happen any more to these subjects, of these kinds or of any.
DELETE FROM timers
WHERE subject = ANY(%(subjects)s) AND (%(kinds)s::text[] IS NULL OR kind = ANY(%(kinds)s))

-- due_kinds: of which kinds something is due, since when, and whether it is to be tried now; what
-- failed is due all the same while it is put off.
SELECT kind, min(due_at) AS since, min(next_at) <= %(now)s AS ready
FROM timers
WHERE next_at <= %(latest)s AND due_at <= %(now)s AND kind = ANY(%(kinds)s)
GROUP BY kind
ORDER BY kind

-- take_due: take what is due of one kind, and nobody else's; a rollback gives it back.
WITH due AS MATERIALIZED (
    SELECT kind, subject
    FROM timers
    WHERE kind = %(kind)s AND next_at <= %(now)s
        AND (%(subject)s::text IS NULL OR subject = %(subject)s)
    ORDER BY next_at
    LIMIT %(most)s
    FOR UPDATE SKIP LOCKED
)
DELETE FROM timers USING due
WHERE timers.kind = due.kind AND timers.subject = due.subject
RETURNING timers.subject, timers.due_at, timers.attempts

-- put_off_timer: try it again later, because what it does failed.
UPDATE timers SET attempts = attempts + 1, next_at = %(next_at)s
WHERE kind = %(kind)s AND subject = %(subject)s
