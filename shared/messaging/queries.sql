-- next_sequences: the sequence that comes next for each subject, and whether it is frozen.
SELECT s.subject,
    greatest(
        (SELECT max(j.sequence) FROM journal AS j WHERE j.subject = s.subject),
        (SELECT max(m.floor) FROM advances AS m WHERE m.subject = s.subject),
        0
    ) + 1 AS sequence,
    EXISTS (
        SELECT 1 FROM conflicts AS c WHERE c.subject = s.subject AND c.kind = 'ahead'
    ) AS frozen
FROM unnest(%(subjects)s::text[]) AS s (subject)

-- publish: journal each state, owe it to its audience, put it into the outbox once, and hint.
WITH said AS (
    SELECT s.subject, s.sequence, s.type, s.hash, s.body, s.audience, s.place
    FROM json_to_recordset(%(states)s::json) AS s (
        subject text, sequence bigint, type text, hash text, body text, audience text[],
        place integer
    )
), journaled AS (
    INSERT INTO journal (subject, sequence, type, hash, body, recorded_at)
    SELECT subject, sequence, type, hash, convert_to(body, 'UTF8'), %(now)s FROM said
), owed AS (
    INSERT INTO deliveries (subject, sequence, recipient, created_at, next_check_at)
    SELECT said.subject, said.sequence, one.recipient, %(now)s, %(check_at)s
    FROM said CROSS JOIN unnest(said.audience) AS one (recipient)
)
INSERT INTO outbox (exchange, audience, subject, sequence, body, created_at)
SELECT exchange, audience, subject, sequence, body, %(now)s FROM (
    SELECT 'recipients' AS exchange, audience, subject, sequence, NULL::bytea AS body, place
    FROM said WHERE cardinality(audience) > 0
    UNION ALL
    SELECT 'live', '{}', NULL, NULL, convert_to(h.body, 'UTF8'), h.place
    FROM json_to_recordset(%(hints)s::json) AS h (body text, place integer)
) AS lines ORDER BY place

-- newest: the last state published of a subject.
SELECT subject, sequence, hash, recorded_at FROM journal
WHERE subject = %(subject)s ORDER BY sequence DESC LIMIT 1

-- owe_newest: owe the newest state of each subject to more recipients, and send it.
WITH newest AS (
    SELECT DISTINCT ON (subject) subject, sequence FROM journal
    WHERE subject = ANY(%(subjects)s) ORDER BY subject, sequence DESC
), owed AS (
    INSERT INTO deliveries (subject, sequence, recipient, created_at, next_check_at)
    SELECT newest.subject, newest.sequence, one.recipient, %(now)s, %(check_at)s
    FROM newest CROSS JOIN unnest(%(audience)s::text[]) AS one (recipient)
    ON CONFLICT (subject, recipient, sequence) DO NOTHING
)
INSERT INTO outbox (exchange, audience, subject, sequence, created_at)
SELECT 'recipients', %(audience)s::text[], subject, sequence, %(now)s FROM newest

-- send_notice: put a notice into the outbox.
INSERT INTO outbox (exchange, routing_key, body, created_at)
VALUES (%(exchange)s, %(routing_key)s, %(body)s, %(now)s)

-- unsent: the next window of what must go out, oldest first; not what is for those set aside alone.
SELECT o.id, o.exchange, o.routing_key, o.audience, o.attempts,
    coalesce(j.type, '') AS type, coalesce(o.body, j.body) AS body
FROM outbox AS o
LEFT JOIN journal AS j ON j.subject = o.subject AND j.sequence = o.sequence
WHERE o.sent_at IS NULL AND o.blocked_reason IS NULL
    AND NOT coalesce(nullif(o.audience, '{}'), ARRAY[o.routing_key]) <@ %(aside)s::text[]
ORDER BY o.id LIMIT %(window)s

-- mark_sent: these are safe with the broker; the journal keeps the moment of the last send.
WITH sent AS (
    UPDATE outbox SET sent_at = %(now)s WHERE id = ANY(%(ids)s) RETURNING subject, sequence
)
UPDATE journal AS j SET sent_at = %(now)s
FROM sent WHERE j.subject = sent.subject AND j.sequence = sent.sequence

