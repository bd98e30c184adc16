-- lock_agreements: agreements held until the transaction ends, always taken in one order.
SELECT id
FROM agreements
WHERE id = ANY(%(ids)s)
ORDER BY id
FOR UPDATE

-- find_agreements: agreements by id, with every version and what is shown beside them.
SELECT
    a.id, a.employer_id, e.name AS employer_name, a.status, a.revision, a.draft,
    a.material_sequence, a.last_change, a.ends_on, a.sequence, a.hash, a.created_at,
    a.changed_at,
    ARRAY(
        SELECT p.region
        FROM participations AS p
        WHERE p.agreement_id = a.id AND p.standing <> %(left)s
        ORDER BY p.region
    ) AS participants,
    (
        SELECT coalesce(jsonb_agg(to_jsonb(v) ORDER BY v.number), '[]')
        FROM agreement_versions AS v
        WHERE v.agreement_id = a.id
    ) AS versions,
    (
        SELECT to_jsonb(c)
        FROM consultations AS c
        WHERE c.agreement_id = a.id
        ORDER BY c.round DESC
        LIMIT 1
    ) AS consultation
FROM agreements AS a
JOIN employers AS e ON e.id = a.employer_id
WHERE a.id = ANY(%(ids)s)

-- find_participations: every region's part in some agreements.
SELECT
    agreement_id, region, standing, version, respond_by, active_from, signed_on,
    employer_signed_on, expected_on, reason, leaves_on, silent_since,
    extra_instruments, decision_sequence, decision_outcome, decision_reason,
    invited_at
FROM participations
WHERE agreement_id = ANY(%(ids)s)
ORDER BY agreement_id, region

-- save: agreements after a step, with their new versions, rounds, moved parts and history.
WITH saved AS (
    INSERT INTO agreements (
        id, employer_id, status, revision, title, draft, material_sequence, last_change,
        ends_on, sequence, hash, created_at, changed_at
    )
    SELECT
        a.id, a.employer_id, a.status, a.revision, a.title, a.draft, a.material_sequence,
        a.last_change, a.ends_on, a.sequence, a.hash, %(now)s, %(now)s
    FROM jsonb_to_recordset(%(agreements)s::jsonb) AS a (
        id text, employer_id text, status text, revision bigint, title text, draft jsonb,
        material_sequence bigint, last_change jsonb, ends_on date, sequence bigint, hash text
    )
    ON CONFLICT (id) DO UPDATE
    SET
        status = excluded.status,
        revision = excluded.revision,
        title = excluded.title,
        draft = excluded.draft,
        material_sequence = excluded.material_sequence,
        last_change = excluded.last_change,
        ends_on = excluded.ends_on,
        sequence = excluded.sequence,
        hash = excluded.hash,
        changed_at = excluded.changed_at
), published AS (
    INSERT INTO agreement_versions (
        agreement_id, number, change, terms, hash, published_at, previous_valid_until,
        employer_consent_on, employer_consent_role, reason
    )
    SELECT
        v.agreement_id, v.number, v.change, v.terms, v.hash, v.published_at,
        v.previous_valid_until, v.employer_consent_on, v.employer_consent_role, v.reason
    FROM jsonb_to_recordset(%(versions)s::jsonb) AS v (
        agreement_id text, number integer, change text, terms jsonb, hash text,
        published_at timestamptz, previous_valid_until date, employer_consent_on date,
        employer_consent_role text, reason text
    )
), consulted AS (
    INSERT INTO consultations (
        agreement_id, round, version, terms, opened_at, respond_by, reason, closed_at,
        closing_reason
    )
    SELECT
        c.agreement_id, c.round, c.version, c.terms, c.opened_at, c.respond_by, c.reason,
        c.closed_at, c.closing_reason
    FROM jsonb_to_recordset(%(consultations)s::jsonb) AS c (
        agreement_id text, round integer, version integer, terms jsonb, opened_at timestamptz,
        respond_by date, reason text, closed_at timestamptz, closing_reason text
    )
    ON CONFLICT (agreement_id, round) DO UPDATE
    SET closed_at = excluded.closed_at, closing_reason = excluded.closing_reason
), moved AS (
    INSERT INTO participations (
        agreement_id, region, standing, version, respond_by, active_from, signed_on,
        employer_signed_on, expected_on, reason, leaves_on, silent_since, extra_instruments,
        decision_sequence, decision_outcome, decision_reason, invited_at, changed_at, employer_id
    )
    SELECT
        p.agreement_id, p.region, p.standing, p.version, p.respond_by, p.active_from,
        p.signed_on, p.employer_signed_on, p.expected_on, p.reason, p.leaves_on,
        p.silent_since, p.extra_instruments, p.decision_sequence, p.decision_outcome,
        p.decision_reason, p.invited_at, %(now)s, p.employer_id
    FROM jsonb_to_recordset(%(parts)s::jsonb) AS p (
        agreement_id text, region text, standing text, version integer, respond_by date,
        active_from date, signed_on date, employer_signed_on date, expected_on date,
        reason text, leaves_on date, silent_since date, extra_instruments jsonb,
        decision_sequence bigint, decision_outcome text, decision_reason text,
        invited_at timestamptz, employer_id text
    )
    ON CONFLICT (agreement_id, region) DO UPDATE
    SET
        standing = excluded.standing,
        version = excluded.version,
        respond_by = excluded.respond_by,
        active_from = excluded.active_from,
        signed_on = excluded.signed_on,
        employer_signed_on = excluded.employer_signed_on,
        expected_on = excluded.expected_on,
        reason = excluded.reason,
        leaves_on = excluded.leaves_on,
        silent_since = excluded.silent_since,
        extra_instruments = excluded.extra_instruments,
        decision_sequence = excluded.decision_sequence,
        decision_outcome = excluded.decision_outcome,
        decision_reason = excluded.decision_reason,
        invited_at = excluded.invited_at,
        changed_at = excluded.changed_at
)
INSERT INTO agreement_changes (
    agreement_id, step, changed_at, changed_by, role, reason, revision, version, differences,
    regions
)
SELECT
    c.agreement_id, c.step, %(now)s, c.changed_by, c.role, c.reason, c.revision, c.version,
    c.differences, c.regions
