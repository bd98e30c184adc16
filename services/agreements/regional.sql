-- list_rounds: one page of an agreement's consultations, newest first.
SELECT
    c.round, c.version, c.terms ->> 'title' AS title, c.respond_by, c.opened_at, c.reason,
    c.closed_at, c.closing_reason,
    (
        SELECT count(*)
        FROM comments AS said
        WHERE said.agreement_id = c.agreement_id AND said.round = c.round
    ) AS comments
FROM consultations AS c
WHERE c.agreement_id = %(agreement_id)s
ORDER BY c.round DESC
LIMIT %(limit)s OFFSET %(offset)s

-- count_rounds: how many consultations there were.
SELECT count(*) AS total FROM consultations WHERE agreement_id = %(agreement_id)s

-- add_comment: what a region says; the agreement is locked, so the next number is free.
INSERT INTO comments (agreement_id, number, region, round, version, text, role, said_at)
SELECT
    %(agreement_id)s, coalesce(max(c.number), 0) + 1, %(region)s, %(round)s, %(version)s,
    %(text)s, %(role)s, %(now)s
FROM comments AS c
WHERE c.agreement_id = %(agreement_id)s
RETURNING number, region, round, version, text, role, said_at

-- list_comments: one page of what regions said, newest first.
SELECT number, region, round, version, text, role, said_at
FROM comments
WHERE
    agreement_id = %(agreement_id)s
    AND (%(round)s::integer IS NULL OR round = %(round)s)
    AND (%(region)s::text IS NULL OR region = %(region)s)
ORDER BY number DESC
LIMIT %(limit)s OFFSET %(offset)s

-- count_comments: how many comments there are.
SELECT count(*) AS total
FROM comments
WHERE
    agreement_id = %(agreement_id)s
    AND (%(round)s::integer IS NULL OR round = %(round)s)
    AND (%(region)s::text IS NULL OR region = %(region)s)

-- find_annexes: every annex of an agreement.
SELECT
    number, region, status, instruments, projects, notes, proposed_at, proposed_by, settled_at,
    settled_by, reason
FROM annexes
WHERE agreement_id = %(agreement_id)s
ORDER BY number

-- put_annexes: annexes as they are now.
INSERT INTO annexes (
    agreement_id, number, region, status, instruments, projects, notes, proposed_at,
    proposed_by, settled_at, settled_by, reason
)
SELECT
    %(agreement_id)s, a.number, a.region, a.status, a.instruments, a.projects, a.notes,
    a.proposed_at, a.proposed_by, a.settled_at, a.settled_by, a.reason
FROM jsonb_to_recordset(%(rows)s::jsonb) AS a (
    number integer, region text, status text, instruments jsonb, projects jsonb, notes text,
    proposed_at timestamptz, proposed_by text, settled_at timestamptz, settled_by text,
    reason text
)
ON CONFLICT (agreement_id, number) DO UPDATE
SET
    status = excluded.status,
    settled_at = excluded.settled_at,
    settled_by = excluded.settled_by,
    reason = excluded.reason

-- list_annexes: one page of an agreement's annexes, newest first.
SELECT
    number, region, status, instruments, projects, notes, proposed_at, proposed_by, settled_at,
    settled_by, reason
FROM annexes
WHERE
    agreement_id = %(agreement_id)s
    AND (%(region)s::text IS NULL OR region = %(region)s)
    AND (%(status)s::text IS NULL OR status = %(status)s)
ORDER BY number DESC
LIMIT %(limit)s OFFSET %(offset)s

-- count_annexes: how many annexes there are.
SELECT count(*) AS total
FROM annexes
WHERE
    agreement_id = %(agreement_id)s
    AND (%(region)s::text IS NULL OR region = %(region)s)
    AND (%(status)s::text IS NULL OR status = %(status)s)

-- add_arrangement: what ran before in a region; the agreement is locked.
INSERT INTO arrangements (
    agreement_id, number, region, title, description, since, replaced_from, recorded_at, role
)
SELECT
    %(agreement_id)s, coalesce(max(a.number), 0) + 1, %(region)s, %(title)s, %(description)s,
    %(since)s, %(replaced_from)s, %(now)s, %(role)s
FROM arrangements AS a
WHERE a.agreement_id = %(agreement_id)s
RETURNING number, region, title, description, since, replaced_from, recorded_at, role

-- list_arrangements: what ran before; without a day of its own a convenant replaces it.
SELECT
    a.number, a.region, a.title, a.description, a.since,
    coalesce(a.replaced_from, p.active_from) AS replaced_from, a.recorded_at, a.role
FROM arrangements AS a
LEFT JOIN participations AS p ON p.agreement_id = a.agreement_id AND p.region = a.region
WHERE
    a.agreement_id = %(agreement_id)s
    AND (%(region)s::text IS NULL OR a.region = %(region)s)
ORDER BY a.region, a.number
LIMIT %(limit)s OFFSET %(offset)s

-- count_arrangements: how many earlier arrangements are recorded.
SELECT count(*) AS total
FROM arrangements
WHERE
    agreement_id = %(agreement_id)s
    AND (%(region)s::text IS NULL OR region = %(region)s)

-- find_offered: what regions have on offer.
SELECT region, offered FROM instruments
