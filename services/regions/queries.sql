-- load_regions: make the regions what the reference data says.
INSERT INTO regions (code, name, centre_municipalities, tile_column, tile_row)
SELECT code, name, centre_municipalities, tile_column, tile_row
FROM jsonb_to_recordset(%(rows)s::jsonb)
    AS told(code text, name text, centre_municipalities text[], tile_column int, tile_row int)
ON CONFLICT (code) DO UPDATE SET
    name = excluded.name,
    centre_municipalities = excluded.centre_municipalities,
    tile_column = excluded.tile_column,
    tile_row = excluded.tile_row

-- clear_aliases: forget all aliases, to load them anew in the same transaction.
DELETE FROM region_aliases

-- load_aliases: the other names in use for a region.
INSERT INTO region_aliases (region, name, source)
SELECT region, name, source
FROM jsonb_to_recordset(%(rows)s::jsonb) AS told(region text, name text, source text)

-- clear_neighbours: forget all borders, to load them anew in the same transaction.
DELETE FROM region_neighbours

-- load_neighbours: which regions share a border, in both directions.
INSERT INTO region_neighbours (region, neighbour)
SELECT region, neighbour
FROM jsonb_to_recordset(%(rows)s::jsonb) AS told(region text, neighbour text)

-- close_stays: end, on that day, each stay that the reference data no longer confirms.
UPDATE municipalities SET valid_to = %(on)s
WHERE valid_to IS NULL AND valid_from < %(on)s AND NOT EXISTS (
    SELECT 1
    FROM jsonb_to_recordset(%(rows)s::jsonb) AS told(code text, name text, region text)
    WHERE told.code = municipalities.code AND told.name = municipalities.name
        AND told.region = municipalities.region
)

-- open_stays: begin, on that day, each stay that is new; a second loading of a day corrects the first.
INSERT INTO municipalities (code, name, region, valid_from)
SELECT told.code, told.name, told.region, %(on)s
FROM jsonb_to_recordset(%(rows)s::jsonb) AS told(code text, name text, region text)
WHERE NOT EXISTS (
    SELECT 1 FROM municipalities AS present
    WHERE present.code = told.code AND present.valid_to IS NULL AND present.valid_from < %(on)s
)
ON CONFLICT (code, valid_from) DO UPDATE SET name = excluded.name, region = excluded.region

-- open_desks: give every region a desk, empty until somebody fills it.
INSERT INTO desks (region, revision)
SELECT code, 0 FROM regions
ON CONFLICT (region) DO NOTHING

-- list_regions: one page of regions with their aliases, and how much belongs to each on that day.
SELECT
    code, name, centre_municipalities,
    jsonb_build_object('column', tile_column, 'row', tile_row) AS tile,
    ARRAY(
        SELECT aliases.name FROM region_aliases AS aliases
        WHERE aliases.region = regions.code ORDER BY aliases.name
    ) AS aliases,
    ARRAY(
        SELECT neighbour FROM region_neighbours
        WHERE region_neighbours.region = regions.code ORDER BY neighbour
    ) AS neighbours,
    (
        SELECT count(*) FROM municipalities
        WHERE municipalities.region = regions.code AND valid_from <= %(on)s
            AND (valid_to IS NULL OR valid_to > %(on)s)
    ) AS municipality_count,
    (
        SELECT count(*) FROM present_organisations
        WHERE present_organisations.region = regions.code
    ) AS organisation_count,
    (
        SELECT count(*) FROM region_agreements
        WHERE region_agreements.region = regions.code
            AND region_agreements.agreement_id <> %(canary)s
    ) AS agreement_count
FROM regions
ORDER BY code
LIMIT %(limit)s OFFSET %(offset)s

-- count_regions: how many regions there are.
SELECT count(*) AS total FROM regions

-- get_region: one region with its aliases and neighbours.
SELECT
    code, name, centre_municipalities,
    jsonb_build_object('column', tile_column, 'row', tile_row) AS tile,
    ARRAY(
        SELECT aliases.name FROM region_aliases AS aliases
        WHERE aliases.region = regions.code ORDER BY aliases.name
    ) AS aliases,
    ARRAY(
        SELECT neighbour FROM region_neighbours
        WHERE region_neighbours.region = regions.code ORDER BY neighbour
    ) AS neighbours
