-- causes: a page of why open letters were given up, the most frequent first.
SELECT cause, origin, queue, error_class, count(*) AS letters, min(first_at) AS first_at,
    max(last_at) AS last_at, max(id) AS newest, count(*) OVER () AS total
FROM dead_letters WHERE state = 'open'
GROUP BY cause, origin, queue, error_class
ORDER BY letters DESC, cause LIMIT %(limit)s OFFSET %(offset)s

-- choose_letters: the open letters that are meant, held until the job has them.
SELECT id FROM dead_letters
WHERE state = 'open' AND (%(everything)s OR id = ANY(%(ids)s) OR cause = %(cause)s)
ORDER BY id LIMIT %(most)s FOR UPDATE

-- add_job: keep who asks for what and why.
INSERT INTO replay_jobs (action, requested_by, reason, per_second, requested_at, next_at)
VALUES (%(action)s, %(requested_by)s, %(reason)s, %(per_second)s, %(now)s, %(now)s)
RETURNING id

-- freeze_letters: give the chosen letters to a job; nobody else's job takes them meanwhile.
WITH frozen AS (
    INSERT INTO replay_items (job_id, letter_id)
    SELECT %(job_id)s, l.id FROM unnest(%(ids)s::bigint[]) AS l (id)
)
UPDATE dead_letters SET state = 'replaying' WHERE id = ANY(%(ids)s)

-- next_item: the next letter whose time has come, of a job that no other process is at; no rate is
-- below one a second, so what waits longer was put off by a clock that was ahead.
SELECT i.job_id, i.letter_id, j.per_second, j.requested_by, j.reason, l.queue, l.recipient,
    l.origin, l.headers, l.body
FROM replay_items AS i
JOIN replay_jobs AS j ON j.id = i.job_id
JOIN dead_letters AS l ON l.id = i.letter_id
WHERE i.result IS NULL
    AND (j.next_at <= %(now)s OR j.next_at > %(now)s::timestamptz + interval '1 second')
ORDER BY i.job_id, i.letter_id LIMIT 1 FOR UPDATE OF i, j SKIP LOCKED

-- settle_items: keep what came of letters, and who is answerable for it; what failed is open again.
WITH settled AS (
    UPDATE replay_items SET result = %(result)s, error = %(error)s, done_at = %(now)s
    WHERE job_id = %(job_id)s AND letter_id = ANY(%(ids)s)
    RETURNING letter_id
)
UPDATE dead_letters AS l SET
    state = CASE %(result)s WHEN 'failed' THEN 'open' ELSE %(result)s END,
    resolved_by = CASE %(result)s WHEN 'failed' THEN NULL ELSE j.requested_by END,
    reason = CASE %(result)s WHEN 'failed' THEN l.reason ELSE j.reason END
FROM settled, replay_jobs AS j
WHERE l.id = settled.letter_id AND j.id = %(job_id)s

-- move_job: the next letter of a job waits as its rate asks; a job ends with its last letter.
UPDATE replay_jobs SET
    next_at = %(now)s::timestamptz + interval '1 second' / per_second,
    finished_at = CASE WHEN NOT EXISTS (
        SELECT 1 FROM replay_items AS i WHERE i.job_id = %(job_id)s AND i.result IS NULL
    ) THEN %(now)s::timestamptz END
WHERE id = %(job_id)s AND finished_at IS NULL

-- jobs: a page of jobs, newest first, with what came of their letters.
SELECT j.id, j.action, j.requested_by, j.reason, j.per_second, j.requested_at, j.finished_at,
    counted.letters, counted.waiting, counted.resolved, counted.superseded, counted.failed,
    counted.discarded, count(*) OVER () AS total
FROM replay_jobs AS j
CROSS JOIN LATERAL (
    SELECT count(*) AS letters,
        count(*) FILTER (WHERE i.result IS NULL) AS waiting,
        count(*) FILTER (WHERE i.result = 'resolved') AS resolved,
        count(*) FILTER (WHERE i.result = 'superseded') AS superseded,
        count(*) FILTER (WHERE i.result = 'failed') AS failed,
        count(*) FILTER (WHERE i.result = 'discarded') AS discarded
    FROM replay_items AS i WHERE i.job_id = j.id
) AS counted
WHERE %(id)s::bigint IS NULL OR j.id = %(id)s
ORDER BY j.id DESC LIMIT %(limit)s OFFSET %(offset)s

-- items: the letters of a job, those that failed first.
SELECT letter_id, result, error, done_at FROM replay_items
WHERE job_id = %(id)s ORDER BY (result = 'failed') DESC NULLS LAST, letter_id LIMIT %(most)s
