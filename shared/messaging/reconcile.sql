-- digest_holdings: a digest for each bucket of subjects of what the gate says and what is stored.
SELECT bucket, left(encode(sha256(convert_to(string_agg(
    concat_ws(' ', subject, gate_sequence, gate_hash, stored_sequence, stored_hash),
    E'\n' ORDER BY subject COLLATE "C"
), 'UTF8')), 'hex'), 16) AS digest
FROM held
WHERE recipient = %(recipient)s AND family = ANY(%(families)s)
GROUP BY bucket

-- list_holdings: what the gate says and what is stored, of the subjects in some buckets.
SELECT subject, gate_sequence, gate_hash, stored_sequence, stored_hash FROM held
WHERE recipient = %(recipient)s AND family = ANY(%(families)s) AND bucket = ANY(%(buckets)s)

-- find_holdings: what the gate says and what is stored of some subjects, for some recipients.
SELECT recipient, subject, said.sequence AS gate_sequence, said.hash AS gate_hash,
    stored.sequence AS stored_sequence, stored.hash AS stored_hash
FROM (
    SELECT recipient, subject, sequence, hash FROM gate
    WHERE recipient = ANY(%(recipients)s) AND subject = ANY(%(subjects)s) AND sequence > 0
) AS said
FULL JOIN (
    SELECT recipient, subject, sequence, hash FROM holdings
    WHERE recipient = ANY(%(recipients)s) AND subject = ANY(%(subjects)s)
) AS stored USING (recipient, subject)
ORDER BY subject, recipient

-- lock_gate: hold the gate of some subjects, so that nothing is applied behind it.
SELECT subject FROM gate
WHERE recipient = %(recipient)s AND subject = ANY(%(subjects)s)
ORDER BY subject FOR UPDATE

-- lower_gate: let the gate say what is stored, where it says more; 0 is nothing.
UPDATE gate AS g SET sequence = coalesce(s.sequence, 0), hash = coalesce(s.hash, '')
FROM gate AS before
LEFT JOIN (
    SELECT subject, sequence, hash FROM holdings WHERE recipient = %(recipient)s
) AS s ON s.subject = before.subject
WHERE g.recipient = %(recipient)s AND g.subject = ANY(%(subjects)s)
    AND before.recipient = g.recipient AND before.subject = g.subject
    AND coalesce(s.sequence, 0) < g.sequence
RETURNING g.subject, before.sequence AS said, g.sequence AS stored

-- digest_owed: the same digests, of what each recipient must hold by the ledger.
SELECT o.recipient, get_byte(sha256(convert_to(o.subject, 'UTF8')), 0) AS bucket,
    left(encode(sha256(convert_to(string_agg(
        concat_ws(' ', o.subject, o.sequence, j.hash, o.sequence, j.hash),
        E'\n' ORDER BY o.subject COLLATE "C"
    ), 'UTF8')), 'hex'), 16) AS digest,
    count(*) AS subjects
FROM (
    SELECT subject, recipient, max(sequence) AS sequence FROM deliveries
    WHERE recipient = ANY(%(recipients)s) GROUP BY subject, recipient
) AS o
JOIN journal AS j ON j.subject = o.subject AND j.sequence = o.sequence
GROUP BY o.recipient, bucket

-- list_owed: the newest state owed to a recipient of the subjects in some buckets.
SELECT DISTINCT ON (d.subject) d.subject, d.sequence, j.hash,
    d.state IN ('pending', 'refused') AS open
FROM deliveries AS d
JOIN journal AS j ON j.subject = d.subject AND j.sequence = d.sequence
WHERE d.recipient = %(recipient)s
    AND get_byte(sha256(convert_to(d.subject, 'UTF8')), 0) = ANY(%(buckets)s)
ORDER BY d.subject, d.sequence DESC

-- request_round: ask for a round.
INSERT INTO reconcile_rounds (requested_by, recipients, requested_at)
VALUES (%(requested_by)s, %(recipients)s, %(now)s)
RETURNING id

