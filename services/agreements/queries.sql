-- find_agreements: agreements by id, with the employer's name as known here.
SELECT
    a.id, a.employer_id, e.name AS employer_name, a.status, a.revision, a.draft,
    a.material_sequence, a.last_change, a.ends_on, a.registered_at
FROM agreements AS a
JOIN employers AS e ON e.id = a.employer_id
WHERE a.id = ANY(%(ids)s)

-- lock_agreements: the same agreements held until the transaction ends, always in one order.
SELECT id
FROM agreements
WHERE id = ANY(%(ids)s)
ORDER BY id
FOR UPDATE

-- find_versions: every version of some agreements, oldest first.
SELECT
    agreement_id, number, change, terms, hash, differences, published_at,
    previous_valid_until, employer_consent_on, reason
FROM agreement_versions
WHERE agreement_id = ANY(%(ids)s)
ORDER BY agreement_id, number

-- find_participations: every region's part in some agreements.
SELECT
    agreement_id, region, standing, version, respond_by, active_from, signed_on,
    employer_signed_on, expected_on, reason, decision_sequence, decision_outcome,
    decision_reason
FROM participations
WHERE agreement_id = ANY(%(ids)s)
ORDER BY agreement_id, region

-- add_agreement: a newly registered agreement.
INSERT INTO agreements (
    id, employer_id, status, revision, title, draft, material_sequence, last_change, ends_on,
    registered_at
) VALUES (
    %(id)s, %(employer_id)s, %(status)s, %(revision)s, %(title)s, %(draft)s::jsonb,
    %(material_sequence)s, %(last_change)s::jsonb, %(ends_on)s, %(now)s
)

-- save_agreement: an agreement as it is after a step.
UPDATE agreements
SET
    status = %(status)s,
    revision = %(revision)s,
    title = %(title)s,
    draft = %(draft)s::jsonb,
    material_sequence = %(material_sequence)s,
    last_change = %(last_change)s::jsonb,
    ends_on = %(ends_on)s
WHERE id = %(id)s

-- add_version: a version just published.
INSERT INTO agreement_versions (
    agreement_id, number, change, terms, hash, differences, published_at,
    previous_valid_until, employer_consent_on, reason
) VALUES (
    %(agreement_id)s, %(number)s, %(change)s, %(terms)s::jsonb, %(hash)s,
    %(differences)s::jsonb, %(published_at)s, %(previous_valid_until)s,
    %(employer_consent_on)s, %(reason)s
)

-- put_participations: each region's part as it is now.
INSERT INTO participations (
    agreement_id, region, standing, version, respond_by, active_from, signed_on,
    employer_signed_on, expected_on, reason, decision_sequence, decision_outcome,
    decision_reason
)
SELECT
    p.agreement_id, p.region, p.standing, p.version, p.respond_by, p.active_from, p.signed_on,
    p.employer_signed_on, p.expected_on, p.reason, p.decision_sequence, p.decision_outcome,
    p.decision_reason
FROM jsonb_to_recordset(%(rows)s::jsonb) AS p (
    agreement_id text, region text, standing text, version integer, respond_by date,
    active_from date, signed_on date, employer_signed_on date, expected_on date, reason text,
    decision_sequence bigint, decision_outcome text, decision_reason text
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
    decision_sequence = excluded.decision_sequence,
    decision_outcome = excluded.decision_outcome,
    decision_reason = excluded.decision_reason

-- add_changes: what happened, for the history.
INSERT INTO agreement_changes (
    agreement_id, step, changed_at, changed_by, role, reason, version, differences, regions
)
SELECT
    c.agreement_id, c.step, %(now)s, c.changed_by, c.role, c.reason, c.version, c.differences,
    c.regions
FROM jsonb_to_recordset(%(rows)s::jsonb) AS c (
    agreement_id text, step text, changed_by text, role text, reason text, version integer,
    differences jsonb, regions jsonb
)

-- list_changes: one page of an agreement's history, newest first.
SELECT step, changed_at, changed_by, role, reason, version, differences, regions
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
    AND (%(q)s::text IS NULL OR strpos(lower(a.title), lower(%(q)s)) > 0)
    AND (%(region)s::text IS NULL OR EXISTS (
        SELECT 1
        FROM participations AS p
        WHERE
            p.agreement_id = a.id
            AND p.region = %(region)s
            AND p.standing <> %(left)s
    ))
ORDER BY a.registered_at DESC, a.id
LIMIT %(limit)s OFFSET %(offset)s

-- count_agreements: how many agreements match.
SELECT count(*) AS total
FROM agreements AS a
WHERE
    (%(status)s::text IS NULL OR a.status = %(status)s)
    AND (%(employer_id)s::text IS NULL OR a.employer_id = %(employer_id)s)
    AND (%(q)s::text IS NULL OR strpos(lower(a.title), lower(%(q)s)) > 0)
    AND (%(region)s::text IS NULL OR EXISTS (
        SELECT 1
        FROM participations AS p
        WHERE
            p.agreement_id = a.id
            AND p.region = %(region)s
            AND p.standing <> %(left)s
    ))

-- knows_employer: whether word of an employer has arrived.
SELECT id FROM employers WHERE id = %(id)s

-- put_employers: own copies of employers; gives the hash of what is stored.
INSERT INTO employers (id, name, content)
SELECT e.id, e.name, convert_to(e.content, 'UTF8')
FROM jsonb_to_recordset(%(rows)s::jsonb) AS e (id text, name text, content text)
ON CONFLICT (id) DO UPDATE
SET name = excluded.name, content = excluded.content
RETURNING id, hash

-- put_contacts: own copies of the regions' contacts; gives the hash of what is stored.
INSERT INTO contacts (region, employer_id, kind, role, telephone, mailbox, content)
SELECT
    c.region, c.employer_id, c.kind, c.role, c.telephone, c.mailbox,
    convert_to(c.content, 'UTF8')
FROM jsonb_to_recordset(%(rows)s::jsonb) AS c (
    region text, employer_id text, kind text, role text, telephone text, mailbox text,
    content text
)
ON CONFLICT (employer_id, region) DO UPDATE
SET
    kind = excluded.kind,
    role = excluded.role,
    telephone = excluded.telephone,
    mailbox = excluded.mailbox,
    content = excluded.content
RETURNING region, employer_id, hash

-- add_decisions: decisions as the regions sent them; gives the hash of what is stored.
INSERT INTO decisions (agreement_id, region, sequence, content, arrived_at)
SELECT d.agreement_id, d.region, d.sequence, convert_to(d.content, 'UTF8'), %(now)s
FROM jsonb_to_recordset(%(rows)s::jsonb) AS d (
    agreement_id text, region text, sequence bigint, content text
)
RETURNING agreement_id, region, hash
