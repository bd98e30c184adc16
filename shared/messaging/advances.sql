-- conflicts: a page of what somebody has to decide, the longest first, with what the owner has.
SELECT f.subject, f.kind, coalesce(own.sequence, 0) AS own_sequence, own.hash AS own_hash,
    f.held_sequence, f.recipients, f.first_at, count(*) OVER () AS total
FROM (
    SELECT subject, min(kind) AS kind, max(sequence) AS held_sequence, min(first_at) AS first_at,
        array_agg(DISTINCT recipient ORDER BY recipient) AS recipients
    FROM conflicts GROUP BY subject
) AS f
LEFT JOIN LATERAL (
    SELECT j.sequence, j.hash FROM journal AS j
    WHERE j.subject = f.subject ORDER BY j.sequence DESC LIMIT 1
) AS own ON true
ORDER BY f.first_at, f.subject LIMIT %(limit)s OFFSET %(offset)s

-- lock_conflicts: hold those about some subjects, so that nobody else moves their owner meanwhile.
SELECT subject FROM anomalies
WHERE resolved_at IS NULL AND subject = ANY(%(subjects)s)
ORDER BY subject, recipient, sequence FOR UPDATE

-- conflicting: which of some subjects are in conflict, how high, and what their owner has of them.
SELECT f.subject, f.told_sequence, own.sequence, own.hash, own.type, own.body
FROM (
    SELECT subject, max(sequence) AS told_sequence FROM conflicts
    WHERE subject = ANY(%(subjects)s) GROUP BY subject
) AS f
LEFT JOIN LATERAL (
    SELECT j.sequence, j.hash, j.type, j.body FROM journal AS j
    WHERE j.subject = f.subject ORDER BY j.sequence DESC LIMIT 1
) AS own ON true
ORDER BY f.subject

-- owed_newest: the newest state of some subjects that was ever owed to each recipient.
SELECT subject, recipient, max(sequence) AS sequence FROM deliveries
WHERE subject = ANY(%(subjects)s) GROUP BY subject, recipient

-- add_advances: keep who moves an owner past what is held, and why; what is above is its own.
INSERT INTO advances (subject, own_sequence, held_sequence, floor, held, requested_by, reason,
    advanced_at)
SELECT a.subject, a.own_sequence, a.held_sequence, a.floor, a.held, %(requested_by)s, %(reason)s,
    %(now)s
FROM json_to_recordset(%(advances)s::json) AS a (
    subject text, own_sequence bigint, held_sequence bigint, floor bigint, held jsonb
)
ORDER BY a.subject

-- settle_conflicts: about these subjects it is decided.
UPDATE anomalies SET resolved_at = %(now)s
WHERE resolved_at IS NULL AND subject = ANY(%(subjects)s)

-- advances: a page of who moved an owner past its recipients, newest first.
SELECT id, subject, own_sequence, held_sequence, floor, held, requested_by, reason, advanced_at,
    count(*) OVER () AS total
FROM advances ORDER BY id DESC LIMIT %(limit)s OFFSET %(offset)s

-- conflict_figures: how many subjects somebody has to decide about, by kind.
SELECT kind, count(DISTINCT subject) AS rows FROM conflicts GROUP BY kind