FROM regions
WHERE code = %(region)s

-- list_municipalities: the municipalities of a region on that day.
SELECT code, name, valid_from, valid_to
FROM municipalities
WHERE region = %(region)s AND valid_from <= %(on)s AND (valid_to IS NULL OR valid_to > %(on)s)
ORDER BY name

-- list_organisations: one page of those who serve employers in a region.
SELECT name, kind, status, audiences, sectors, source, revision
FROM present_organisations
WHERE region = %(region)s
ORDER BY name
LIMIT %(limit)s OFFSET %(offset)s

-- count_organisations: how many serve employers in a region.
SELECT count(*) AS total FROM present_organisations WHERE region = %(region)s

-- store_agreements: write each region's own copy of a batch of agreements, and tell what is stored.
WITH stored AS (
    INSERT INTO region_agreements
        (region, agreement_id, sequence, content, status, employer_id, applied_at)
    SELECT one.region, told.id, told.sequence, convert_to(told.content, 'UTF8'), told.status,
        told.employer_id, %(now)s
    FROM json_to_recordset(%(rows)s::json) AS told(
        id uuid, sequence bigint, content text, status text, employer_id uuid, regions text[]
    ) CROSS JOIN unnest(told.regions) AS one (region)
    ON CONFLICT (region, agreement_id) DO UPDATE SET
        sequence = excluded.sequence,
        content = excluded.content,
        status = excluded.status,
        employer_id = excluded.employer_id,
        applied_at = excluded.applied_at
    RETURNING region, agreement_id, hash
)
SELECT 'agreement/' || agreement_id AS subject, hash, array_agg(region) AS regions
FROM stored GROUP BY agreement_id, hash

-- store_participations: write a batch of participations and tell what is stored.
INSERT INTO region_participations
    (region, agreement_id, sequence, content, status, decision_sequence, decision_outcome,
     decision_reason, applied_at)
SELECT
    region, id, sequence, convert_to(content, 'UTF8'), status, decision_sequence,
    decision_outcome, decision_reason, %(now)s
FROM jsonb_to_recordset(%(rows)s::jsonb)
    AS told(region text, id uuid, sequence bigint, content text, status text,
            decision_sequence bigint, decision_outcome text, decision_reason text)
ON CONFLICT (region, agreement_id) DO UPDATE SET
    sequence = excluded.sequence,
    content = excluded.content,
    status = excluded.status,
    decision_sequence = excluded.decision_sequence,
    decision_outcome = excluded.decision_outcome,
    decision_reason = excluded.decision_reason,
    applied_at = excluded.applied_at
RETURNING region AS recipient, 'participation/' || agreement_id || '/' || region AS subject, hash

-- store_employers: write a batch of employers and tell what is stored.
INSERT INTO employers (id, sequence, content, name, applied_at)
SELECT id, sequence, convert_to(content, 'UTF8'), name, %(now)s
FROM jsonb_to_recordset(%(rows)s::jsonb)
    AS told(id uuid, sequence bigint, content text, name text)
ON CONFLICT (id) DO UPDATE SET
    sequence = excluded.sequence,
    content = excluded.content,
    name = excluded.name,
    applied_at = excluded.applied_at
RETURNING 'regions' AS recipient, 'employer/' || id AS subject, hash

-- list_held: one page of what a region holds, the latest applied first.
SELECT
    region, agreement_id::text, sequence, content, hash, status, applied_at,
    participation_content, decision_sequence, choice, version, agreement_sequence, reason,
    signed_on, employer_signed_on, expected_on, decided_at, decision_state, refusal_reason
FROM held_agreements
WHERE region = %(region)s
    AND (%(state)s::text IS NULL OR status = %(state)s)
    AND (%(decision)s::text IS NULL OR choice = %(decision)s)
ORDER BY applied_at DESC, agreement_id
LIMIT %(limit)s OFFSET %(offset)s

-- count_held: how many agreements a region holds under these filters.
SELECT count(*) AS total
FROM held_agreements
WHERE region = %(region)s
    AND (%(state)s::text IS NULL OR status = %(state)s)
    AND (%(decision)s::text IS NULL OR choice = %(decision)s)