-- mark_failed: count a definite failure; the last one blocks this row, and no other.
UPDATE outbox SET
    attempts = attempts + 1,
    blocked_reason = CASE WHEN attempts + 1 >= %(most)s THEN %(reason)s END
WHERE id = ANY(%(ids)s)

-- split: a state goes to each of those who are apart by itself, and to the others together.
WITH stuck AS (
    DELETE FROM outbox
    WHERE id = ANY(%(ids)s) RETURNING exchange, audience, subject, sequence, created_at
)
INSERT INTO outbox (exchange, audience, subject, sequence, created_at)
SELECT stuck.exchange, array_agg(DISTINCT one.recipient), stuck.subject, stuck.sequence,
    stuck.created_at
FROM stuck CROSS JOIN unnest(stuck.audience) AS one (recipient)
GROUP BY stuck.exchange, stuck.subject, stuck.sequence, stuck.created_at,
    CASE WHEN one.recipient = ANY(%(apart)s) THEN one.recipient END

-- blocked: a page of what the broker refused for good, oldest first.
SELECT id, exchange, routing_key, audience, subject, sequence, created_at, attempts, blocked_reason,
    count(*) OVER () AS total
FROM outbox WHERE blocked_reason IS NOT NULL AND sent_at IS NULL
ORDER BY id LIMIT %(limit)s OFFSET %(offset)s

-- release_blocked: what was refused is sent again, as if it were new.
UPDATE outbox SET blocked_reason = NULL, attempts = 0
WHERE blocked_reason IS NOT NULL AND sent_at IS NULL
RETURNING id

-- blocked_figures: how much the broker refused for good.
SELECT count(*) AS rows FROM outbox WHERE blocked_reason IS NOT NULL AND sent_at IS NULL

-- forget_sent: drop outbox rows sent before a moment; the journal still has them.
DELETE FROM outbox WHERE id IN (
    SELECT id FROM outbox WHERE sent_at < %(before)s ORDER BY id LIMIT %(most)s
)

-- admit: let through what is newer than what each recipient applied last; tell what is not.
WITH told AS (
    SELECT one.recipient, s.subject, s.sequence, s.hash
    FROM json_to_recordset(%(states)s::json) AS s (
        subject text, sequence bigint, hash text, recipients text[]
    ) CROSS JOIN unnest(s.recipients) AS one (recipient)
), admitted AS (
    INSERT INTO gate (recipient, subject, sequence, hash, applied_at)
    SELECT recipient, subject, sequence, hash, %(now)s FROM told ORDER BY recipient, subject
    ON CONFLICT (recipient, subject) DO UPDATE
    SET sequence = excluded.sequence, hash = excluded.hash, applied_at = excluded.applied_at
    WHERE gate.sequence < excluded.sequence
    RETURNING recipient, subject
)
SELECT recipient, subject FROM told EXCEPT SELECT recipient, subject FROM admitted

-- held: what the gate holds for these recipients and subjects.
SELECT g.recipient, g.subject, g.sequence, g.hash
FROM json_to_recordset(%(keys)s::json) AS k (recipient text, subject text)
JOIN gate AS g ON g.recipient = k.recipient AND g.subject = k.subject

-- correct_hashes: the gate keeps the hash of what was stored, not of what was told.
UPDATE gate AS g SET hash = s.hash
FROM json_to_recordset(%(stored)s::json) AS s (recipient text, subject text, hash text)
WHERE g.recipient = s.recipient AND g.subject = s.subject