-- round_times: since when a round waits for somebody, and when the last one was asked for.
SELECT
    (SELECT min(id) FROM reconcile_rounds WHERE finished_at IS NULL) AS open,
    (
        SELECT requested_at FROM reconcile_rounds WHERE recipients IS NULL
        ORDER BY id DESC LIMIT 1
    ) AS last_at

-- take_rounds: be the one process that reconciles, as long as this session lives.
SELECT pg_try_advisory_lock(hashtext('schakel-reconcile')) AS taken

-- start_round: take up the oldest round without an end, from its beginning.
UPDATE reconcile_rounds SET
    started_at = coalesce(started_at, %(now)s), checked = 0, suspected = 0, repaired = 0
WHERE id = (SELECT min(id) FROM reconcile_rounds WHERE finished_at IS NULL)
RETURNING id, recipients

-- note_mismatches: keep what a round found of a recipient; the same as the round before is counted.
-- The gate is no part of that: a repair that a crash cut short has lowered it already. What an
-- earlier round sent again was received since, else the ledger would call it open: it is lost anew.
WITH found AS (
    SELECT f.subject, f.class, f.owed_sequence, f.owed_hash, f.gate_sequence, f.gate_hash,
        f.stored_sequence, f.stored_hash
    FROM json_to_recordset(%(found)s::json) AS f (
        subject text, class text, owed_sequence bigint, owed_hash text, gate_sequence bigint,
        gate_hash text, stored_sequence bigint, stored_hash text
    )
)
INSERT INTO mismatches (recipient, subject, class, owed_sequence, owed_hash, gate_sequence,
    gate_hash, stored_sequence, stored_hash, rounds, round_id, first_at, last_at, repaired_at)
SELECT %(recipient)s, f.subject, f.class, f.owed_sequence, f.owed_hash, f.gate_sequence,
    f.gate_hash, f.stored_sequence, f.stored_hash,
    CASE WHEN m.round_id = %(round_id)s THEN m.rounds ELSE coalesce(m.rounds, 0) + 1 END,
    %(round_id)s, coalesce(m.first_at, %(now)s), %(now)s, m.repaired_at
FROM found AS f
LEFT JOIN mismatches AS m ON m.recipient = %(recipient)s AND m.subject = f.subject
    AND (m.class, m.owed_sequence, m.owed_hash, m.stored_sequence, m.stored_hash)
        IS NOT DISTINCT FROM
        (f.class, f.owed_sequence, f.owed_hash, f.stored_sequence, f.stored_hash)
    AND (m.repaired_at IS NULL OR m.round_id = %(round_id)s)
ON CONFLICT (recipient, subject) DO UPDATE SET
    class = excluded.class,
    owed_sequence = excluded.owed_sequence,
    owed_hash = excluded.owed_hash,
    gate_sequence = excluded.gate_sequence,
    gate_hash = excluded.gate_hash,
    stored_sequence = excluded.stored_sequence,
    stored_hash = excluded.stored_hash,
    rounds = excluded.rounds,
    round_id = excluded.round_id,
    first_at = excluded.first_at,
    last_at = excluded.last_at,
    repaired_at = excluded.repaired_at

-- forget_mismatches: what this round did not find of a recipient any more is no mismatch.
DELETE FROM mismatches WHERE recipient = %(recipient)s AND round_id <> %(round_id)s

-- count_checked: how much of a round is done.
UPDATE reconcile_rounds SET checked = checked + %(checked)s WHERE id = %(round_id)s

-- freeze: a recipient that is ahead of its owner stops the subject until somebody decides.
INSERT INTO anomalies (kind, subject, recipient, sequence, expected_hash, found_hash, first_at)
SELECT 'ahead', subject, recipient, greatest(gate_sequence, stored_sequence), owed_hash,
    CASE WHEN gate_sequence >= stored_sequence OR stored_sequence IS NULL THEN gate_hash
        ELSE stored_hash END, %(now)s