-- get_held: a region's copy of one agreement, its place in it and its newest decision.
SELECT
    region, agreement_id::text, sequence, content, hash, status, applied_at,
    participation_content, decision_sequence, choice, version, agreement_sequence, reason,
    signed_on, employer_signed_on, expected_on, decided_at, decision_state, refusal_reason
FROM held_agreements
WHERE region = %(region)s AND agreement_id = %(agreement_id)s

-- lock_held: what deciding on an agreement needs; decisions of a region on it follow one another.
SELECT held.sequence, held.status, held.content, told.status AS participation_status
FROM region_agreements AS held
LEFT JOIN region_participations AS told
    ON told.region = held.region AND told.agreement_id = held.agreement_id
WHERE held.region = %(region)s AND held.agreement_id = %(agreement_id)s
    AND held.agreement_id <> %(canary)s
FOR NO KEY UPDATE OF held

-- record_decision: keep a decision as it was submitted.
INSERT INTO decisions
    (region, agreement_id, sequence, choice, version, agreement_sequence, reason, signed_on,
     employer_signed_on, expected_on, decided_at, decided_by)
VALUES
    (%(region)s, %(agreement_id)s, %(sequence)s, %(choice)s, %(version)s, %(agreement_sequence)s,
     %(reason)s, %(signed_on)s, %(employer_signed_on)s, %(expected_on)s, %(decided_at)s,
     %(decided_by)s)

-- get_desk: a region's desk.
SELECT region, telephone, mailbox, deputy, revision FROM desks WHERE region = %(region)s

-- lock_desk: a region's desk; changes of the desk and of its contacts follow one another.
SELECT region, telephone, mailbox, deputy, revision
FROM desks WHERE region = %(region)s
FOR NO KEY UPDATE

-- save_desk: write a desk's particulars.
UPDATE desks SET
    telephone = %(telephone)s, mailbox = %(mailbox)s, deputy = %(deputy)s,
    revision = %(revision)s, changed_at = %(now)s, changed_by = %(by)s
WHERE region = %(region)s

-- get_employer: the name of an employer that the regions have heard of.
SELECT id::text, name FROM employers WHERE id = %(employer_id)s

-- get_contact: the present contact of one employer in a region; no row where nobody was appointed.
SELECT region, employer_id::text, kind, role, telephone, mailbox, since, revision
FROM present_contacts
WHERE region = %(region)s AND employer_id = %(employer_id)s

-- record_contact: keep a contact as the newest of its employer.
INSERT INTO contacts
    (region, employer_id, revision, kind, role, telephone, mailbox, since, reason,
     recorded_at, recorded_by)
VALUES
    (%(region)s, %(employer_id)s, %(revision)s, %(kind)s, %(role)s, %(telephone)s, %(mailbox)s,
     %(since)s, %(reason)s, %(now)s, %(by)s)

-- contact_history: who answered an employer in a region, the latest first.
SELECT kind, role, since, reason, recorded_at
FROM contacts
WHERE region = %(region)s AND employer_id = %(employer_id)s
ORDER BY revision DESC

-- list_contacts: one page of the employers that a region deals with, and who answers each of them.
SELECT
    %(region)s::text AS region, employers.id::text AS employer_id, employers.name,
    coalesce(present.kind, 'desk') AS kind, present.role, present.telephone, present.mailbox,
    present.since, coalesce(present.revision, 0) AS revision
FROM employers
LEFT JOIN present_contacts AS present
    ON present.region = %(region)s AND present.employer_id = employers.id
WHERE employers.id IN (
    SELECT employer_id FROM held_agreements
    WHERE region = %(region)s AND participation_status IS DISTINCT FROM 'withdrawn'
    UNION
    SELECT employer_id FROM present_contacts WHERE region = %(region)s
)
ORDER BY employers.name, employers.id
LIMIT %(limit)s OFFSET %(offset)s

-- count_contacts: how many employers a region deals with.
SELECT count(*) AS total
FROM employers
WHERE employers.id IN (
    SELECT employer_id FROM held_agreements
    WHERE region = %(region)s AND participation_status IS DISTINCT FROM 'withdrawn'
    UNION
    SELECT employer_id FROM present_contacts WHERE region = %(region)s
)
