-- add_lines: tell who did what, in the transaction in which it is done.
WITH told AS (
    INSERT INTO audit (at, subject, role, scope, operation, aggregate, version, origin, status,
        problem, trace)
    SELECT at, subject, role, scope, operation, aggregate, version, origin, status, problem, trace
    FROM jsonb_to_recordset(%(lines)s::jsonb) AS line(at timestamptz, subject text, role text,
        scope jsonb, operation text, aggregate text, version bigint, origin text, status integer,
        problem text, trace text)
    RETURNING id
)
INSERT INTO audit_unsealed (audit_id) SELECT id FROM told

-- take_sealing: be the one process that seals, until the end of this transaction, or not.
SELECT pg_try_advisory_xact_lock(hashtext('schakel-audit')) AS taken

-- unsealed_lines: lines that no link holds yet, the oldest first.
SELECT line.id, at, subject, role, scope, operation, aggregate, version, origin, status, problem,
    trace
FROM audit_unsealed AS waiting
JOIN audit AS line ON line.id = waiting.audit_id
ORDER BY line.id
LIMIT %(most)s

-- head: the newest link.
SELECT seq, hash FROM audit_chain ORDER BY seq DESC LIMIT 1

-- seal: put links behind the head, and let their lines wait no more.
WITH links AS (
    SELECT seq, line_id, digest, hash
    FROM jsonb_to_recordset(%(links)s::jsonb)
        AS link(seq bigint, line_id bigint, digest text, hash text)
),
sealed AS (
    DELETE FROM audit_unsealed WHERE audit_id IN (SELECT line_id FROM links)
)
INSERT INTO audit_chain (seq, audit_id, digest, hash, sealed_at)
SELECT seq, line_id, digest, hash, %(now)s FROM links ORDER BY seq

-- keep_head: remember what another service told of its chain; what was told before stays.
INSERT INTO audit_heads (service, seq, hash, told_at)
VALUES (%(service)s, %(seq)s, %(hash)s, %(now)s)
ON CONFLICT (service, seq, hash) DO NOTHING

-- thin_heads: forget heads of old days that prove no more than those beside them.
SELECT thin_audit_heads()

-- list_heads: one page of the heads that were told here, the newest first.
SELECT service, seq, hash, told_at
FROM audit_heads
ORDER BY told_at DESC, service, seq DESC, hash
LIMIT %(limit)s OFFSET %(offset)s

-- count_heads: how many heads were told here and are kept.
SELECT count(*) AS total FROM audit_heads

-- list_lines: one page of the audit under these filters, the newest first; `before` goes on behind a
-- line that was read, whatever was told since and however far it lies back.
SELECT line.id, at, subject, role, scope, operation, aggregate, version, origin, status, problem,
    trace, link.seq
FROM audit AS line
LEFT JOIN audit_chain AS link ON link.audit_id = line.id
WHERE (%(subject)s::text IS NULL OR subject = %(subject)s)
    AND (%(operation)s::text IS NULL OR operation = %(operation)s)
    AND (%(aggregate)s::text IS NULL OR starts_with(aggregate, %(aggregate)s))
    AND (%(since)s::timestamptz IS NULL OR at >= %(since)s)
    AND (%(until)s::timestamptz IS NULL OR at < %(until)s)
    AND (%(refused)s::boolean IS NULL OR (problem IS NOT NULL) = %(refused)s)
    AND (%(sealed)s::boolean IS NULL OR (link.seq IS NOT NULL) = %(sealed)s)
    AND line.id < coalesce(%(before)s::bigint, 9223372036854775807)
ORDER BY line.id DESC
LIMIT %(limit)s OFFSET %(offset)s

-- count_lines: how many lines there are under these filters, but for `most` no more than that.
SELECT count(*) AS total
FROM (
    SELECT 1
    FROM audit AS line
    LEFT JOIN audit_chain AS link ON link.audit_id = line.id
    WHERE (%(subject)s::text IS NULL OR subject = %(subject)s)
        AND (%(operation)s::text IS NULL OR operation = %(operation)s)
        AND (%(aggregate)s::text IS NULL OR starts_with(aggregate, %(aggregate)s))
        AND (%(since)s::timestamptz IS NULL OR at >= %(since)s)
        AND (%(until)s::timestamptz IS NULL OR at < %(until)s)
        AND (%(refused)s::boolean IS NULL OR (problem IS NOT NULL) = %(refused)s)
        AND (%(sealed)s::boolean IS NULL OR (link.seq IS NOT NULL) = %(sealed)s)
        AND line.id < coalesce(%(before)s::bigint, 9223372036854775807)
    LIMIT %(most)s
) AS counted

-- list_links: one page of the chain, the first link first; of what is gone, nulls.
SELECT place.seq, link.audit_id AS line_id, link.digest, link.hash, link.sealed_at,
    line.id IS NOT NULL AS there, at, subject, role, scope, operation, aggregate, version, origin,
    status, problem, trace
FROM (
    SELECT generate_series(%(offset)s + 1, least(%(offset)s + %(limit)s, max(seq))) AS seq
    FROM audit_chain
) AS place
LEFT JOIN audit_chain AS link ON link.seq = place.seq
LEFT JOIN audit AS line ON line.id = link.audit_id
ORDER BY place.seq

-- count_links: the place of the newest link.
SELECT coalesce(max(seq), 0) AS total FROM audit_chain