FROM jsonb_to_recordset(%(changes)s::jsonb) AS c (
    agreement_id text, step text, changed_by text, role text, reason text, revision bigint,
    version integer, differences jsonb, regions jsonb
)

-- note_states: which state of each agreement went to the regions last.
UPDATE agreements AS a
SET sequence = s.sequence, hash = s.hash
FROM jsonb_to_recordset(%(rows)s::jsonb) AS s (id text, sequence bigint, hash text)
WHERE a.id = s.id

-- list_participants: one page of the regions that are or were invited, by code.
SELECT
    region, standing, version, respond_by, active_from, signed_on, employer_signed_on,
    expected_on, reason, leaves_on, silent_since, extra_instruments, decision_sequence,
    decision_outcome, decision_reason, invited_at, changed_at
FROM participations
WHERE agreement_id = %(agreement_id)s AND invited_at IS NOT NULL
ORDER BY region
LIMIT %(limit)s OFFSET %(offset)s

-- count_participants: how many regions are or were invited.
SELECT count(*) AS total
FROM participations
WHERE agreement_id = %(agreement_id)s AND invited_at IS NOT NULL

-- list_changes: one page of an agreement's history, newest first.
SELECT step, changed_at, changed_by, role, reason, revision, version, differences, regions
FROM agreement_changes
WHERE agreement_id = %(agreement_id)s
ORDER BY id DESC
LIMIT %(limit)s OFFSET %(offset)s

-- count_changes: how long an agreement's history is.
SELECT count(*) AS total FROM agreement_changes WHERE agreement_id = %(agreement_id)s

-- list_agreements: one page of the agreements that match, newest first.
SELECT a.id
FROM agreements AS a
WHERE
    (%(status)s::text IS NULL OR a.status = %(status)s)
    AND (%(employer_id)s::text IS NULL OR a.employer_id = %(employer_id)s)
    AND (
        %(q)s::text IS NULL
        OR strpos(lower(a.title), lower(%(q)s)) > 0
        OR starts_with(a.id, lower(%(q)s))
    )
    AND (%(region)s::text IS NULL OR EXISTS (
        SELECT 1
        FROM participations AS p
        WHERE
            p.agreement_id = a.id
            AND p.region = %(region)s
            AND p.standing <> %(left)s
    ))
ORDER BY a.created_at DESC, a.id
LIMIT %(limit)s OFFSET %(offset)s

-- count_agreements: how many agreements match.
SELECT count(*) AS total
FROM agreements AS a
WHERE
    (%(status)s::text IS NULL OR a.status = %(status)s)
    AND (%(employer_id)s::text IS NULL OR a.employer_id = %(employer_id)s)
    AND (
        %(q)s::text IS NULL
        OR strpos(lower(a.title), lower(%(q)s)) > 0
        OR starts_with(a.id, lower(%(q)s))
    )
    AND (%(region)s::text IS NULL OR EXISTS (
        SELECT 1
        FROM participations AS p
        WHERE
            p.agreement_id = a.id
            AND p.region = %(region)s
            AND p.standing <> %(left)s
    ))

-- matrix_rows: one page of the agreements that regions have heard of, by employer.
SELECT
    a.id, a.title, a.status, e.id AS employer_id, e.name AS employer_name,
    (SELECT max(v.number) FROM agreement_versions AS v WHERE v.agreement_id = a.id) AS version
FROM agreements AS a
JOIN employers AS e ON e.id = a.employer_id
WHERE
    a.sequence IS NOT NULL
    AND (%(status)s::text IS NULL OR a.status = %(status)s)
    AND (%(employer_id)s::text IS NULL OR a.employer_id = %(employer_id)s)
    AND (%(region)s::text IS NULL OR EXISTS (
        SELECT 1
        FROM participations AS p
        WHERE
            p.agreement_id = a.id
            AND p.region = %(region)s
            AND p.standing <> %(left)s
    ))
ORDER BY lower(e.name), e.id, a.created_at, a.id
LIMIT %(limit)s OFFSET %(offset)s

-- count_matrix_rows: how many agreements regions have heard of.
SELECT count(*) AS total
FROM agreements AS a
WHERE
    a.sequence IS NOT NULL
    AND (%(status)s::text IS NULL OR a.status = %(status)s)
    AND (%(employer_id)s::text IS NULL OR a.employer_id = %(employer_id)s)
    AND (%(region)s::text IS NULL OR EXISTS (
        SELECT 1
        FROM participations AS p
        WHERE
            p.agreement_id = a.id
            AND p.region = %(region)s
            AND p.standing <> %(left)s
    ))

-- matrix_cells: the regions that take part in some agreements, and whom to ask there.
SELECT
    p.agreement_id, p.region, p.standing, p.version, c.kind, c.role, c.telephone, c.mailbox,
    t.counts
FROM participations AS p
LEFT JOIN contacts AS c ON c.employer_id = p.employer_id AND c.region = p.region
LEFT JOIN tallies AS t ON t.agreement_id = p.agreement_id AND t.region = p.region
WHERE p.agreement_id = ANY(%(ids)s) AND p.standing <> %(left)s
ORDER BY p.agreement_id, p.region