FROM mismatches WHERE round_id = %(round_id)s AND class = 'ahead' AND rounds > 1
ON CONFLICT (kind, subject, recipient, sequence) DO NOTHING
RETURNING subject, recipient, sequence

-- repairable: what may be sent again by itself: found missing or stale twice, oldest first.
SELECT recipient, subject, owed_sequence FROM mismatches
WHERE round_id = %(round_id)s AND class IN ('missing', 'stale') AND rounds > 1
    AND repaired_at IS NULL
ORDER BY first_at, recipient, subject LIMIT %(most)s

-- repair: owe what is missing or stale once more, and send it, unless something newer is owed.
WITH lost AS (
    SELECT l.subject, l.owed_sequence AS sequence
    FROM json_to_recordset(%(lost)s::json) AS l (subject text, owed_sequence bigint)
), reopened AS (
    UPDATE deliveries AS d SET state = 'pending', received_at = NULL, received_hash = NULL,
        sends = d.sends + 1, next_check_at = %(check_at)s, reason = NULL
    FROM lost
    WHERE d.subject = lost.subject AND d.sequence = lost.sequence AND d.recipient = %(recipient)s
        AND d.state IN ('received', 'superseded')
        AND NOT EXISTS (
            SELECT 1 FROM deliveries AS later
            WHERE later.subject = d.subject AND later.recipient = d.recipient
                AND later.sequence > d.sequence
        )
    RETURNING d.subject, d.sequence
), noted AS (
    UPDATE mismatches AS m SET repaired_at = %(now)s FROM reopened
    WHERE m.recipient = %(recipient)s AND m.subject = reopened.subject
), sent AS (
    INSERT INTO outbox (exchange, audience, subject, sequence, created_at)
    SELECT 'recipients', ARRAY[%(recipient)s::text], subject, sequence, %(now)s FROM reopened
)
SELECT subject, sequence FROM reopened

-- end_round: say what came of a round; what counts was found the same in the round before, too.
UPDATE reconcile_rounds SET
    finished_at = %(now)s,
    error = %(error)s,
    repaired = %(repaired)s,
    suspected = (SELECT count(*) FROM mismatches WHERE round_id = %(round_id)s AND rounds = 1),
    mismatches = coalesce((
        SELECT jsonb_object_agg(m.class, m.rows) FROM (
            SELECT class, count(*) AS rows FROM mismatches
            WHERE round_id = %(round_id)s AND rounds > 1 AND repaired_at IS NULL GROUP BY class
        ) AS m
    ), '{}')
WHERE id = %(round_id)s

-- rounds: a page of rounds, newest first.
SELECT id, requested_by, recipients, requested_at, started_at, finished_at, checked, suspected,
    mismatches, repaired, error, count(*) OVER () AS total
FROM reconcile_rounds ORDER BY id DESC LIMIT %(limit)s OFFSET %(offset)s

-- mismatches: a page of what the last rounds found, the longest first.
SELECT recipient, subject, class, owed_sequence, owed_hash, gate_sequence, gate_hash,
    stored_sequence, stored_hash, rounds, first_at, last_at, repaired_at, count(*) OVER () AS total
FROM mismatches
ORDER BY first_at, recipient, subject LIMIT %(limit)s OFFSET %(offset)s

-- divergent_figures: what counts as a mismatch, by recipient and class.
SELECT recipient, class, count(*) AS rows FROM mismatches
WHERE rounds > 1 GROUP BY recipient, class

-- last_success: when a round over everybody last came to its end without an error; before the first
-- one, when one was first asked for.
SELECT coalesce(max(finished_at) FILTER (WHERE error IS NULL), min(requested_at)) AS finished_at
FROM reconcile_rounds WHERE recipients IS NULL

-- forget_rounds: drop rounds so old that nobody asks; those that found what is still there stay.
DELETE FROM reconcile_rounds AS r WHERE r.finished_at < %(before)s
    AND NOT EXISTS (SELECT 1 FROM mismatches AS m WHERE m.round_id = r.id)