-- record_receipts: this sequence received, lower ones superseded; what cannot be is noted.
-- An upsert that never inserts: its rows are found by their key, and no statistics of a ledger in
-- which nearly nothing is open can make the planner read the backlog instead.
WITH receipts AS (
    SELECT r.subject, r.sequence, r.hash, r.recipients, (
        SELECT j.hash FROM journal AS j WHERE j.subject = r.subject AND j.sequence = r.sequence
    ) AS published
    FROM json_to_recordset(%(receipts)s::json) AS r (
        subject text, sequence bigint, hash text, recipients text[]
    )
), closed AS (
    INSERT INTO deliveries AS d (subject, recipient, sequence, state, received_hash, reason,
        received_at, created_at, next_check_at)
    SELECT r.subject, one.recipient, owed.sequence,
        CASE
            WHEN owed.sequence < r.sequence THEN 'superseded'
            WHEN r.published = r.hash THEN 'received'
            ELSE 'refused'
        END,
        CASE WHEN owed.sequence = r.sequence THEN r.hash END,
        CASE
            WHEN owed.sequence = r.sequence AND r.published <> r.hash
                THEN 'another content is held'
        END,
        %(now)s, %(now)s, %(now)s
    FROM receipts AS r CROSS JOIN unnest(r.recipients) AS one (recipient)
    CROSS JOIN LATERAL (
        SELECT o.sequence FROM deliveries AS o
        WHERE o.subject = r.subject AND o.recipient = one.recipient AND o.sequence <= r.sequence
            AND o.state IN ('pending', 'refused')
        OFFSET 0
    ) AS owed
    ON CONFLICT (subject, recipient, sequence) DO UPDATE SET state = excluded.state,
        received_hash = excluded.received_hash, reason = excluded.reason,
        received_at = excluded.received_at
    WHERE d.state IN ('pending', 'refused')
    RETURNING d.subject, d.sequence, d.recipient, d.state, d.created_at
), noted AS (
    INSERT INTO anomalies (kind, subject, recipient, sequence, expected_hash, found_hash, first_at)
    SELECT CASE WHEN r.published IS NULL THEN 'ahead' ELSE 'differs' END,
        r.subject, one.recipient, r.sequence, r.published, r.hash, %(now)s
    FROM receipts AS r CROSS JOIN unnest(r.recipients) AS one (recipient)
    -- A number that was skipped, when the owner was moved past what it forgot, is nothing new.
    WHERE r.published IS DISTINCT FROM r.hash AND (r.published IS NOT NULL OR r.sequence > greatest(
        (SELECT max(own.sequence) FROM journal AS own WHERE own.subject = r.subject),
        (SELECT max(m.floor) FROM advances AS m WHERE m.subject = r.subject),
        0
    ))
    ON CONFLICT (kind, subject, recipient, sequence) DO NOTHING
    RETURNING kind, subject, recipient, sequence
)
SELECT subject, sequence, state, created_at, array_agg(recipient) AS recipients FROM closed
GROUP BY subject, sequence, state, created_at
UNION ALL
SELECT subject, sequence, kind, NULL, ARRAY[recipient] FROM noted

-- refuse_deliveries: a recipient gave up; it waits for a replay, in sight.
UPDATE deliveries AS d SET state = 'refused', reason = r.reason
FROM json_to_recordset(%(refusals)s::json) AS r (
    recipient text, subject text, sequence bigint, reason text
)
WHERE d.subject = r.subject AND d.recipient = r.recipient AND d.sequence = r.sequence
    AND d.state = 'pending'
RETURNING d.subject, d.state, ARRAY[d.recipient] AS recipients

-- complete: the states for which nobody owes a receipt any more.
SELECT k.subject, k.sequence
FROM json_to_recordset(%(keys)s::json) AS k (subject text, sequence bigint)
WHERE (
    SELECT d.recipient FROM deliveries AS d
    WHERE d.subject = k.subject AND d.sequence = k.sequence
        AND d.state IN ('pending', 'refused')
    LIMIT 1
) IS NULL

-- due: the newest open delivery of each recipient and subject whose time to look has come; what
-- stands later than anybody would have put it was put there by a clock that was ahead.
SELECT d.subject, d.sequence, d.recipient, d.sends, d.created_at, j.type
FROM deliveries AS d
JOIN journal AS j ON j.subject = d.subject AND j.sequence = d.sequence
WHERE d.state = 'pending'
    AND (d.next_check_at <= %(now)s OR d.next_check_at > %(latest)s)
    AND NOT EXISTS (
        SELECT 1 FROM deliveries AS later
        WHERE later.subject = d.subject AND later.recipient = d.recipient
            AND later.sequence > d.sequence
    )
    AND NOT EXISTS (
        SELECT 1 FROM outbox AS o
        WHERE o.subject = d.subject AND o.sequence = d.sequence
            AND o.sent_at IS NULL AND o.blocked_reason IS NULL
    )
ORDER BY d.next_check_at LIMIT %(most)s

-- overtaken: recipients that acknowledged something sent later than these deliveries.
SELECT DISTINCT d.recipient, max(d.created_at) AS newest FROM deliveries AS d
WHERE d.recipient = ANY(%(recipients)s) AND d.state = 'received' AND d.created_at > %(since)s
GROUP BY d.recipient

-- send_again: put open deliveries into the outbox once more.
WITH again AS (
    SELECT a.subject, a.sequence, a.recipient, a.next_check_at
    FROM json_to_recordset(%(deliveries)s::json) AS a (
        subject text, sequence bigint, recipient text, next_check_at timestamptz
    )
), counted AS (
    UPDATE deliveries AS d SET sends = d.sends + 1, next_check_at = again.next_check_at
    FROM again
    WHERE d.subject = again.subject AND d.sequence = again.sequence
        AND d.recipient = again.recipient AND d.state = 'pending'
    RETURNING d.subject, d.sequence, d.recipient
)
INSERT INTO outbox (exchange, audience, subject, sequence, created_at)
SELECT 'recipients', array_agg(recipient ORDER BY recipient), subject, sequence, %(now)s
FROM counted GROUP BY subject, sequence

-- look_later: postpone the next look at deliveries that are still on their way.
UPDATE deliveries AS d SET next_check_at = a.next_check_at
FROM json_to_recordset(%(deliveries)s::json) AS a (
    subject text, sequence bigint, recipient text, next_check_at timestamptz
)
WHERE d.subject = a.subject AND d.sequence = a.sequence AND d.recipient = a.recipient

-- look_now: the broker was away and may have lost everything: every open delivery is due.
UPDATE deliveries SET next_check_at = %(now)s WHERE state = 'pending' AND next_check_at > %(now)s

-- park: keep what could not be applied, with its reason and the moment of the next attempt.
INSERT INTO parked (queue, recipient, subject, sequence, reason, body, next_attempt_at,
    first_parked_at, last_error, publisher)
VALUES (%(queue)s, %(recipient)s, %(subject)s, %(sequence)s, %(reason)s, %(body)s,
    %(next_attempt_at)s, %(now)s, %(error)s, %(publisher)s)
ON CONFLICT (recipient, subject, sequence) DO NOTHING

-- claim_due: oldest parked messages whose time has come, or was set by a clock that was ahead.
SELECT id, queue, recipient, subject, sequence, reason, body, attempts, first_parked_at, publisher
FROM parked WHERE next_attempt_at <= %(now)s OR next_attempt_at > %(latest)s
ORDER BY next_attempt_at LIMIT %(most)s FOR UPDATE SKIP LOCKED

-- park_again: the attempt failed once more.
UPDATE parked SET attempts = %(attempts)s, next_attempt_at = %(next_attempt_at)s,
    reason = %(reason)s, last_error = %(error)s
WHERE id = %(id)s

-- unpark: it was applied, superseded or given up.
DELETE FROM parked WHERE id = ANY(%(ids)s)

-- release_awaiting: something was applied; those who wait may try at once, for free.
UPDATE parked SET next_attempt_at = %(now)s, attempts = attempts - 1
WHERE reason = 'awaiting' AND next_attempt_at > %(now)s

-- bury: keep what was given up, with its raw bytes; the same one again is counted, and open unless
-- a job has it already: what that job makes of it holds for both.
INSERT INTO dead_letters (origin, queue, recipient, subject, sequence, headers, body,
    error_class, error, fingerprint, first_at, last_at)
VALUES (%(origin)s, %(queue)s, %(recipient)s, %(subject)s, %(sequence)s, %(headers)s::jsonb,
    %(body)s, %(error_class)s, %(error)s, %(fingerprint)s, %(now)s, %(now)s)
ON CONFLICT (fingerprint) DO UPDATE
SET times = dead_letters.times + 1, last_at = excluded.last_at,
    state = CASE dead_letters.state WHEN 'replaying' THEN 'replaying' ELSE 'open' END

-- dead_letters: a page of what was given up, newest first.
SELECT id, origin, queue, recipient, subject, sequence, error_class, cause, error, times,
    first_at, last_at, state, reason, octet_length(body) AS bytes, count(*) OVER () AS total
FROM dead_letters
WHERE (%(state)s::text IS NULL OR state = %(state)s)
    AND (%(origin)s::text IS NULL OR origin = %(origin)s)
ORDER BY id DESC LIMIT %(limit)s OFFSET %(offset)s

-- dead_letter: one of them, with its raw bytes.
SELECT id, origin, queue, recipient, subject, sequence, headers, body, error_class, cause, error,
    times, first_at, last_at, state, resolved_by, reason
FROM dead_letters WHERE id = %(id)s

-- ledger: a page of the deliveries of one subject.
SELECT d.recipient, d.sequence, d.state, j.hash, d.received_hash, j.recorded_at,
    CASE WHEN j.sent_at < d.created_at THEN d.created_at ELSE j.sent_at END AS sent_at,
    d.received_at, d.sends, d.reason, count(*) OVER () AS total
FROM deliveries AS d
JOIN journal AS j ON j.subject = d.subject AND j.sequence = d.sequence
WHERE d.subject = %(subject)s
    AND (%(sequence)s::bigint IS NULL OR d.sequence = %(sequence)s)
    AND (%(state)s::text IS NULL OR d.state = %(state)s)
    AND (%(recipient)s::text IS NULL OR d.recipient = %(recipient)s)
ORDER BY d.sequence DESC, d.recipient LIMIT %(limit)s OFFSET %(offset)s

-- newest_states: the state of the newest delivery owed to each recipient of some subjects.
SELECT DISTINCT ON (d.subject, d.recipient) d.subject, d.recipient, d.state
FROM deliveries AS d
WHERE d.subject = ANY(%(subjects)s)
ORDER BY d.subject, d.recipient, d.sequence DESC

-- open_deliveries: a page of what is still owed, oldest first.
SELECT d.subject, d.sequence, d.recipient, d.state, d.sends, d.created_at, d.next_check_at,
    d.reason, count(*) OVER () AS total
FROM deliveries AS d
WHERE d.state IN ('pending', 'refused')
    AND (%(recipient)s::text IS NULL OR d.recipient = %(recipient)s)
    AND (%(state)s::text IS NULL OR d.state = %(state)s)
ORDER BY d.created_at, d.subject, d.recipient LIMIT %(limit)s OFFSET %(offset)s

-- take_ownership: be the one relay of this outbox, as long as this session lives.
SELECT pg_try_advisory_lock(hashtext('schakel-relay')) AS taken

-- unsent_figures: how much waits in the outbox, and since when.
SELECT count(*) AS rows, min(created_at) AS oldest FROM outbox
WHERE sent_at IS NULL AND blocked_reason IS NULL

-- open_figures: what is owed, by recipient and state, and since when.
SELECT recipient, state, count(*) AS rows, min(created_at) AS oldest FROM deliveries
WHERE state IN ('pending', 'refused') GROUP BY recipient, state

-- parked_figures: what is parked, by reason, and since when.
SELECT reason, count(*) AS rows, min(first_parked_at) AS oldest FROM parked GROUP BY reason

-- dead_figures: what was given up and still waits for somebody, by origin.
SELECT origin, count(*) AS rows FROM dead_letters WHERE state = 'open' GROUP BY origin

-- forget_keys: drop idempotency keys older than anyone will repeat.
DELETE FROM idempotency WHERE (principal, operation, key) IN (
    SELECT principal, operation, key FROM idempotency
    WHERE created_at < %(before)s ORDER BY created_at LIMIT %(most)s
)

-- canary_figures: when what each recipient confirmed last of the canary was published; of one that
-- has confirmed none, when the first that it is owed was.
SELECT one.recipient, told.published_at
FROM unnest(%(recipients)s::text[]) AS one (recipient)
CROSS JOIN LATERAL (
    SELECT coalesce(
        (
            SELECT d.created_at FROM deliveries AS d
            WHERE d.subject = %(subject)s AND d.recipient = one.recipient AND d.state = 'received'
            ORDER BY d.sequence DESC LIMIT 1
        ),
        (
            SELECT d.created_at FROM deliveries AS d
            WHERE d.subject = %(subject)s AND d.recipient = one.recipient
            ORDER BY d.sequence LIMIT 1
        )
    ) AS published_at
) AS told
WHERE told.published_at IS NOT NULL

-- forget_canary: drop what is settled of the canary and older than anybody looks back.
SELECT forget_canary(%(before)s)

-- try_writing: a transaction that must be written to be committed.
SELECT pg_current_xact_id()
